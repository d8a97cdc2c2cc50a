/** @file Tiers of relay problems, and the mixture that the base policy learns from. */
import type { Demonstration, Task } from "../task.ts";
import { Rng } from "../../random/rng.ts";
import { drawDrill } from "./drill.ts";
import { relayFormat } from "./format.ts";
import { answerText, drawProblem, problemText } from "./problem.ts";
import {
  expertReasoning,
  expertSteps,
  stepText,
  thoughtOutSolution,
  type ThoughtStep,
} from "./solution.ts";

/** Names of the tiers that problems are drawn from. */
export type RelayTierName = "easy" | "medium" | "hard";

/** Sizes that a tier draws from, each alike often. */
interface Tier {
  readonly chain: readonly number[];
  readonly decoys: readonly number[];
}

/**
 * In easy problems there is nothing to go astray on; in hard ones most of what can be computed is not needed, and the
 * token budget leaves room for one step too many.
 */
const TIERS: Readonly<Record<RelayTierName, Tier>> = {
  easy: { chain: [3, 4], decoys: [0] },
  medium: { chain: [5, 6], decoys: [2] },
  hard: { chain: [8], decoys: [6] },
};

/** What the base policy sees: drills, then chains shorter than in the hard tier, among as many decoys. */
const BASE = {
  drills: {
    /** Examples that are nothing but drills, which grow from 2 definitions to 18. */
    first: 18_000,
    /** Share of drills after that. */
    share: 0.15,
    least: 2,
    most: 18,
  },
  chain: [3, 4, 5, 6],
  decoys: 6,
  /** Share of directed steps; the others start anywhere. Few enough that a whole chain of them is rare. */
  directed: 0.05,
  /** Share of examples that go on from actions without thoughts, as step instances do. */
  continued: 0.5,
  /** Solutions of each problem: the prompt is computed once for all, and most of the tokens teach. */
  completions: 2,
  /** Examples over which the decoys grow to their full number. */
  growth: 40_000,
} as const;

/** What a problem is for; those of different purposes are different even under equal seeds. */
export type RelayPurpose = "train" | "validation" | "benchmark";

/** Problem `index` of a tier. Equal arguments give equal problems. */
export function relayTask(
  tier: RelayTierName,
  purpose: RelayPurpose,
  seed: number,
  index: number,
): Task {
  const rng = new Rng("relay", tier, purpose, seed, index);
  const { chain, decoys } = TIERS[tier];
  const size = { chain: rng.pick(chain), decoys: rng.pick(decoys) };
  const problem = drawProblem(size, rng);
  const thought = thoughtOutSolution(problem, 1, rng);
  return {
    id: `relay-${tier}-${purpose}-${seed}-${index}`,
    problem: problemText(problem),
    steps: expertSteps(problem),
    answer: answerText(problem),
    budget: solutionTokens(thought) + ONE_STEP,
    solution: thought.map(stepText).join("\n"),
    reasoning: expertReasoning(problem),
  };
}

/** Example `index` of the base policy's endless mixture. */
export function baseDemonstration(seed: number, index: number): Demonstration {
  const rng = new Rng("relay", "base", seed, index);
  const { first, share, least, most } = BASE.drills;
  if (index < first || rng.chance(share)) {
    const largest = least + (most - least) * Math.min(1, index / first);
    return drawDrill(least + rng.integer(Math.floor(largest - least) + 1), rng);
  }
  const decoys = Math.round(BASE.decoys * Math.min(1, (index - first) / BASE.growth));
  const size = { chain: rng.pick(BASE.chain), decoys: rng.integer(decoys + 1) };
  const problem = drawProblem(size, rng);
  const path = thoughtOutSolution(problem, BASE.directed, rng);
  const taken = path.slice(0, rng.chance(BASE.continued) ? rng.integer(path.length) : 0);
  const completions = Array.from(
    { length: BASE.completions },
    () => thoughtOutSolution(problem, BASE.directed, rng, taken).map(stepText).join("\n"),
  );
  return { prompt: relayFormat.prompt.render(problemText(problem), taken), completions };
}

/** Tokens of a solution: a character each, and one for each think tag and for the end of each step. */
function solutionTokens(steps: readonly ThoughtStep[]): number {
  return steps.reduce((total, { think, action }) => total + think.length + action.length + 3, 0);
}

/** Tokens of a wandering step: room for one step too many. */
const ONE_STEP = solutionTokens([{ think: ":je7j4", action: "j=1" }]);
