import { assert, assertEquals } from "@std/assert";
import { lineSteps } from "../../../src/data/steps/lines.ts";

Deno.test("lineSteps() takes each line that is not blank, as it stands", () => {
  assertEquals(lineSteps("\n a = <<1+2=3>>3 \r\n\n**b** = 4\n"), {
    ok: true,
    steps: [{ action: "a = <<1+2=3>>3" }, { action: "**b** = 4" }],
    intro: "",
  });
});

Deno.test("lineSteps() gives the answer apart, and only from the last line", () => {
  const parsed = lineSteps("#### 1\nx\n####  1,000 \n");
  assert(parsed.ok);
  assertEquals([parsed.steps.map(({ action }) => action), parsed.answer], [
    ["#### 1", "x"],
    "1,000",
  ]);
});

Deno.test("lineSteps() names what it cannot read", () => {
  for (
    const [solution, reason] of [["", "empty-solution"], ["#### 3", "empty-solution"]] as const
  ) {
    const parsed = lineSteps(solution);
    assertEquals(parsed.ok ? "" : parsed.reason, reason);
  }
  const talk = lineSteps([{ role: "assistant", content: "x" }]);
  assertEquals(talk.ok ? "" : talk.reason, "not-text");
});
