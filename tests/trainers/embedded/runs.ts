/** @file Whole training stages of a tiny policy on a few easy relay problems, in folders of their own. */
import { SOLUTIONS } from "../../experiment/declarations.ts";
import { createHash } from "node:crypto";
import type { ResolvedRelayData } from "../../../src/experiment/data.ts";
import type { PromptsDeclaration } from "../../../src/experiment/prompts.ts";
import { rlvr, type RlvrOptions, rlvrSchema } from "../../../src/experiment/rlvr.ts";
import { r3, type R3Options, r3Schema } from "../../../src/experiment/r3.ts";
import { sft, type SftOptions, sftSchema } from "../../../src/experiment/sft.ts";
import type { TrainingSpec } from "../../../src/experiment/specs.ts";
import { srl, type SrlOptions, srlSchema } from "../../../src/experiment/srl.ts";
import type { MetricRow, RolloutRow } from "../../../src/results/outcome.ts";
import type { StageContext, StageEvent } from "../../../src/runs/stage.ts";
import type { AccountJson, Dropped } from "../../../src/data/account.ts";
import { runTrainingStage } from "../../../src/trainers/embedded/run_stage.ts";

/** A shape that trains in a second. */
export const INIT = {
  hidden_size: 32,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  intermediate_size: 64,
  max_position_embeddings: 160,
  tie_word_embeddings: true,
  attention_bias: false,
  rope_theta: 10000,
  rms_norm_eps: 1e-6,
  initializer_range: 0.1,
} as const;

/** Six problems, none held out. */
export const DATA: ResolvedRelayData = {
  domain: "relay",
  tier: "easy",
  train: 6,
  validation: 0,
  seed: 1,
};

/** What a stage left behind. */
export interface Ran {
  /** Names of its files, sorted. */
  readonly files: string[];
  readonly metrics: MetricRow[];
  readonly rollouts: RolloutRow[];
  readonly timings: Record<string, number>[];
  readonly candidates: Record<string, unknown>[];
  readonly instances: AccountJson<Dropped> | null;
  /** The text of `metrics.jsonl` and `rollouts.jsonl`. */
  readonly bytes: string;
  /** SHA-256 of the file of weights. */
  readonly weights: string;
  /** The weights, one after another. */
  readonly numbers: Float32Array;
  readonly events: StageEvent[];
}

/** What may be different from one run to another. */
export interface RunOptions {
  readonly data?: Partial<ResolvedRelayData>;
  readonly seed?: number;
  /** Problems from this file instead. */
  readonly file?: string;
  /** How they are put to the policy. */
  readonly prompts?: PromptsDeclaration;
  /** Folder of the policy to start from; null to initialise one. */
  readonly parent?: string | null;
  /** When to save, and when to stop. */
  readonly context?: Pick<StageContext, "saveEvery" | "stop">;
  /** Called with what the stage tells. */
  readonly report?: (event: StageEvent) => void;
}

/** A folder that lasts as long as this test file runs. */
export const folder = (): string => Deno.makeTempDirSync();

/** Runs a stage in `dir`. */
export async function runIn(
  dir: string,
  stage: TrainingSpec["stage"],
  { data, file, prompts = {}, seed = 1, parent = null, context: more, report }: RunOptions,
): Promise<StageEvent[]> {
  const events: StageEvent[] = [];
  const context: StageContext = {
    dir,
    parent,
    seed,
    threads: 1,
    ...more,
    report: (event) => {
      events.push(event);
      report?.(event);
    },
  };
  await runTrainingStage({
    kind: "train",
    policy: parent === null ? { init: INIT } : { checkpoint: parent },
    data: file === undefined
      ? { ...DATA, ...data }
      : { domain: "file", file, validation: data?.validation ?? 0, seed: 1, ...SOLUTIONS },
    prompts: { chat: {}, ...prompts },
    stage,
    seed,
    threads: 1,
    engine: "test",
    versions: {},
    contents: {},
  }, context);
  return events;
}

let trained: Promise<string> | undefined;

/** Folder of a policy that half knows the problems by heart: some of its rollouts are right, most are not. */
export function startFolder(): Promise<string> {
  return trained ??= (async () => {
    const dir = folder();
    const options = { target: "solution", updates: 48, batch: 6, learningRate: 2e-2 } as const;
    await runIn(dir, sftSchema.parse(sft({ ...options, warmup: 0.1 })), {});
    return `${dir}/checkpoint`;
  })();
}

/** Folder of the same policy with a chat template. */
export async function chatFolder(template: string): Promise<string> {
  const from = await startFolder();
  const dir = folder();
  for (const { name } of Deno.readDirSync(from)) {
    Deno.copyFileSync(`${from}/${name}`, `${dir}/${name}`);
  }
  await Deno.writeTextFile(`${dir}/chat_template.jinja`, template);
  return dir;
}

async function run(stage: TrainingSpec["stage"], options: RunOptions): Promise<Ran> {
  const dir = folder();
  const parent = options.parent === undefined ? await startFolder() : options.parent;
  const events = await runIn(dir, stage, { ...options, parent });
  const text = (name: string) => Deno.readTextFile(`${dir}/${name}`).catch(() => "");
  const lines = async (name: string) =>
    (await text(name)).split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  const file = await Deno.readFile(`${dir}/checkpoint/model.safetensors`);
  const header = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
  return {
    files: [...Deno.readDirSync(dir)].map(({ name }) => name).sort(),
    metrics: await lines("metrics.jsonl"),
    rollouts: await lines("rollouts.jsonl"),
    timings: await lines("timings.jsonl"),
    instances: JSON.parse((await text("ledger.json")) || "{}").data?.prompts ?? null,
    candidates: JSON.parse((await text("candidates.json")) || "[]"),
    bytes: await text("metrics.jsonl") + await text("rollouts.jsonl"),
    weights: createHash("sha256").update(file).digest("hex"),
    numbers: new Float32Array(file.slice(header).buffer),
    events,
  };
}

/** A run of SRL; few updates, with a learning rate that shows. */
export function runSrl(stage: Partial<SrlOptions> = {}, options: RunOptions = {}): Promise<Ran> {
  const small = { updates: 2, groups: 4, rollouts: 6, learningRate: 3e-3, maxTokens: 24 };
  return run(srlSchema.parse(srl({ ...small, ...stage })), options);
}

/** A run of RLVR. */
export function runRlvr(stage: Partial<RlvrOptions> = {}, options: RunOptions = {}): Promise<Ran> {
  const small = { updates: 2, groups: 4, rollouts: 6, learningRate: 3e-3, maxTokens: 60 };
  return run(rlvrSchema.parse(rlvr({ ...small, ...stage })), options);
}

/** A run of R3. */
export function runR3(stage: Partial<R3Options> = {}, options: RunOptions = {}): Promise<Ran> {
  const small = { updates: 2, groups: 4, rollouts: 6, learningRate: 3e-3, maxTokens: 60 };
  return run(r3Schema.parse(r3({ ...small, ...stage })), options);
}

/** A run of SFT. */
export function runSft(stage: Partial<SftOptions> = {}, options: RunOptions = {}): Promise<Ran> {
  const small = { batch: 4, learningRate: 3e-3 };
  const length = stage.epochs === undefined ? { updates: 3 } : {};
  return run(sftSchema.parse(sft({ ...small, ...length, ...stage })), options);
}
