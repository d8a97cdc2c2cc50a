/** @file What training and evaluation need to know of a family of problems. */
import type { PromptFormat } from "../data/prompt_format.ts";
import type { Trajectory } from "../data/trajectory.ts";

/** A problem with its expert solution. */
export interface Task extends Trajectory {
  /** Most tokens that a solution may take; null where the family sets no bound of its own. */
  readonly budget: number | null;
  /** A thought-out solution, as a policy that thinks before each step would write it; null where there is none. */
  readonly solution: string | null;
}

/** How a family's problems are written, continued and checked. */
export interface TaskFormat {
  /** What is said before every prompt; empty for nothing. */
  readonly system: string;
  /** The problem and the steps so far, where one step is asked for. */
  readonly prompt: PromptFormat;
  /** The problem, where a whole solution is asked for. */
  question(problem: string): string;
  /** Texts that end a step; the end of the completion always does. */
  readonly stepStop: readonly string[];
  /** What a whole action looks like; null where anything but nothing is one. */
  readonly action: RegExp | null;
  /** The expert's actions as one completion. */
  outline(task: Task): string;
  /** URL of the module that exports `verify(answer, completion)`, a `Verify`: whether a completion gives the answer. */
  readonly verifier: string;
}

/** A text with what a policy may write after it. */
export interface Demonstration {
  /** The text before. */
  readonly prompt: string;
  /** What may follow: one text, or several that continue the same one. */
  readonly completions: readonly string[];
}
