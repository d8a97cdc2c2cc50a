import { assertEquals } from "@std/assert";
import { relayFormat } from "../../../src/domains/relay/format.ts";
import { relayTask } from "../../../src/domains/relay/tiers.ts";
import { parseOutput } from "../../../src/rewards/mod.ts";

const { prompt, question } = relayFormat;

Deno.test("relayFormat asks for the first step as it asks for a whole solution", () => {
  assertEquals(prompt.render("a=1?aaa", []), question("a=1?aaa"));
  assertEquals(
    prompt.render("a=1?aaa", [{ action: "b=2" }, { action: "c=3" }]),
    "a=1?aaa\nb=2\nc=3\n",
  );
});

Deno.test("relayFormat asks for a variable that is given away as a title behind the steps so far", () => {
  assertEquals(prompt.render("a=1?aaa", [{ action: "b=2" }], "c"), "a=1?aaa\nb=2\n?c\n");
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
