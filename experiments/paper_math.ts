/**
 * @file The published comparison on mathematics (arXiv 2510.25992, tables 1 and 3), for GPUs: Qwen2.5-Instruct trained on s1K-1.1 with verl.
 * Its hyper-parameters are those of section 4; what the source does not say is marked, here and in the plan.
 */
import { type ExperimentDeclaration, rlvr, sft, srl, verl, type VerlOptions } from "../mod.ts";
import { paper } from "./settings.ts";

/** Problems that are trained on: 1,000, less 60 to validate on. */
const PROBLEMS = 940;

/**
 * Step instances of these. Chosen: 39 solutions of the set, written in steps, have 423 to predict; the plan counts those of the data that it
 * finds and says how many epochs come of it.
 */
const INSTANCES = Math.round(PROBLEMS * 423 / 39);

/** As published. */
const EPOCHS = 30;

/** Updates that are some epochs of batches. */
const epochs = (count: number, items: number, batch: number) => Math.ceil(count * items / batch);

/** Said by every plan. */
const CHOSEN: readonly string[] = [
  `chosen, for the source does not say: ε 1e-6 and 3 refills, completions of up to ${paper.steps.maxTokens} tokens (SRL) and ` +
  `${paper.answers.maxTokens} (RLVR), clip 0.2, every token of a batch weighs the same (loss dapo), AdamW's betas 0.9 and 0.95, ` +
  "no weight decay, validation every 10 updates",
  `chosen: ${EPOCHS} epochs are counted for ${
    INSTANCES.toLocaleString("en")
  } step instances, 10.8 a problem; solutions ` +
  "that do not parse into steps are dropped, no teacher rewrites them",
  "chosen: policies of this size are not evaluated by the embedded engine in reasonable time: see docs/paper-math.md",
];

/**
 * The experiment for one size.
 *
 * @param size Names it: `7b`.
 * @param engine Where it is trained.
 */
export function paperMath(size: string, engine: VerlOptions): ExperimentDeclaration {
  const { problems, imitation, steps, answers } = paper;
  const own = { recompute: true };
  // Logits of more tokens at once do not fit beside the rest.
  const imitated = { ...imitation, ...own, microBatchTokens: 20_480 };
  const outline = sft(imitated);
  const bySteps = srl({ ...steps, ...own, updates: epochs(EPOCHS, INSTANCES, 512), groups: 512 });
  const byAnswer = rlvr({
    ...answers,
    ...own,
    updates: epochs(EPOCHS, PROBLEMS, 128),
    groups: 128,
  });
  return {
    name: `paper-math-${size}`,
    question: "Does SRL teach hard problems where SFT overfits and RLVR finds no correct rollout?",
    policy: { [size]: `hf:Qwen/Qwen2.5-${size.toUpperCase()}-Instruct` },
    ...problems,
    engine: verl(engine),
    arms: {
      base: [],
      "sft reasoning": [sft({ ...imitated, target: "reasoning" })],
      "sft outline": [outline],
      rlvr: [byAnswer],
      srl: [bySteps],
      "srl → rlvr": [bySteps, byAnswer],
    },
    remarks: CHOSEN,
    // The evaluation's, which only a plan on a smaller machine would refuse.
    memory: 1024,
  };
}
