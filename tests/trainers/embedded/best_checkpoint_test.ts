import { assert, assertEquals } from "@std/assert";
import { Policy } from "../../../src/policy/policy.ts";
import { BestCheckpoint, compare } from "../../../src/trainers/embedded/best_checkpoint.ts";
import { SMALL, TOKENIZER } from "../../policy/fixtures.ts";

Deno.test("BestCheckpoint keeps the weights of the best score, of equal ones the later", () => {
  using policy = Policy.random(SMALL, TOKENIZER, 1, 0.02);
  const { data } = policy.weights.get("norm")!;
  const best = new BestCheckpoint(policy);
  [[0.2, -3], [0.5, -2], [0.5, -2], [0.5, -2.5], [0.4, 0]].forEach((score, step) => {
    data.fill(step);
    best.offer(step, score);
  });
  assertEquals([best.step, best.score], [2, [0.5, -2]]);
  data.fill(9);
  best.restore();
  assert(data.every((x) => x === 2));
});

Deno.test("BestCheckpoint takes whatever comes first, and without any changes nothing", () => {
  using policy = Policy.random(SMALL, TOKENIZER, 1, 0.02);
  const { data } = policy.weights.get("norm")!;
  const best = new BestCheckpoint(policy);
  data.fill(7);
  best.restore();
  assertEquals([data[0], best.step, best.score], [7, 0, []]);
  best.offer(3, [-Infinity]);
  assertEquals([best.step, best.score], [3, [-Infinity]]);
});

Deno.test("compare() goes by the first number that differs", () => {
  assert(compare([1, 0], [0, 9]) > 0);
  assert(compare([1, 0], [1, 1]) < 0);
  assertEquals(compare([1, 2], [1, 2]), 0);
  assertEquals(compare([], []), 0);
});

Deno.test("BestCheckpoint goes on where another was", () => {
  using policy = Policy.random(SMALL, TOKENIZER, 1, 0.02);
  const { data } = policy.weights.get("norm")!;
  const best = new BestCheckpoint(policy);
  const fresh = new BestCheckpoint(policy);
  fresh.resume(best.state, new Map());
  assertEquals([fresh.step, fresh.tensors.size], [0, 0]);
  data.fill(4);
  best.offer(4, [0.5, -2]);
  data.fill(5);
  const saved = new Map([...best.tensors].map(([name, { data }]) => [name, data]));
  fresh.resume(JSON.parse(JSON.stringify(best.state)), saved);
  fresh.offer(5, [0.5, -3]);
  assertEquals([fresh.step, fresh.score], [4, [0.5, -2]]);
  fresh.restore();
  assert(data.every((x) => x === 4));
});
