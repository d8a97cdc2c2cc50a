/** @file The trainer's loop of an SRL stage alone, in this process: what the runner's cost is measured against. */
import { sampleGroups } from "../src/algorithms/dynamic_sampling.ts";
import { Learner } from "../src/algorithms/learner.ts";
import { objectiveOf } from "../src/algorithms/policy_loss.ts";
import { loadTraining } from "../src/domains/load_tasks.ts";
import { learningRateAt } from "../src/engine/optim/schedule.ts";
import type { TrainingSpec } from "../src/experiment/specs.ts";
import { Generator } from "../src/policy/generator.ts";
import { Rng } from "../src/random/rng.ts";
import { AnswerVerifier } from "../src/rewards/answer_verifier.ts";
import { RewardPool } from "../src/rewards/pool.ts";
import { BestCheckpoint } from "../src/trainers/embedded/best_checkpoint.ts";
import { grpoSetting } from "../src/trainers/embedded/grpo_items.ts";
import { ReferencePolicy } from "../src/trainers/embedded/reference_policy.ts";
import { RolloutSampler } from "../src/trainers/embedded/rollout_sampler.ts";
import { ADAMW, MAX_ROWS } from "../src/trainers/embedded/settings.ts";
import { startPolicy } from "../src/trainers/embedded/start_policy.ts";
import { updateOnGroups } from "../src/trainers/embedded/update_on_groups.ts";
import { validate } from "../src/trainers/embedded/validate.ts";

/**
 * Samples, judges, updates and validates as the stage does, and saves the policy that comes of it into `folder`. Keeps no metrics, no
 * rollouts, no state to go on from; tells nobody; takes no lock.
 */
export async function trainBare(spec: TrainingSpec, folder: string): Promise<void> {
  const { stage, seed, threads } = spec;
  if (stage.kind !== "srl" || !("checkpoint" in spec.policy)) {
    throw new Error("expected an srl stage that starts from a checkpoint");
  }
  const parent = spec.policy.checkpoint;
  const tasks = await loadTraining(spec.data, spec.prompts);
  const { chat } = spec.prompts;
  using policy = await startPolicy(spec.policy, parent, spec.data, tasks, seed, chat);
  const { config, weights, tokenizer } = policy;
  const { weightDecay, maxGradNorm, temperature, updates } = stage;
  const rng = new Rng(stage.kind, seed);
  const options = { ...ADAMW, weightDecay, maxGradNorm, threads, temperature };
  using learner = new Learner(config, weights, objectiveOf(stage), options);
  using generator = new Generator(config, weights, { threads, maxRows: MAX_ROWS });
  using reference = stage.klCoefficient > 0
    ? new ReferencePolicy(policy, { temperature, threads })
    : null;
  const setting = grpoSetting(stage, tasks, rng, {
    thinking: policy.prompts.thinking,
    items: null,
    countTokens: (text) => tokenizer.encode(text).length,
  });
  const { verifier: program } = tasks.format;
  using rewards = await RewardPool.start(stage.reward, {
    resources: { tokenizer: tokenizer.files, verifier: program },
    workers: threads,
  });
  using sampler = new RolloutSampler(policy, generator, stage, setting, rewards, rng, {
    threads,
  });
  using verifier = await AnswerVerifier.start(program, { workers: threads });
  const best = new BestCheckpoint(policy);
  const { epsilon, maxRefills } = stage.dynamicSampling || { epsilon: null, maxRefills: 0 };
  for (let step = 0; step <= updates; step++) {
    if (step % stage.validateEvery === 0 || step === updates) {
      const held = tasks.validation;
      const { validation } = await validate(policy, generator, tasks.format, held, verifier);
      if (step > 0) best.offer(step, [validation]);
    }
    if (step === updates) break;
    const { kept } = await sampleGroups(
      { groups: stage.groups, epsilon, maxRefills },
      (count) => sampler.sample(count, step),
    );
    if (kept.length > 0) generator.release();
    const schedule = { kind: stage.schedule, peak: stage.learningRate, warmup: stage.warmup };
    const rate = learningRateAt({ ...schedule, updates }, step);
    await updateOnGroups(learner, kept, reference, stage, [rate]);
  }
  best.restore();
  await policy.save(folder);
}
