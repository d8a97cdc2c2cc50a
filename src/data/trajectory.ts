/** @file What flows from expert data into training: trajectories, and the step instances cut from them. */

/** One step of an expert's solution: a logical action, with the title it was given, if any. */
export interface ExpertStep {
  /** What the expert does in this step; the text that a rollout's action is compared with. */
  readonly action: string;
  /** The step's title (`**Title**`), without the asterisks; absent where the source has none. */
  readonly title?: string;
  /** What an agent wrote before the action, for nobody's eyes but its own; never part of the action. */
  readonly thought?: string;
  /** What the environment answered to an agent's action; shown with it in later prompts, and never a target. */
  readonly observation?: string;
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
  /** The expert's full trace of reasoning, which the steps sum up; absent where the source has none. */
  readonly reasoning?: string;
}

/** One training example: everything before an action, and the action as the target (arXiv 2510.25992, section 3). */
export interface StepInstance {
  /** `<trajectory id>#<action>`: `p1#3` for a step, `p1#3-4` for several, `p1#3.2` for a sentence of step 3. */
  readonly id: string;
  /** The trajectory that it was cut from. */
  readonly trajectoryId: string;
  /** The step that the target begins in, from 1. */
  readonly step: number;
  /** The first and the last step that the target is of; twice the same for a step or a part of one. */
  readonly steps: readonly [first: number, last: number];
  /** The text that the policy continues. */
  readonly prompt: string;
  /** The expert's action. */
  readonly target: string;
  /** The problem's final answer; empty where the source gives none. */
  readonly answer: string;
}
