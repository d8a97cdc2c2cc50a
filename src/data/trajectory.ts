/** @file What flows from expert data into training: trajectories, and the step instances cut from them. */

/** One step of an expert's solution: a logical action, with the title it was given, if any. */
export interface ExpertStep {
  /** What the expert does in this step; the text that a rollout's action is compared with. */
  readonly action: string;
  /** The step's title (`**Title**`), without the asterisks; absent where the source has none. */
  readonly title?: string;
}

/** An expert's whole solution of one problem. */
export interface Trajectory {
  /** Stable and unique within its source; splits are made by it. */
  readonly id: string;
  /** The problem as the policy sees it. */
  readonly problem: string;
  /** At least one step, in order. */
  readonly steps: readonly ExpertStep[];
  /** The final answer that a verifier compares with; empty where the source gives none. */
  readonly answer: string;
  /** Whether a teacher rewrote the solution; absent where the steps are the source's own. */
  readonly rewritten?: true;
}

/** One training example: everything before a step, and the step as the target (arXiv 2510.25992, section 3). */
export interface StepInstance {
  /** `<trajectory id>#<step>`. */
  readonly id: string;
  /** The trajectory that it was cut from. */
  readonly trajectoryId: string;
  /** Which step is the target, from 1. */
  readonly step: number;
  /** The text that the policy continues. */
  readonly prompt: string;
  /** The expert's action. */
  readonly target: string;
}
