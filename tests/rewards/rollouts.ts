/** @file Rollouts, instances and texts that the tests of rewards share. */
import { splitRollout } from "../../src/rewards/format.ts";
import type { RewardInstance, Rollout } from "../../src/rewards/reward.ts";

/** A completion, split. */
export const rolloutOf = (completion: string): Rollout => splitRollout(completion);

/** An output in the format with this action. */
export const acting = (action: string): Rollout => ({
  completion: `<think>so</think>${action}`,
  think: "so",
  action,
  formatError: null,
});

/** What an expert did. */
export const withTarget = (target: string): RewardInstance => ({
  target,
  problem: "p",
  answer: "",
});

/** A problem with this answer. */
export const withAnswer = (answer: string): RewardInstance => ({
  target: answer,
  problem: "p",
  answer,
});

/** Texts that hurt what is careless: long, deep, malformed, bait for backtracking. */
export const HOSTILE: readonly string[] = [
  "a".repeat(1_000_000),
  " ".repeat(300_000),
  "{".repeat(100_000),
  "[".repeat(100_000) + "]".repeat(100_000),
  '{"a":'.repeat(20_000) + "1" + "}".repeat(20_000),
  "\ud800".repeat(10_000) + "\udc00\ud800",
  "<think>".repeat(1_000) + "</think>".repeat(1_000),
  "<function=".repeat(20_000),
  "<function=a>" + "<parameter=k>".repeat(20_000),
  "\\frac{".repeat(20_000),
  "--- a\n+++ b\n@@ -1 +1 @@\n".repeat(5_000),
  "@@".repeat(50_000),
  "&quot;&amp;".repeat(20_000),
  "1,".repeat(50_000) + "-",
  "a\u0301\u200d\u202e\0\x1b[2J",
];
