/** @file What a distributed stage will take of its GPUs: memory, tokens and GPU-hours, as numbers and for people. */
import type { ResolvedEngine } from "../../../experiment/engine.ts";
import type { ResolvedStage } from "../../../experiment/stages.ts";
import type { PolicyConfig } from "../../../policy/config.ts";
import { alignColumns } from "../../../runs/align_columns.ts";
import {
  type GpuTime,
  gpuTime,
  SAMPLING_SHARE,
  type StageTokens,
  TRAINING_SHARE,
} from "./gpu_hours.ts";
import { type GpuMemory, gpuMemory, type GpuNeed, totalOf } from "./gpu_memory.ts";
import { type Gpu, GPUS } from "./gpus.ts";

/** What is known of a stage's sequences. */
export interface MeasuredStage {
  /** Shape of the policy. */
  readonly config: PolicyConfig;
  /** How many prompts or demonstrations there are; null where they are made without end. */
  readonly count: number | null;
  /** Mean tokens of a prompt. */
  readonly prompt: number;
  /** Mean tokens of a completion: of a demonstration its own, of a rollout its budget. */
  readonly completion: number;
  /** Most tokens of both together. */
  readonly longest: number;
}

/** What a stage will take. */
export interface StageDemand {
  /** What it is, for people. */
  readonly label: string;
  /** The GPU that it is planned for. */
  readonly gpu: Gpu;
  /** How many. */
  readonly gpus: number;
  /** Memory of each. */
  readonly memory: GpuMemory;
  /** What is done. */
  readonly tokens: StageTokens;
  /** Passes over the data; null where it is endless. */
  readonly epochs: number | null;
  /** Most further sequences for one that is trained on: dynamic sampling's bound. */
  readonly refills: number;
  /** Time where every completion is as long as it may be. */
  readonly most: GpuTime;
  /** Time where completions are half as long, which is assumed; null for SFT, whose are known. */
  readonly half: GpuTime | null;
}

/** GPUs that share a policy, and how it samples; null for an engine whose processes compute on whatever there is. */
function placeOf(engine: ResolvedEngine) {
  if (engine.kind === "verl") {
    const { gpus, nodes, tensorParallel, gpuMemoryUtilization } = engine;
    return { gpus: gpus * nodes, tensorParallel, share: gpuMemoryUtilization };
  }
  const { processes, nodes, sharding } = engine;
  // TRL samples with the weights that it trains.
  return sharding === "none" ? null : { gpus: processes * nodes, tensorParallel: 1, share: null };
}

/**
 * Counts what a stage will take.
 *
 * @param label What it is, for people.
 * @returns Null for an engine whose processes do not share GPUs.
 */
export function stageDemand(
  label: string,
  engine: ResolvedEngine,
  stage: ResolvedStage,
  { config, count, prompt, completion, longest }: MeasuredStage,
): StageDemand | null {
  const place = placeOf(engine);
  if (place === null) return null;
  const { gpus, tensorParallel, share } = place;
  const gpu = GPUS[engine.gpu];
  const recompute = stage.recompute ?? false;
  const practises = stage.kind !== "sft";
  const memory = gpuMemory({
    ...{ config, gpus, recompute, microBatchTokens: stage.microBatchTokens },
    computed: engine.precision === "bf16" ? 2 : 4,
    sampling: practises && share !== null ? { tensorParallel, share, longest } : null,
  }, gpu.memory);
  const updates = stage.updates ??
    (practises ? 0 : stage.epochs! * Math.ceil((count ?? 0) / stage.batch));
  const passes = practises ? stage.updatesPerBatch : 1;
  const batches = updates / passes;
  const own = practises ? stage.groups : stage.batch;
  const sequences = practises ? own * stage.rollouts : own;
  const tokens: StageTokens = {
    ...{ batches, passes, sequences, prompt, completion, recompute },
    sampled: practises ? sequences : 0,
    reference: practises && stage.klCoefficient > 0,
  };
  const time = (length: number) =>
    gpuTime(
      config,
      { ...tokens, completion: length },
      gpu,
      gpus,
      tensorParallel,
      memory.sequences ?? Infinity,
    );
  return {
    ...{ label, gpu, gpus, memory, tokens },
    epochs: count === null ? null : batches * own / count,
    refills: practises && stage.dynamicSampling ? stage.dynamicSampling.maxRefills : 0,
    most: time(completion),
    half: practises ? time(completion / 2) : null,
  };
}

const whole = (count: number) => Math.round(count).toLocaleString("en");
const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);

/** A number that may be small. */
function short(value: number): string {
  return value < 10 ? value.toFixed(1) : whole(value);
}

/** Tokens for people. */
function tokenText(count: number): string {
  return count < 1e9 ? `${(count / 1e6).toFixed(1)} M` : `${(count / 1e9).toFixed(2)} B`;
}

function needLines(needs: readonly GpuNeed[]): string[][] {
  return needs.map(({ what, bytes, how }) => [`    ${what}`, gigabytes(bytes), `GB  ${how}`]);
}

/** The demand for people, in lines of at most 100 columns. */
export function demandLines(demand: StageDemand): string[] {
  const { label, gpu, gpus, memory, tokens, epochs, refills, most, half } = demand;
  const { batches, sequences, sampled, prompt, completion } = tokens;
  const passes = epochs === null ? "" : `, ${epochs.toFixed(1)} epochs`;
  const state = memory.training.slice(0, 3);
  const peaks = [
    totalOf(memory.training),
    memory.sampling.length > 0 ? totalOf(state) + totalOf(memory.sampling) : 0,
  ];
  const rows = [
    ["  while it is trained", "", ""],
    ...needLines(memory.training),
    ["    together", gigabytes(peaks[0]!), `GB of ${gigabytes(gpu.memory)}`],
    ...memory.sampling.length === 0 ? [] : [
      ["  while it samples", "", ""],
      ["    weights and optimiser state", gigabytes(totalOf(state)), "GB  as above"],
      ...needLines(memory.sampling),
      ["    together", gigabytes(peaks[1]!), `GB of ${gigabytes(gpu.memory)}`],
      ["    sequences at once", whole(memory.sequences!), "of the longest kind, on each copy"],
    ],
  ];
  const text = (time: GpuTime) =>
    `${sampled > 0 ? `${short(time.sampling)} s sampling, ` : ""}${
      short(time.training)
    } s training; ` +
    `in all ${short(time.gpuHours)} GPU-hours`;
  const length = `${whole(prompt)} tokens of prompt and ${whole(completion)} of completion`;
  return [
    `${label}: ${(memory.parameters / 1e9).toFixed(2)} B weights on ${gpus} × ${gpu.name}`,
    `  ${whole(batches)} batches of ${whole(sequences)} sequences${passes}; ${length}${
      sampled > 0 ? " at most" : ""
    }`,
    ...alignColumns(rows),
    `  ${tokenText(batches * sequences * (prompt + completion))} tokens trained on` +
    (sampled > 0
      ? `, ${tokenText(batches * sampled * completion)} sampled at most` +
        (refills > 0 ? ` (${1 + refills} times as many where every group is dropped)` : "")
      : ""),
    `  a batch: ${text(most)}`,
    ...half === null ? [] : [`  with completions of half that length: ${text(half)}`],
    ...Math.max(...peaks) > 0.9 * gpu.memory
      ? [
        `  does not fit ${gpu.name} with a tenth to spare: more GPUs, fewer microBatchTokens, recompute, or offload`,
      ]
      : [],
  ];
}

/** Seconds that the stage is expected to take: of rollouts half as long as they may be. */
export function secondsOf({ half, most, gpus }: StageDemand): number {
  return (half ?? most).gpuHours * 3600 / gpus;
}

/** What the figures rest on, for people. */
export const ASSUMED =
  `counted, not measured; assumed: ${
    100 * TRAINING_SHARE
  } % of the products that the GPUs can do in training, ` +
  `${100 * SAMPLING_SHARE} % of their bandwidth in sampling`;
