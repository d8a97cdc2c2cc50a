/** @file Validation of the policies that a job makes, by the embedded engine: the numbers that its own stages choose by. */
import type { TrainingTasks } from "../../domains/load_tasks.ts";
import type { ResolvedStage } from "../../experiment/stages.ts";
import { Generator } from "../../policy/generator.ts";
import type { Policy } from "../../policy/policy.ts";
import { Scorer } from "../../policy/scorer.ts";
import { AnswerVerifier } from "../../rewards/answer_verifier.ts";
import { demonstrate } from "../embedded/demonstrations.ts";
import { MAX_ROWS } from "../embedded/settings.ts";
import { sequence, validateSft } from "../embedded/train_sft.ts";
import { validate } from "../embedded/validate.ts";
import type { ValidationMetrics } from "./checkpoints.ts";

/** Validates a policy with the weights that it has at the time. */
export interface Validator extends Disposable {
  /** Greedy accuracy on the held-out problems; for SFT their loss, too. */
  validate(): Promise<ValidationMetrics>;
  /** What policies are compared by. */
  scoreOf(found: ValidationMetrics): readonly number[];
}

/**
 * Opens what a stage's validation needs.
 *
 * @param tasks Those that fit; some held out.
 */
export async function openValidator(
  policy: Policy,
  stage: ResolvedStage,
  tasks: TrainingTasks,
  { threads }: { readonly threads: number },
): Promise<Validator> {
  const { config, weights } = policy;
  const held = new DisposableStack();
  const verifier = held.use(
    await AnswerVerifier.start(tasks.format.verifier, { workers: threads }),
  );
  const generator = held.use(new Generator(config, weights, { threads, maxRows: MAX_ROWS }));
  const dispose = { [Symbol.dispose]: () => held[Symbol.dispose]() };
  if (stage.kind !== "sft") {
    return {
      ...dispose,
      validate: async () => {
        // Weights that have changed since make what it holds stale.
        generator.release();
        return { ...await validate(policy, generator, tasks.format, tasks.validation, verifier) };
      },
      scoreOf: (found) => [found["validation"]!],
    };
  }
  const scorer = held.use(new Scorer(config, weights, { temperature: 1, threads }));
  const sequences = tasks.validation.map((task) =>
    sequence(policy, stage, tasks.format.system, demonstrate(stage, tasks, task), task.id)
  );
  return {
    ...dispose,
    validate: async () => {
      generator.release();
      return {
        ...await validateSft(policy, stage, tasks, generator, scorer, sequences, verifier),
      };
    },
    scoreOf: (found) => [found["validation"]!, -found["validationLoss"]!],
  };
}
