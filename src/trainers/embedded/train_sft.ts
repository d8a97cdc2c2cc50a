/** @file Supervised fine-tuning: loss on the completion only, the best of several learning rates kept. */
import { Learner, type LearnerState, scaleOf } from "../../algorithms/learner.ts";
import type { SourcePosition } from "../../algorithms/source.ts";
import type { TrainingTasks } from "../../domains/load_tasks.ts";
import type { Demonstration } from "../../domains/task.ts";
import { openGpu } from "../../engine/gpu.ts";
import { learningRateAt } from "../../engine/optim/schedule.ts";
import { InputError } from "../../errors.ts";
import { writeWhole } from "../../files.ts";
import type { ResolvedSft } from "../../experiment/sft.ts";
import { Generator } from "../../policy/generator.ts";
import { pack, type PromptGroup } from "../../policy/packing.ts";
import type { Policy } from "../../policy/policy.ts";
import { contextBound, requireRoom } from "../../policy/room.ts";
import type { RawTensor } from "../../policy/safetensors.ts";
import { Scorer } from "../../policy/scorer.ts";
import { Rng } from "../../random/rng.ts";
import { AnswerVerifier } from "../../rewards/answer_verifier.ts";
import type { MetricRow } from "../../results/outcome.ts";
import type { StageContext } from "../../runs/stage.ts";
import { BestCheckpoint, type BestState, compare } from "./best_checkpoint.ts";
import {
  demonstrate,
  demonstrationNeed,
  demonstrations,
  encodeDemonstration,
} from "./demonstrations.ts";
import type { JsonLines } from "./json_lines.ts";
import { Progress } from "./progress.ts";
import { Saver } from "./saver.ts";
import { ADAMW, MAX_ROWS } from "./settings.ts";
import { numbersOf, tensorsOf, withPrefix } from "./tensors.ts";
import { validate, type Validation } from "./validate.ts";

/** Where the loop is between two updates, beside the tensors. */
interface SftState {
  /** Candidates that are done. */
  readonly done: readonly Listed[];
  /** The best of these, without its weights. */
  readonly kept: Omit<Candidate, "weights"> | null;
  /** The one that is being trained. */
  readonly current: CandidateState;
}

/** Where the training of one candidate is. */
interface CandidateState {
  readonly step: number;
  readonly learner: LearnerState;
  readonly source: SourcePosition;
  readonly best: BestState;
  readonly rows: readonly MetricRow[];
  readonly trainedTokens: number;
}

/** What is told of a candidate. */
type Listed = Pick<Candidate, "learningRate" | "step" | "score">;

/**
 * Trains the policy in place; writes `metrics.jsonl` and `candidates.json`. Goes on where an earlier process was that saved its
 * state in the same folder.
 */
export async function trainSft(
  policy: Policy,
  stage: ResolvedSft,
  tasks: TrainingTasks,
  context: StageContext,
): Promise<void> {
  const updates = stage.updates ??
    stage.epochs! * Math.ceil((tasks.train?.length ?? endless()) / stage.batch);
  using saver = await Saver.open<SftState>(context);
  const start = policy.copyWeights();
  const total = updates * stage.learningRate.length;
  const timings = saver.lines("timings.jsonl");
  // Which of several candidates' rows are the stage's is known at the end; those of the only one can be followed as they come.
  const metrics = saver.lines("metrics.jsonl");
  const live = stage.learningRate.length === 1 ? metrics : null;
  const progress = new Progress(context, timings, total, "updates", saver.step);
  using verifier = tasks.validation.length > 0
    ? await AnswerVerifier.start(tasks.format.verifier, { workers: context.threads })
    : null;
  const { state: from, tensors: saved } = saver.saved ?? {};
  const done: Listed[] = [...from?.done ?? []];
  let kept: Candidate | null = from?.kept && saved
    ? { ...from.kept, weights: withPrefix("kept/", saved) }
    : null;
  const first = done.length;
  for (const [index, learningRate] of stage.learningRate.entries()) {
    if (index < first) continue;
    policy.setWeights(start);
    const candidate = await trainCandidate(policy, stage, learningRate, updates, tasks, {
      ...{ context, progress, verifier, live },
      from: index === first && from && saved ? { state: from.current, saved } : null,
      boundary: (current, tensors) =>
        saver.boundary(index * updates + current.step, () => {
          const { weights = null, ...rest } = kept ?? {};
          return {
            state: { done, kept: weights ? rest as Omit<Candidate, "weights"> : null, current },
            tensors: new Map([...tensors(), ...tensorsOf("kept/", weights ?? new Map())]),
          };
        }),
    });
    done.push({ learningRate, step: candidate.step, score: candidate.score });
    // Of equal ones the first.
    if (kept === null || compare(candidate.score, kept.score) > 0) kept = candidate;
  }
  const best = kept!;
  policy.setWeights(best.weights);
  if (live === null) metrics.write(...best.rows);
  const listed = done.map(({ learningRate, step, score }) => ({
    learningRate,
    step,
    validation: score[0] ?? null,
    validationLoss: score[1] === undefined ? null : -score[1],
    kept: learningRate === best.learningRate,
  }));
  await writeWhole(`${context.dir}/candidates.json`, `${JSON.stringify(listed, null, 2)}\n`);
}

function endless(): never {
  throw new InputError("sft: epochs: the data is endless; expected updates instead");
}

/** What one learning rate came to. */
interface Candidate {
  readonly learningRate: number;
  readonly step: number;
  readonly score: readonly number[];
  readonly weights: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  readonly rows: readonly MetricRow[];
}

/** What a candidate is trained with. */
interface CandidateRun {
  readonly context: StageContext;
  readonly progress: Progress;
  readonly verifier: AnswerVerifier | null;
  /** Where its rows go as they come; null where they are written once it is chosen. */
  readonly live: JsonLines | null;
  /** Where an earlier process was; null to begin. */
  readonly from: {
    readonly state: CandidateState;
    readonly saved: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  } | null;
  /** Called between two updates. */
  boundary(state: CandidateState, tensors: () => ReadonlyMap<string, RawTensor>): Promise<void>;
}

async function trainCandidate(
  policy: Policy,
  stage: ResolvedSft,
  peak: number,
  updates: number,
  tasks: TrainingTasks,
  { context, progress, verifier, live, from, boundary }: CandidateRun,
): Promise<Candidate> {
  const { threads, seed } = context;
  const { config, weights } = policy;
  const { weightDecay, maxGradNorm, schedule, warmup } = stage;
  using device = stage.device === "gpu" ? openGpu() : null;
  if (device) {
    context.report({ type: "log", message: `on a GPU through ${device.provider}` });
  }
  using learner = new Learner(config, weights, { kind: "likelihood" }, {
    ...ADAMW,
    weightDecay,
    maxGradNorm,
    threads,
    temperature: 1,
    recompute: stage.recompute ?? false,
    precision: stage.precision ?? "float32",
    ...(device ? { device } : {}),
  }, policy.adapter);
  const place = learner.resident ? { resident: learner.resident } : {};
  policy.holdAt(learner);
  using generator = new Generator(config, weights, { threads, maxRows: MAX_ROWS, ...place });
  using scorer = new Scorer(config, weights, { temperature: 1, threads, ...place });
  const sequenceOf = (example: Demonstration, id: string) =>
    sequence(policy, stage, tasks.format.system, example, id);
  const heldOut = tasks.validation.map((task) =>
    sequenceOf(demonstrate(stage, tasks, task), task.id)
  );
  const source = demonstrations(stage, tasks, sequenceOf, new Rng("sft", seed));
  const best = new BestCheckpoint(policy);
  if (from) {
    const { state, saved } = from;
    policy.setWeights(withPrefix("trained/", saved));
    learner.restore(state.learner, withPrefix("moment/", saved));
    source.moveTo(state.source);
    best.resume(state.best, saved);
  }
  const rows: MetricRow[] = [...from?.state.rows ?? []];
  const record = (row: MetricRow) => {
    rows.push(row);
    live?.write(row);
  };
  let trainedTokens = from?.state.trainedTokens ?? 0;

  for (let step = from?.state.step ?? 0; step <= updates; step++) {
    const { position } = source;
    await boundary(
      { step, learner: learner.state, source: position, best: best.state, rows, trainedTokens },
      () =>
        new Map([
          ...tensorsOf("trained/", numbersOf(policy.trained)),
          ...tensorsOf("moment/", numbersOf(learner.moments)),
          ...best.tensors,
        ]),
    );
    const last = step === updates;
    const checked = verifier && (step % stage.validateEvery === 0 || last)
      ? await validateSft(policy, stage, tasks, generator, scorer, heldOut, verifier)
      : null;
    // The policy that the stage starts from is measured, but is no result of the stage.
    if (checked && step > 0) best.offer(step, [checked.validation, -checked.validationLoss]);
    if (last) {
      if (checked) record({ step, ...checked });
      break;
    }
    const batch = source.take(stage.batch);
    const completions = batch.flatMap((group) => group.completions);
    const count = completions.reduce((n, { tokens }) => n + tokens.length, 0);
    let loss = 0;
    for (const micro of pack(batch, { maxTokens: stage.microBatchTokens })) {
      trainedTokens += micro.rows * micro.time;
      const equal = new Float32Array(micro.labels.length).fill(1 / count);
      loss += (await learner.accumulate(micro, { weights: equal })).loss;
    }
    const learningRate = learningRateAt({ kind: schedule, peak, warmup, updates }, step);
    const gradNorm = await learner.step(learningRate);
    record({ step, loss, gradNorm, learningRate, ...scaleOf(learner), trainedTokens, ...checked });
    progress.advance(
      `loss ${loss.toFixed(3)}${heldOut.length > 0 ? ` best ${percent(best.score[0])}` : ""}`,
    );
  }
  policy.holdAt(null);
  if (heldOut.length > 0) best.restore();
  const { score, step } = best;
  return { learningRate: peak, step, score, weights: policy.copyWeights(), rows };
}

/** Accuracy and loss on the held-out problems. */
export async function validateSft(
  policy: Policy,
  stage: ResolvedSft,
  tasks: TrainingTasks,
  generator: Generator,
  scorer: Scorer,
  heldOut: readonly PromptGroup<number>[],
  verifier: AnswerVerifier,
): Promise<Validation & { validationLoss: number }> {
  const accuracy = await validate(
    policy,
    generator,
    tasks.format,
    tasks.validation,
    verifier,
  );
  generator.release(); // the next update needs the memory, and makes it stale
  let sum = 0;
  let count = 0;
  for (const batch of pack(heldOut, { maxTokens: stage.microBatchTokens })) {
    for (const logProb of await scorer.score(batch)) sum -= logProb;
    count += batch.labels.length;
  }
  return { ...accuracy, validationLoss: sum / count };
}

/**
 * A demonstration as ids.
 *
 * @throws {InputError} where it does not fit.
 */
export function sequence(
  policy: Policy,
  { microBatchTokens }: ResolvedSft,
  system: string,
  example: Demonstration,
  id: string,
): PromptGroup<number> {
  const group = encodeDemonstration(policy, system, example);
  requireRoom(demonstrationNeed(group, id), [
    contextBound(policy.config),
    { name: "microBatchTokens", tokens: microBatchTokens },
  ]);
  return group;
}

function percent(share: number | undefined): string {
  return share === undefined ? "–" : `${(100 * share).toFixed(1)} %`;
}
