/** @file How a prompt is written from a problem and the steps so far. */
import type { ExpertStep } from "./trajectory.ts";

/** What a prompt asks for besides the next step. */
export type Asked =
  /** Some whole steps. */
  | AskedSteps
  /** The next sentence of a step. */
  | AskedSentence
  /** The whole solution, or the answer alone. */
  | {
    /** Tells what is asked for. */
    readonly kind: "whole" | "answer";
  };

/** What the steps so far do not say of themselves. */
export interface SolutionSoFar {
  /** How many steps before the first one given are left out. */
  readonly omitted: number;
  /** Whether the solution's steps have bold titles. */
  readonly titled: boolean;
  /** Whether its actions are function calls, `<function=…>`. Default false. */
  readonly calls?: boolean;
}

/**
 * Whether the actions of a solution are function calls.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(callsOf([{ action: "<function=submit>\n</function>" }]), true);
 * assertEquals(callsOf([{ action: "ls" }]), false);
 * ```
 */
export function callsOf(steps: readonly ExpertStep[]): boolean {
  return steps.some(({ action }) => action.startsWith("<function="));
}

/** Some whole steps are asked for. */
export interface AskedSteps extends SolutionSoFar {
  /** Tells what is asked for. */
  readonly kind: "steps";
  /** How many. */
  readonly count: number;
}

/** The next sentence of a step is asked for. */
export interface AskedSentence extends SolutionSoFar {
  /** Tells what is asked for. */
  readonly kind: "sentence";
  /** What of the step stands there already; empty where the sentence begins it. */
  readonly begun: string;
}

/**
 * Writes prompts for one family of problems. A domain with its own notation supplies its own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const relay: PromptFormat = {
 *   render: (problem, previousSteps) =>
 *     [problem, ...previousSteps.map(({ action }) => action)].join("\n") + "\n",
 * };
 * assertEquals(relay.render("e=7;j=e-6?j", [{ action: "e=7" }]), "e=7;j=e-6?j\ne=7\n");
 * ```
 */
export interface PromptFormat {
  /**
   * The text that the policy continues.
   *
   * @param problem The problem's text.
   * @param previousSteps The steps before what is asked for, in order, as far as they are to be shown; empty for the first.
   * @param nextTitle Title of the first step asked for, where it is given away.
   * @param asked What is asked for. Default: the next step, all steps before it being given.
   */
  render(
    problem: string,
    previousSteps: readonly ExpertStep[],
    nextTitle?: string,
    asked?: Asked,
  ): string;

  /**
   * Several steps as the text of one action, as the prompt asks for them. Without it, each action is a line.
   *
   * @param steps The steps, at least one.
   * @param first Number of the first, from 1.
   */
  join?(steps: readonly ExpertStep[], first: number): string;
}
