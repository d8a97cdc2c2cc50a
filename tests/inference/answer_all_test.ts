import { assertEquals, assertRejects } from "@std/assert";
import { answerAll, type AnswerProgress } from "../../src/inference/answer_all.ts";
import type { Inference, InferenceRequest } from "../../src/inference/inference.ts";
import { Journal } from "../../src/inference/journal.ts";

const request = (id: string, seed: number): InferenceRequest => ({
  id,
  prompt: { system: "", user: "?" },
  temperature: 1,
  seed,
  maxTokens: null,
});

/** Answers in reverse order with the seed; fails after some answers. */
function inference(asked: number[], fails = Infinity): Inference {
  return {
    identity: { model: "m" },
    async answer(requests, take) {
      for (const [place, { seed }] of [...requests.entries()].reverse()) {
        if (fails-- === 0) throw new Error("crash");
        asked.push(seed);
        await take(place, { text: `${seed}`, tokens: 1, truncated: false });
      }
    },
  };
}

async function withJournal(body: (open: () => Promise<Journal>) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await body(() => Journal.open(path));
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("answerAll gives answers in the order of requests, and shares one between requests that differ in their id only", () =>
  withJournal(async (open) => {
    const asked: number[] = [];
    const told: AnswerProgress[] = [];
    using journal = await open();
    const requests = [request("a", 1), request("b", 2), request("c", 1)];
    const answers = await answerAll(inference(asked), requests, journal, (p) => told.push(p));
    assertEquals(answers.map(({ text }) => text), ["1", "2", "1"]);
    assertEquals(asked, [2, 1]);
    assertEquals(told, [
      { done: 0, total: 3, kept: 0 },
      { done: 1, total: 3, kept: 0 },
      { done: 3, total: 3, kept: 0 },
    ]);
  }));

Deno.test("answerAll goes on after a crash where it was", () =>
  withJournal(async (open) => {
    const asked: number[] = [];
    const requests = [1, 2, 3, 4].map((seed) => request("p", seed));
    {
      using journal = await open();
      await assertRejects(() => answerAll(inference(asked, 2), requests, journal), Error, "crash");
    }
    assertEquals(asked, [4, 3]);
    const told: AnswerProgress[] = [];
    using journal = await open();
    const report = (progress: AnswerProgress) => told.push(progress);
    const answers = await answerAll(inference(asked), requests, journal, report);
    assertEquals(answers.map(({ text }) => text), ["1", "2", "3", "4"]);
    assertEquals(asked, [4, 3, 2, 1]);
    assertEquals(told[0], { done: 2, total: 4, kept: 2 });
  }));

Deno.test("answerAll fails where an inference forgets a request", () =>
  withJournal(async (open) => {
    using journal = await open();
    const forgets: Inference = { identity: {}, answer: () => Promise.resolve() };
    await assertRejects(() => answerAll(forgets, [request("p7", 1)], journal), Error, "p7");
  }));
