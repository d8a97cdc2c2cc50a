/** @file What a reward pool and its processes say to each other. */
import type { ResolvedReward } from "./declaration.ts";
import type { ResourceSpec } from "./resources.ts";
import type { RewardFunction, RewardInstance, Rollout, Score } from "./reward.ts";

/** What is told of a compiled reward. */
export type RewardTraits = Pick<RewardFunction, "name" | "range" | "judgesFormat" | "needs">;

/** One rollout to score. */
export interface RewardItem {
  /** What the policy wrote. */
  readonly rollout: Rollout;
  /** What it was asked for. */
  readonly instance: RewardInstance;
}

/** What became of one item. A failure is never a score. */
export type Judgement =
  | {
    /** It was scored. */
    readonly status: "ok";
    /** The score. */
    readonly score: Score;
  }
  | {
    /** The reward threw, did not end within the deadline, or ended its process. */
    readonly status: "error" | "timeout";
    /** What happened, in words. */
    readonly message: string;
  };

/** What a process is told: the reward to compile once, then items. */
export type ToProcess =
  | {
    /** The first message. */
    readonly type: "reward";
    /** What to compile. */
    readonly declared: ResolvedReward;
    /** With what. */
    readonly resources: ResourceSpec;
  }
  | {
    /** Score these, in order. */
    readonly type: "items";
    /** The items. */
    readonly items: readonly RewardItem[];
  };

/** What a process answers. */
export type FromProcess =
  | {
    /** The reward is compiled. */
    readonly type: "ready";
    /** What is told of it. */
    readonly traits: RewardTraits;
  }
  | {
    /** The reward cannot be compiled. */
    readonly type: "unusable";
    /** Whether the user can mend it (an `InputError`). */
    readonly input: boolean;
    /** Why. */
    readonly message: string;
  }
  | {
    /** The next item is judged. */
    readonly type: "judged";
    /** What became of it. */
    readonly judgement: Judgement;
  }
  | {
    /** Nobody caught an error: the process is about to end. */
    readonly type: "failed";
    /** The error. */
    readonly message: string;
  };
