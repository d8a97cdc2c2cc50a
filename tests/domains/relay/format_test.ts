import { assertEquals } from "@std/assert";
import { relayFormat } from "../../../src/domains/relay/format.ts";
import { relayTask } from "../../../src/domains/relay/tiers.ts";
import { parseOutput } from "../../../src/rewards/mod.ts";

const { prompt, question, verify } = relayFormat;

Deno.test("relayFormat asks for the first step as it asks for a whole solution", () => {
  assertEquals(prompt.render("a=1?aaa", []), question("a=1?aaa"));
  assertEquals(
    prompt.render("a=1?aaa", [{ action: "b=2" }, { action: "c=3" }]),
    "a=1?aaa\nb=2\nc=3\n",
  );
});

Deno.test("relayFormat.verify() takes the answer that a completion ends with", () => {
  const right = { correct: true, extracted: "188" };
  assertEquals(verify("#188", "188"), right);
  assertEquals(verify("j=1\n#188\n", "188"), right);
  assertEquals(verify("<think>^j</think>j=1\n<think>^m</think>#188", "188"), right);
  assertEquals(verify("#123\n#188", "188"), right);
  assertEquals(verify("#188\n#123", "188"), { correct: false, extracted: "123" });
});

Deno.test("relayFormat.verify() takes nothing else for an answer", () => {
  const none = { correct: false, extracted: null };
  for (
    const completion of [
      "",
      "188",
      "#18",
      "#1888",
      "j=1#188",
      "<think>#188",
      "#188\nj=1",
      "# 188",
      "#188</think>",
    ]
  ) {
    assertEquals(verify(completion, "188"), none, completion);
  }
  assertEquals(verify("#".repeat(100_000), "188"), none);
});

Deno.test("relayFormat.action is a whole assignment or a whole answer", () => {
  const accepts = (action: string) =>
    parseOutput(`<think></think>${action}`, { action: relayFormat.action! }).ok;
  for (const action of ["j=1", "z=0", "#188"]) assertEquals(accepts(action), true, action);
  for (const action of ["j=", "j", "=1", "j=12", "#18", "#1888", "j=1\nk=2", "J=1", "j=1 "]) {
    assertEquals(accepts(action), action === "j=1 ", action);
  }
});

Deno.test("relayFormat.outline() is the expert's actions, a line each", () => {
  const task = relayTask("easy", "train", 1, 0);
  const lines = relayFormat.outline(task).split("\n");
  assertEquals(lines, task.steps.map(({ action }) => action));
});
