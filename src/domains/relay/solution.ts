/** @file Solutions of relay problems: the expert's, without scratch work, and thought-out ones that a base policy learns from. */
import type { Rng } from "../../random/rng.ts";
import { answerText, type RelayProblem } from "./problem.ts";

/** One step as a student writes it. */
export interface ThoughtStep {
  /** The private monologue. */
  readonly think: string;
  /** The action: a variable's value (`j=1`) or the answer (`#177`). */
  readonly action: string;
}

/** The expert's actions: each needed value in order, then the answer. */
export function expertActions(problem: RelayProblem): string[] {
  const values = problem.chain.slice(1).map((name) => action(problem, name));
  return [...values, `#${answerText(problem)}`];
}

/**
 * The step that looks ahead: from the last asked variable back along the definitions to one that is known
 * (`^mnje`), then the value next to it (`:j=e-6=7-6`). With everything known the answer follows.
 */
export function directedStep(problem: RelayProblem, known: ReadonlySet<string>): ThoughtStep {
  const goal = problem.chain.at(-1)!;
  if (known.has(goal)) return { think: `^${goal}`, action: `#${answerText(problem)}` };
  const trace = [goal];
  while (!known.has(trace.at(-1)!)) {
    trace.push(problem.definitions.get(trace.at(-1)!)!.from!);
  }
  const next = trace.at(-2)!;
  return {
    think: `^${trace.join("")}${computation(problem, next)}`,
    action: action(problem, next),
  };
}

/** The step that does not: any value that can be computed now, needed or not. */
export function wanderingStep(
  problem: RelayProblem,
  known: ReadonlySet<string>,
  rng: Rng,
): ThoughtStep {
  if (known.has(problem.chain.at(-1)!)) return directedStep(problem, known);
  const computable = [...problem.definitions.values()]
    .filter(({ name, from }) => !known.has(name) && from !== null && known.has(from));
  const { name } = rng.pick(computable);
  return { think: computation(problem, name), action: action(problem, name) };
}

/** What is known before the first step: the given digit. */
export function givenVariables(problem: RelayProblem): Set<string> {
  return new Set([problem.chain[0]!]);
}

/** A whole solution in which each step is directed with this probability, and wanders otherwise. */
export function thoughtOutSolution(
  problem: RelayProblem,
  directed: number,
  rng: Rng,
): ThoughtStep[] {
  const known = givenVariables(problem);
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

/** A step as text. */
export function stepText({ think, action }: ThoughtStep): string {
  return `<think>${think}</think>${action}`;
}

function action(problem: RelayProblem, name: string): string {
  return `${name}=${problem.definitions.get(name)!.value}`;
}

/** `:j=e-6=7-6`: the definition copied, then its operands' values put in. */
function computation(problem: RelayProblem, name: string): string {
  const { from, operator, digit } = problem.definitions.get(name)!;
  const value = problem.definitions.get(from!)!.value;
  return `:${name}=${from}${operator}${digit}=${value}${operator}${digit}`;
}
