/** @file The worker in which answers are verified. */
import { sameValues } from "./evaluate.ts";
import { serveCalls } from "./stoppable_worker.ts";
import { verifyAnswer, type VerifyOptions } from "./verify_answer.ts";

/** What is to be verified. */
export interface VerifyRequest {
  /** The expected answer. */
  readonly gold: string;
  /** What the model wrote. */
  readonly prediction: string;
  /** How exact the answer must be. */
  readonly options: VerifyOptions;
}

// mathjs is loaded now: its time is the worker's start, not the first formula's deadline.
sameValues("pi", "pi", 0);

serveCalls(({ gold, prediction, options }: VerifyRequest) =>
  verifyAnswer(gold, prediction, options)
);
