/** @file Prompts of a reverse curriculum: problems in turn, each from where the curriculum starts. */
import { type ReverseCurriculum, stepsLeft } from "../../algorithms/reverse_curriculum.ts";
import { type Source, sourceOf } from "../../algorithms/source.ts";
import type { Rng } from "../../random/rng.ts";
import type { GrpoItem } from "./grpo_items.ts";

/**
 * The source of a reverse curriculum. Each problem comes as often as any other, whatever number of start positions it has. Where a
 * problem's prompt for a start position is not there (it did not fit), the one nearest before it is taken, else the latest.
 *
 * @param items Every prompt of a finite set of problems, those of a problem together; null where they are made without end.
 * @param make The prompts of problem `index`, where they are.
 */
export function curriculumSource(
  items: readonly GrpoItem[] | null,
  make: (index: number) => readonly GrpoItem[],
  curriculum: ReverseCurriculum,
  rng: Rng,
): Source<GrpoItem> {
  const problems = items && [...Map.groupBy(items, ({ rest }) => rest!.of).values()];
  const together = (index: number) => {
    const made = make(index);
    return made.length === 0 ? [] : [made];
  };
  const source = sourceOf<readonly GrpoItem[]>(problems, together, rng);
  return {
    get position() {
      return source.position;
    },
    moveTo: (position) => source.moveTo(position),
    take: (count) =>
      source.take(count).map((starts) => {
        const stage = curriculum.draw();
        return { ...startAt(starts, stage, curriculum.stages), stage };
      }),
  };
}

/** A problem's prompt for a start position. */
function startAt(starts: readonly GrpoItem[], stage: number, stages: number): GrpoItem {
  const wanted = stepsLeft(starts[0]!.rest!.steps, stage, stages);
  const byLeft = starts.toSorted((a, b) => a.rest!.left - b.rest!.left);
  return byLeft.find(({ rest }) => rest!.left >= wanted) ?? byLeft.at(-1)!;
}
