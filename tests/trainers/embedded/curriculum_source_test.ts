import { assertEquals, assertNotEquals } from "@std/assert";
import { ReverseCurriculum } from "../../../src/algorithms/reverse_curriculum.ts";
import { Rng } from "../../../src/random/rng.ts";
import { curriculumSource } from "../../../src/trainers/embedded/curriculum_source.ts";
import type { GrpoItem } from "../../../src/trainers/embedded/grpo_items.ts";

/** A problem's prompts, one for each number of steps that is left. */
const starts = (of: string, steps: number, lefts: readonly number[]): GrpoItem[] =>
  lefts.map((left) => ({
    ...{ id: `${of}/${left}`, prompt: "", target: "", problem: "", answer: "", maxTokens: 9 },
    rest: { of, left, steps },
  }));
const curriculum = (stage: number, mix = 0) => {
  const made = new ReverseCurriculum({ stages: 4, success: 0.5, mix }, new Rng("draws"));
  made.moveTo({ stage, drawn: 0 });
  return made;
};
const ids = (items: readonly GrpoItem[]) => items.map(({ id }) => id).sort();
const none = () => [];

Deno.test("curriculumSource() takes each problem once a pass, from the present start", () => {
  const items = [...starts("a", 8, [2, 4, 6, 8]), ...starts("b", 2, [1, 2])];
  const expected = [["a/2", "b/1"], ["a/4", "b/1"], ["a/6", "b/2"], ["a/8", "b/2"]];
  expected.forEach((both, i) => {
    const source = curriculumSource(items, none, curriculum(i + 1), new Rng(1));
    const taken = source.take(2);
    assertEquals(ids(taken), both);
    assertEquals(taken.map(({ stage }) => stage), [i + 1, i + 1]);
  });
});

Deno.test("curriculumSource() takes the nearest start before one that did not fit, else the latest", () => {
  const at = (stage: number, lefts: readonly number[]) =>
    curriculumSource(starts("a", 8, lefts), none, curriculum(stage), new Rng(1)).take(1)[0]!.id;
  assertEquals([at(1, [4, 8]), at(3, [4, 8]), at(4, [2, 4])], ["a/4", "a/8", "a/4"]);
});

Deno.test("curriculumSource() goes on from a position, and makes problems without end", () => {
  const items = [..."abcdefg"].flatMap((of) => starts(of, 8, [2, 4, 6, 8]));
  const take = (parts: readonly number[], finite: boolean) => {
    const make = () => {
      const drawn = curriculum(4, 0.7);
      const endless = (index: number) => starts(`p${index}`, 8, [2, 4, 6, 8]);
      return { drawn, source: curriculumSource(finite ? items : null, endless, drawn, new Rng(1)) };
    };
    let now = make();
    return parts.flatMap((count) => {
      const { position } = now.source;
      const { state } = now.drawn;
      now = make();
      now.source.moveTo(position);
      now.drawn.moveTo(state);
      return now.source.take(count).map(({ id }) => id);
    });
  };
  for (const finite of [true, false]) {
    assertEquals(take([5, 9, 3], finite), take([17], finite));
  }
  assertNotEquals(take([17], true), take([17], false));
});

Deno.test("curriculumSource() passes over problems that give no prompts", () => {
  const odd = (index: number) => index % 2 === 0 ? [] : starts(`p${index}`, 2, [1, 2]);
  const source = curriculumSource(null, odd, curriculum(4), new Rng(1));
  assertEquals(source.take(3).map(({ id }) => id), ["p1/2", "p3/2", "p5/2"]);
});
