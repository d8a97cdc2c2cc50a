import { assertEquals } from "@std/assert";
import { actionsBySentence } from "../../../src/data/granularity/by_sentence.ts";

Deno.test("actionsBySentence() says of each sentence where it begins, and gives the title to the first", () => {
  const action = "**A.** One.\n Two. Three.";
  const actions = actionsBySentence([{ action, title: "A", observation: "o" }, { action: "x" }]);
  assertEquals(actions.map(({ name, start, pieces }) => [name, start, pieces]), [
    ["1.1", 0, [{ action: "**A.** One.", title: "A" }]],
    ["1.2", 13, [{ action: "Two." }]],
    ["1.3", 18, [{ action: "Three." }]],
    ["2.1", 0, [{ action: "x" }]],
  ]);
  for (const { start, pieces: [piece], steps } of actions.slice(0, 3)) {
    assertEquals(steps, [1, 1]);
    assertEquals(action.startsWith(piece!.action, start), true);
  }
});
