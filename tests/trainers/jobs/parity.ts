/** @file Whether what a job trained is what the embedded engine makes of the same rollouts and demonstrations. */
import { assertLess } from "@std/assert";
import { Learner } from "../../../src/algorithms/learner.ts";
import { objectiveOf } from "../../../src/algorithms/policy_loss.ts";
import { learningRateAt } from "../../../src/engine/optim/schedule.ts";
import type { ResolvedRlvr } from "../../../src/experiment/rlvr.ts";
import type { ResolvedSrl } from "../../../src/experiment/srl.ts";
import { pack } from "../../../src/policy/packing.ts";
import { Policy } from "../../../src/policy/policy.ts";
import { Scorer } from "../../../src/policy/scorer.ts";
import type { RolloutRow } from "../../../src/results/outcome.ts";
import { ReferencePolicy } from "../../../src/trainers/embedded/reference_policy.ts";
import type { Group } from "../../../src/trainers/embedded/rollout_sampler.ts";
import { ADAMW } from "../../../src/trainers/embedded/settings.ts";
import { updateOnGroups } from "../../../src/trainers/embedded/update_on_groups.ts";
import { BASE } from "../trl/specs.ts";

/** The 2-norm of the difference of two policies' weights, and of how far one has come from the base. */
async function distances(trained: Policy, other: Policy) {
  using base = await Policy.load(BASE);
  let [between, moved, size] = [0, 0, 0];
  for (const [name, { data }] of trained.weights) {
    const [b, o] = [base.weights.get(name)!.data, other.weights.get(name)!.data];
    data.forEach((value, i) => {
      between += (value - o[i]!) ** 2;
      moved += (value - b[i]!) ** 2;
      size += value ** 2;
    });
  }
  return { ofWeights: Math.sqrt(between / size), ofChange: Math.sqrt(between / moved) };
}

/** Fails unless two policies are the same to a thousandth, and their way from the base to a hundredth. */
export async function assertAgree(trained: Policy, other: Policy): Promise<void> {
  const { ofWeights, ofChange } = await distances(trained, other);
  assertLess(ofWeights, 1e-3);
  assertLess(ofChange, 1e-2);
}

/** The groups of one batch as the embedded engine takes them, from the lines of `rollouts.jsonl`. */
async function groupsOf(policy: Policy, rows: readonly RolloutRow[], temperature: number) {
  const [end] = policy.prompts.endTokenIds;
  using scorer = new Scorer(policy.config, policy.weights, { temperature, threads: 1 });
  const groups: Group[] = [];
  for (const [index, own] of Map.groupBy(rows, ({ group }) => group)) {
    // Dynamic sampling dropped it.
    if (own.every(({ advantage }) => advantage === null)) continue;
    const { ids: prompt, text } = policy.prompts.encode({ system: "", user: own[0]!.prompt });
    const completions = own.map(({ completion, tokens }, tag) => {
      const written = policy.tokenizer.encode(completion);
      return { tokens: written.length === tokens ? written : [...written, end!], tag };
    });
    const logProbs: number[][] = own.map(() => []);
    for (const batch of pack([{ prompt, completions }], { maxTokens: 4096 })) {
      const found = await scorer.score(batch);
      batch.entries.forEach(({ tag, index }, i) => logProbs[tag]![index] = found[i]!);
    }
    groups.push({
      item: { id: `${index}`, prompt: "", maxTokens: 0, target: "", problem: "", answer: "" },
      ...{ prompt, text },
      rollouts: own.map(({ completion, think, action, formatError, reward }, i) => ({
        completion: {
          tokens: completions[i]!.tokens,
          logProbs: logProbs[i]!,
          // As the job said it: no end token, no line break at its end.
          truncated: formatError === "truncated",
        },
        ...{ text: completion, think, action, formatError },
        judgement: { status: "ok", score: { value: reward!, parts: {} } },
      })),
      rewards: own.map(({ reward }) => reward!),
    });
  }
  return groups;
}

/** Trains the base on what a job sampled, update by update. */
export async function replay(
  policy: Policy,
  stage: ResolvedSrl | ResolvedRlvr,
  rows: readonly RolloutRow[],
) {
  const { temperature, updates, updatesPerBatch, weightDecay, maxGradNorm, klCoefficient } = stage;
  using learner = new Learner(policy.config, policy.weights, objectiveOf(stage), {
    ...ADAMW,
    ...{ weightDecay, maxGradNorm, temperature, threads: 1 },
  });
  using reference = klCoefficient > 0
    ? new ReferencePolicy(policy, { temperature, threads: 1 })
    : null;
  const made = [];
  for (let step = 0; step < updates; step += updatesPerBatch) {
    const groups = await groupsOf(policy, rows.filter((row) => row.step === step), temperature);
    const rates = Array.from(
      { length: updatesPerBatch },
      (_, i) =>
        learningRateAt({
          kind: stage.schedule,
          peak: stage.learningRate,
          warmup: stage.warmup,
          updates,
        }, step + i),
    );
    made.push((await updateOnGroups(learner, groups, reference, stage, rates)).metrics);
  }
  return made;
}
