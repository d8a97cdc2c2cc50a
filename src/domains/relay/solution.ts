/** @file Solutions of relay problems: the expert's, without scratch work, and thought-out ones that a base policy learns from. */
import type { ExpertStep } from "../../data/trajectory.ts";
import type { Rng } from "../../random/rng.ts";
import { answerText, ASKED, type RelayProblem } from "./problem.ts";

/** One step as a student writes it. */
export interface ThoughtStep {
  /** The private monologue. */
  readonly think: string;
  /** The action: a variable's value (`j=1`) or the answer (`#177`). */
  readonly action: string;
}

/** The expert's steps: each needed value in order, titled by its variable, then the answer. */
export function expertSteps(problem: RelayProblem): ExpertStep[] {
  const values = problem.chain.slice(1).map((title) => ({ action: action(problem, title), title }));
  return [...values, { action: `#${answerText(problem)}` }];
}

/**
 * The step that looks ahead: from the last asked variable back along the definitions to one that is known, and from there
 * the value next to it (`^mnje7j4`). With everything known, the asked values and the answer (`^m0n7j1`).
 */
export function directedStep(problem: RelayProblem, known: ReadonlySet<string>): ThoughtStep {
  const goal = problem.chain.at(-1)!;
  if (!known.has(goal)) return tracedStep(problem, known, "^", goal);
  const asked = problem.chain.slice(-ASKED).reverse();
  const values = asked.map((name) => `${name}${problem.definitions.get(name)!.value}`);
  return { think: `^${values.join("")}`, action: `#${answerText(problem)}` };
}

/** The step that does not: the same from any unknown variable, needed or not (`:lae7a4`). */
export function wanderingStep(
  problem: RelayProblem,
  known: ReadonlySet<string>,
  rng: Rng,
): ThoughtStep {
  if (known.has(problem.chain.at(-1)!)) return directedStep(problem, known);
  const unknown = [...problem.definitions.keys()].filter((name) => !known.has(name));
  return tracedStep(problem, known, ":", rng.pick(unknown));
}

/** From a variable back to one that is known; the last one before it is computed. */
function tracedStep(
  problem: RelayProblem,
  known: ReadonlySet<string>,
  mark: string,
  start: string,
): ThoughtStep {
  let trace = "";
  let name = start;
  for (;;) {
    const from = problem.definitions.get(name)!.from!;
    if (known.has(from)) break;
    trace += name;
    name = from;
  }
  return { think: `${mark}${trace}${computation(problem, name)}`, action: action(problem, name) };
}

/** What is known before the first step: the given digits. */
function givenVariables(problem: RelayProblem): Set<string> {
  const given = [...problem.definitions.values()].filter(({ from }) => from === null);
  return new Set(given.map(({ name }) => name));
}

/** A solution, from the steps taken so far to the answer, in which each step is directed with this probability and wanders otherwise. */
export function thoughtOutSolution(
  problem: RelayProblem,
  directed: number,
  rng: Rng,
  taken: readonly ThoughtStep[] = [],
): ThoughtStep[] {
  const known = givenVariables(problem);
  for (const { action } of taken) known.add(action[0]!);
  const steps: ThoughtStep[] = [];
  for (;;) {
    const step = rng.chance(directed)
      ? directedStep(problem, known)
      : wanderingStep(problem, known, rng);
    steps.push(step);
    if (step.action.startsWith("#")) return steps;
    known.add(step.action[0]!);
  }
}

/**
 * The full trace of reasoning that the expert's actions sum up: from the last asked variable back to a given digit, then each value
 * from the one before it, as the problem states it (`^mnje;j=7+4=1;n=1+6=7;m=7+3=0`). The notation is the expert's own: no policy
 * has seen it before it learns from it.
 */
export function expertReasoning(problem: RelayProblem): string {
  const computed = problem.chain.slice(1).map((name) => {
    const { from, digit, value } = problem.definitions.get(name)!;
    return `${name}=${problem.definitions.get(from!)!.value}+${digit}=${value}`;
  });
  return [`^${problem.chain.toReversed().join("")}`, ...computed].join(";");
}

/** A step as text. */
export function stepText({ think, action }: ThoughtStep): string {
  return `<think>${think}</think>${action}`;
}

function action(problem: RelayProblem, name: string): string {
  return `${name}=${problem.definitions.get(name)!.value}`;
}

/**
 * `je7j4`: j is made from e, e is 7, j adds 4. Each character but the second j is looked up by the one before it alone,
 * which small policies learn several times sooner than a copy of the definition.
 */
function computation(problem: RelayProblem, name: string): string {
  const { from, digit } = problem.definitions.get(name)!;
  return `${name}${from}${problem.definitions.get(from!)!.value}${name}${digit}`;
}
