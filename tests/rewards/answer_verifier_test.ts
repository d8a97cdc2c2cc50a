import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { verify } from "../../src/domains/numbered/verify.ts";
import { numberedFormat } from "../../src/domains/numbered/format.ts";
import { AnswerVerifier } from "../../src/rewards/answer_verifier.ts";
import { HOSTILE } from "./rollouts.ts";

const answered = (answer: string, ...completions: string[]) =>
  completions.map((completion) => ({ answer, completion }));

/** A verifier that hangs or throws where the completion says so. */
const trouble = await Deno.makeTempDir();
await Deno.writeTextFile(
  `${trouble}/verify.ts`,
  `export function verify(gold, completion) {
     if (completion === "hang") for (;;);
     if (completion === "throw") throw new Error("no such unit");
     return { correct: gold === completion, extracted: completion };
   }`,
);

Deno.test("AnswerVerifier says what the verifier says in this thread, with any number of workers", async () => {
  const items = [
    ...answered("1/2", "\\boxed{0.5}", "\\boxed{0.51}", "I do not know", ""),
    ...answered("x = 3", "so \\boxed{3}", "the answer is 4"),
  ];
  const expected = items.map(({ answer, completion }) => {
    const { correct, extracted } = verify(answer, completion);
    return { verdict: correct ? "correct" as const : "wrong" as const, extracted };
  });
  assertEquals(new Set(expected.map(({ verdict }) => verdict)), new Set(["correct", "wrong"]));
  for (const workers of [1, 2]) {
    using answers = await AnswerVerifier.start(numberedFormat.verifier, { workers });
    assertEquals(await answers.verify(items), expected);
    assertEquals(await answers.verify([]), []);
  }
});

Deno.test("AnswerVerifier calls what hangs or throws unverified, never wrong, and judges the rest", async () => {
  using answers = await AnswerVerifier.start(`file://${trouble}/verify.ts`, { deadlineMs: 500 });
  assertEquals(await answers.verify(answered("5", "5", "hang", "throw", "6", "5")), [
    { verdict: "correct", extracted: "5" },
    { verdict: "unverified", reason: "timeout: no score after 500 ms" },
    { verdict: "unverified", reason: "error: no such unit" },
    { verdict: "wrong", extracted: "6" },
    { verdict: "correct", extracted: "5" },
  ]);
});

Deno.test("AnswerVerifier does not judge where no answer is known, or a module is missing", async () => {
  using answers = await AnswerVerifier.start(numberedFormat.verifier);
  const [found] = await answers.verify(answered(" ", "\\boxed{5}"));
  assert(found?.verdict === "unverified" && found.reason.includes("whose answer is known"));
  await assertRejects(() => AnswerVerifier.start(`file://${trouble}/none.ts`), Error, "none.ts");
});

Deno.test("AnswerVerifier reads hostile completions within the deadline", async () => {
  using answers = await AnswerVerifier.start(numberedFormat.verifier);
  const begun = performance.now();
  const verdicts = await answers.verify(answered("5", ...HOSTILE));
  assertEquals(verdicts.filter(({ verdict }) => verdict === "unverified"), []);
  assertLess(performance.now() - begun, 20_000);
});
