import { assertEquals } from "@std/assert";
import { sentenceSteps } from "../../../src/data/steps/sentence.ts";

Deno.test("sentenceSteps() makes each sentence a step, with the title that it begins with", () => {
  assertEquals(sentenceSteps("**Halve.** We halve.\r\nSo x = 3.\r\n\r\nDone"), {
    ok: true,
    steps: [
      { action: "**Halve.** We halve.", title: "Halve" },
      { action: "So x = 3." },
      { action: "Done" },
    ],
    intro: "",
  });
});

Deno.test("sentenceSteps() names what it cannot read", () => {
  const empty = sentenceSteps(" \n ");
  assertEquals(empty.ok ? "" : empty.reason, "empty-solution");
  const talk = sentenceSteps([]);
  assertEquals(talk.ok ? "" : talk.reason, "not-text");
});
