import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ReverseCurriculum, stepsLeft } from "../../src/algorithms/reverse_curriculum.ts";
import { Rng } from "../../src/random/rng.ts";

const OPTIONS = { stages: 4, success: 0.5, mix: 0 };
const RIGHT = [1, 1, 1, 0];
const WRONG = [0, 0, 1, 0];

Deno.test("stepsLeft() grows by stage from one step at least to the whole solution", () => {
  for (let steps = 1; steps <= 20; steps++) {
    for (let stages = 1; stages <= 12; stages++) {
      const lengths = Array.from({ length: stages }, (_, i) => stepsLeft(steps, i + 1, stages));
      assertEquals(lengths, lengths.toSorted((a, b) => a - b));
      assert(lengths[0]! >= 1);
      assertEquals(lengths.at(-1), steps);
      if (stages === steps) assertEquals(lengths, lengths.map((_, i) => i + 1));
    }
  }
});

Deno.test("ReverseCurriculum moves back by one position for a batch that earns enough, and never forth", () => {
  const curriculum = new ReverseCurriculum(OPTIONS, new Rng(1));
  const stages = [RIGHT, WRONG, RIGHT, WRONG, WRONG, RIGHT, RIGHT].map((rewards) => {
    const stage = curriculum.draw();
    curriculum.observe([{ stage, rewards }, { stage, rewards }]);
    return stage;
  });
  assertEquals(stages, [1, 2, 2, 3, 3, 3, 4]);
  // The whole solution is left: there is nothing before it.
  assertEquals(curriculum.state, { stage: 4, drawn: 7 });
});

Deno.test("ReverseCurriculum is moved by the mean of the present position alone, and of all its groups", () => {
  const moves = (success: number, ...groups: [stage: number, rewards: number[]][]) => {
    const curriculum = new ReverseCurriculum({ ...OPTIONS, success }, new Rng(1));
    curriculum.moveTo({ stage: 2, drawn: 0 });
    curriculum.observe(groups.map(([stage, rewards]) => ({ stage, rewards })));
    return curriculum.state.stage === 3;
  };
  assertEquals(moves(0.5, [2, [1, 0]]), true);
  assertEquals(moves(0.51, [2, [1, 0]]), false);
  assertEquals(moves(0.5, [2, [0, 0]], [1, [1, 1]]), false);
  assertEquals(moves(0.5, [2, [0, 0]], [2, [1, 1]]), true);
  // Rewards that all failed, and batches without the present position, say nothing.
  assertEquals(moves(-1, [2, []]), false);
  assertEquals(moves(-1, [1, [1, 1]]), false);
});

Deno.test("ReverseCurriculum mixes in earlier positions, each alike often", () => {
  const share = (mix: number) => {
    const curriculum = new ReverseCurriculum({ ...OPTIONS, mix }, new Rng(1));
    curriculum.moveTo({ stage: 4, drawn: 0 });
    const drawn = Array.from({ length: 4000 }, () => curriculum.draw());
    return [1, 2, 3, 4].map((stage) => drawn.filter((s) => s === stage).length / drawn.length);
  };
  assertEquals(share(0), [0, 0, 0, 1]);
  share(1).forEach((found) => assert(Math.abs(found - 0.25) < 0.03, `${found}`));
  const [first, , , last] = share(0.4);
  assert(Math.abs(first! - 0.1) < 0.02 && Math.abs(last! - 0.7) < 0.03);
});

Deno.test("ReverseCurriculum draws after moveTo() what it would have drawn", () => {
  const make = (seed: number) => {
    const curriculum = new ReverseCurriculum({ ...OPTIONS, mix: 0.5 }, new Rng(seed));
    curriculum.moveTo({ stage: 4, drawn: 0 });
    return curriculum;
  };
  const draws = (curriculum: ReverseCurriculum, count: number) =>
    Array.from({ length: count }, () => curriculum.draw());
  const whole = draws(make(1), 60);
  const first = make(1);
  const begun = draws(first, 25);
  const second = make(1);
  second.moveTo(JSON.parse(JSON.stringify(first.state)));
  assertEquals([...begun, ...draws(second, 35)], whole);
  assertNotEquals(draws(make(2), 60), whole);
});
