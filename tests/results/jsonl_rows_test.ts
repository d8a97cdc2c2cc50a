import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import {
  CELL_METRICS,
  formatRows,
  METRICS,
  OUTCOMES,
  parseRows,
  readRows,
  ROLLOUTS,
} from "../../src/results/jsonl_rows.ts";
import { syntheticMetrics, syntheticOutcomes } from "./synthetic.ts";

const outcome = syntheticOutcomes()[0]!;

Deno.test("parseRows() gives back what formatRows() wrote, whatever the text holds", () => {
  const hostile = ["\n", '"', "\u2028", "\x1b[2J", "漢", "\ud800", "__proto__", ""];
  const outcomes = hostile.map((completion) => ({ ...outcome, completion, extracted: completion }));
  assertEquals(parseRows(OUTCOMES, formatRows(OUTCOMES, outcomes), "o"), outcomes);
  const metrics = syntheticMetrics().slice(0, 50);
  assertEquals(parseRows(CELL_METRICS, formatRows(CELL_METRICS, metrics), "m"), metrics);
});

Deno.test("formatRows() gives the same bytes in whatever order a row's keys were set", () => {
  const reversed = Object.fromEntries(Object.entries(outcome).toReversed()) as typeof outcome;
  assertEquals(formatRows(OUTCOMES, [reversed]), formatRows(OUTCOMES, [outcome]));
  assertEquals(formatRows(METRICS, [{ b: 1, step: 2, a: 3 }]), '{"step":2,"a":3,"b":1}\n');
  assertEquals(formatRows(METRICS, []), "");
});

Deno.test("formatRows() keeps what could not be verified apart from what is wrong", () => {
  const unverified = {
    ...outcome,
    correct: null,
    unverified: "timeout: no score",
    extracted: null,
  };
  const text = formatRows(OUTCOMES, [unverified]);
  assertEquals(parseRows(OUTCOMES, text, "o"), [unverified]);
  assertEquals(text.includes('"correct":null,"unverified":"timeout: no score"'), true);
  assertEquals(formatRows(OUTCOMES, [outcome]).includes("unverified"), false);
});

Deno.test("formatRows() refuses what JSON cannot hold instead of writing null", () => {
  for (const reward of [NaN, Infinity, -Infinity]) {
    assertThrows(
      () => formatRows(METRICS, [{ step: 1, reward }]),
      InputError,
      "metric row 0: reward",
    );
  }
});

Deno.test("parseRows() names file, line and field of a bad line", () => {
  const good = formatRows(OUTCOMES, [outcome]);
  const bad = (change: Record<string, unknown>) => good + JSON.stringify({ ...outcome, ...change });
  for (
    const [text, message] of [
      [bad({ correct: "yes" }), "o.jsonl:2: correct: "],
      [bad({ decoding: "beam" }), "o.jsonl:2: decoding: "],
      [bad({ tokens: -1 }), "o.jsonl:2: tokens: "],
      [bad({ extra: 1 }), "o.jsonl:2: "],
      [bad({ correct: null }), "o.jsonl:2: unverified: expected a reason"],
      [bad({ unverified: "timeout: 1" }), "o.jsonl:2: unverified: expected a reason"],
      [good + good.slice(0, 40), "o.jsonl:2: not JSON"],
      [good + "\n" + good, "o.jsonl:2: not JSON"],
      [good + "[]", "o.jsonl:2: "],
      [good + "null", "o.jsonl:2: "],
    ] as const
  ) assertThrows(() => parseRows(OUTCOMES, text, "o.jsonl"), InputError, message);
});

Deno.test("parseRows() reads rollouts, and metrics that are not defined", () => {
  const rollout = {
    step: 1,
    group: 0,
    rollout: 7,
    instance: "p#1",
    prompt: "p",
    target: "t",
    completion: "c",
    think: null,
    action: null,
    formatError: "no action",
    reward: -1,
    rewardError: null,
    parts: { similarity: 0, format: -1 },
    advantage: null,
    tokens: 3,
  };
  assertEquals(parseRows(ROLLOUTS, formatRows(ROLLOUTS, [rollout]), "r"), [rollout]);
  assertEquals(parseRows(METRICS, '{"step":0,"reward":null}', "m"), [{ step: 0, reward: null }]);
  assertThrows(() => parseRows(METRICS, '{"reward":1}', "m"), InputError, "m:1: step");
});

Deno.test("readRows() reads a file, and says which one cannot be read", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, formatRows(OUTCOMES, [outcome]));
  assertEquals(await readRows(OUTCOMES, path), [outcome]);
  await Deno.remove(path);
  await assertRejects(() => readRows(OUTCOMES, path), InputError, path);
});
