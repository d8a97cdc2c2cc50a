/** @file How much memory a stage will take, known before it starts, with the arithmetic shown. */
import { trainingGraph } from "../../algorithms/learner.ts";
import type { Objective } from "../../algorithms/objective.ts";
import type { Graph } from "../../engine/graph.ts";
import { liveBytes } from "../../engine/live_bytes.ts";
import { sizeOf } from "../../engine/shape.ts";
import { InputError } from "../../errors.ts";
import type { PolicyConfig } from "../../policy/config.ts";
import { adapterShapes, adapterSlots, type LoraConfig } from "../../policy/lora/config.ts";
import { takesTurns } from "../../policy/generator.ts";
import type { Precision } from "../../policy/device/weights.ts";
import type { PackedShape } from "../../policy/log_probs.ts";
import { parameterLayout } from "../../policy/weights.ts";

/** What a stage does that takes memory. */
export interface MemoryDemand {
  /** The policy's shape. */
  readonly config: PolicyConfig;
  /** Its updates; null for a stage that only decodes. */
  readonly training: {
    /** What is maximised. */
    readonly objective: Objective;
    /** Most tokens of a micro-batch. */
    readonly microBatchTokens: number;
    /** Tokens of the longest sequence. */
    readonly longest: number;
    /** Copies kept of what is trained: the start, the best so far. */
    readonly copies: number;
    /** Whether a frozen copy of the policy's weights is kept as the reference of a KL penalty. */
    readonly reference: boolean;
    /** The adapter that is trained; null for the weights themselves. */
    readonly lora: LoraConfig | null;
    /** Whether activations are computed anew in the backward pass. */
    readonly recompute: boolean;
    /** Whether a GPU does it, and the decoding. */
    readonly onGpu: boolean;
    /** What products are computed in. */
    readonly precision: Precision;
  } | null;
  /** Its sampling; null for none. */
  readonly decoding: {
    /** Sequences at once. */
    readonly rows: number;
    /** Tokens of the longest, prompt and completion together. */
    readonly capacity: number;
  } | null;
}

/** One line of an estimate. */
export interface MemoryNeed {
  /** What takes the memory, e.g. `optimiser`. */
  readonly what: string;
  /** How many bytes. */
  readonly bytes: number;
  /** The arithmetic, e.g. `2 moments × 12,345 numbers × 4 B`. */
  readonly how: string;
  /** Whether it is a GPU's memory, and not the machine's. */
  readonly onGpu?: true;
}

/** What a process takes before it holds a policy: the program, the runtime, compiled graphs, the tokenizer. */
const PROCESS = 150 * 2 ** 20;

const whole = (value: number) => Math.round(value).toLocaleString("en");

/**
 * The memory that a stage takes at its peak, part by part. Activations, logits and gradients on their way are found by following
 * the training graph of the largest micro-batch (see {@link liveBytes}); the rest is counted. Measured peaks are within 30 %.
 * On a GPU what it computes with lies there, and the machine's memory holds a copy of the weights and what is being saved.
 * A large policy trains and decodes by turns (see {@link takesTurns}): of the two, what takes more is there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "../../policy/config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const decoding = { rows: 4, capacity: 32 };
 * const cache = estimateMemory({ config, training: null, decoding }).find(({ what }) => what === "KV cache");
 * assertEquals(cache, {
 *   what: "KV cache",
 *   bytes: 16384,
 *   how: "4 sequences × 32 tokens × 2 × 1 layer × 1 head × 16 × 4 B",
 * });
 * ```
 */
export function estimateMemory({ config, training, decoding }: MemoryDemand): MemoryNeed[] {
  const layout = parameterLayout(config);
  const numbersOf = (list: readonly { readonly shape: readonly number[] }[]) =>
    list.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const parameters = numbersOf(layout);
  const times = (count: number, unit: string, numbers = parameters) => ({
    bytes: 4 * count * numbers,
    how: `${unit}${whole(numbers)} numbers × 4 B`,
  });
  const needs: MemoryNeed[] = [
    { what: "process", bytes: PROCESS, how: "program, runtime, compiled graphs" },
    { what: "weights", ...times(1, "") },
  ];
  if (training) {
    const { copies, reference, lora } = training;
    const slots = lora ? adapterSlots(config, lora.targetModules) : [];
    const trained = lora ? numbersOf(adapterShapes(slots, lora.rank)) : parameters;
    if (lora) {
      const adapted = new Set(slots.map(({ parameter }) => parameter));
      const kept = numbersOf(layout.filter(({ name }) => adapted.has(name)));
      needs.push({ what: "adapter", ...times(1, "", trained) });
      needs.push({ what: "weights without it", ...times(1, "", kept) });
    }
    needs.push({ what: "gradients", ...times(1, "", trained) });
    needs.push({ what: "optimiser", ...times(2, "2 moments × ", trained) });
    if (copies > 0) {
      needs.push({ what: "copies", ...times(copies, `${copies} × `, trained) });
    }
    if (reference) needs.push({ what: "reference", ...times(1, "") });
    if (training.precision === "float16") {
      const rounded = (reference ? 2 : 1) * parameters;
      const how = `${reference ? "2 × " : ""}${whole(parameters)} numbers × 2 B`;
      needs.push({ what: "rounded weights", bytes: 2 * rounded, how });
    }
    if (training.onGpu) needs.push({ what: "saved state", ...times(2, "2 moments × ", trained) });
  }
  const pass = training ? passNeeds(config, training) : [];
  const sampling: MemoryNeed[] = [];
  if (decoding) {
    const { rows, capacity } = decoding;
    const { layers, kvHeads, headDim, vocabSize } = config;
    const noun = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
    const width = training?.precision === "float16" ? 2 : 4;
    needs.push({
      what: "KV cache",
      bytes: 2 * width * rows * capacity * layers * kvHeads * headDim,
      how: `${noun(rows, "sequence")} × ${capacity} tokens × 2 × ${noun(layers, "layer")} × ${
        noun(kvHeads, "head")
      } × ${headDim} × ${width} B`,
    });
    sampling.push({
      what: "decoding logits",
      bytes: 12 * rows * vocabSize,
      how: `3 × ${noun(rows, "sequence")} × ${whole(vocabSize)} × 4 B`,
    });
    sampling.push({
      what: "decoding weights",
      // As the runtime lays them out for its kernels.
      ...times(1, ""),
    });
  }
  if (training?.onGpu) return placed([...needs, ...pass, ...sampling], times(1, ""));
  if (!takesTurns(parameters)) return [...needs, ...pass, ...sampling];
  // Of an update and of decoding, the larger; the other has given its memory back.
  return [...needs, ...(totalBytes(pass) > totalBytes(sampling) ? pass : sampling)];
}

/** What of this process's memory a stage on a GPU still takes. */
const HOST: ReadonlySet<string> = new Set(["process", "weights", "copies", "saved state"]);

/** The needs of a stage on a GPU, each where it lies; the weights lie in both memories, and are laid out no second time. */
function placed(needs: readonly MemoryNeed[], weights: Omit<MemoryNeed, "what">): MemoryNeed[] {
  const there = needs.filter(({ what }) => !HOST.has(what) && what !== "decoding weights");
  return [
    ...needs.filter(({ what }) => HOST.has(what)),
    ...[{ what: "weights", ...weights }, ...there].map((need) => ({
      ...need,
      onGpu: true as const,
    })),
  ];
}

/** What is alive at the peak of one forward and backward pass. */
function passNeeds(
  config: PolicyConfig,
  training: NonNullable<MemoryDemand["training"]>,
): MemoryNeed[] {
  const { graph, shape: { rows, time, entries: tokens } } = largestGraph(config, training);
  const layout = parameterLayout(config);
  const { tensors } = liveBytes(graph);
  const ofParameters = new Set(layout.map(({ shape }) => shape.join()));
  const sums = { activations: 0, logits: 0, passing: 0 };
  for (const [{ shape }, bytes] of tensors) {
    const [first, second] = shape;
    const wide = shape.length === 2 && first === tokens && Number(second) > widest(config);
    const kind = ofParameters.has(shape.join()) || Number(first) > tokens && shape.length === 2
      ? "passing"
      : wide
      ? "logits"
      : "activations";
    sums[kind] += bytes;
  }
  const perToken = (bytes: number) =>
    `${whole(tokens)} tokens (${rows} × ${time}) × ${whole(bytes / tokens / 4)} numbers × 4 B`;
  return [
    { what: "activations", bytes: sums.activations, how: perToken(sums.activations) },
    { what: "logits", bytes: sums.logits, how: perToken(sums.logits) },
    {
      what: "gradients on their way",
      bytes: sums.passing,
      how: `${whole(sums.passing / 4)} numbers × 4 B`,
    },
  ];
}

/** The graph of the largest micro-batch. */
export function largestGraph(
  config: PolicyConfig,
  training: NonNullable<MemoryDemand["training"]>,
): { readonly graph: Graph; readonly shape: PackedShape } {
  const { objective, microBatchTokens, longest, lora, recompute, onGpu, precision } = training;
  const time = Math.max(1, Math.min(longest, microBatchTokens));
  const rows = Math.max(1, Math.floor(microBatchTokens / time));
  const shape = { rows, time, entries: rows * time };
  const options = { temperature: 1, recompute, whole: onGpu, precision };
  return { shape, graph: trainingGraph(config, objective, shape, options, lora).graph };
}

/** The widest that a layer's activations are. */
function widest({ hiddenSize, intermediateSize, heads, kvHeads, headDim }: PolicyConfig): number {
  return Math.max(hiddenSize, 2 * intermediateSize, (heads + 2 * kvHeads) * headDim);
}

/**
 * Bytes of an estimate together.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(totalBytes([{ what: "weights", bytes: 8, how: "2 numbers × 4 B" }]), 8);
 * ```
 */
export function totalBytes(needs: readonly MemoryNeed[]): number {
  return needs.reduce((sum, { bytes }) => sum + bytes, 0);
}

const GIB = 2 ** 30;
const gib = (bytes: number) => `${(bytes / GIB).toFixed(2)} GiB`;

/**
 * An estimate as a table, a line each, with the sum.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(memoryTable([{ what: "weights", bytes: 2 ** 30, how: "268,435,456 numbers × 4 B" }]), [
 *   "  weights   1.00 GiB  268,435,456 numbers × 4 B",
 *   "  together  1.00 GiB",
 * ]);
 * ```
 */
export function memoryTable(needs: readonly MemoryNeed[]): string[] {
  const rows = [...needs, { what: "together", bytes: totalBytes(needs), how: "" }];
  const width = Math.max(...rows.map(({ what }) => what.length));
  const sizes = Math.max(...rows.map(({ bytes }) => gib(bytes).length));
  return rows.map(({ what, bytes, how }) =>
    `  ${what.padEnd(width)}  ${gib(bytes).padStart(sizes)}  ${how}`.trimEnd()
  );
}

/** Lines of an estimate that an error shows: with what is around them, a message of twelve. */
const SHOWN = 9;

/** The largest parts of an estimate in their order, and the others as one. */
function mainNeeds(needs: readonly MemoryNeed[]): MemoryNeed[] {
  if (needs.length <= SHOWN) return [...needs];
  const large = new Set(needs.toSorted((a, b) => b.bytes - a.bytes).slice(0, SHOWN - 1));
  const rest = needs.filter((need) => !large.has(need));
  const other = {
    what: "others",
    bytes: totalBytes(rest),
    how: rest.map(({ what }) => what).join(", "),
  };
  return [...needs.filter((need) => large.has(need)), other];
}

/** Memory that may be used, and who says so. */
export interface MemoryBound {
  /** Bytes. */
  readonly bytes: number;
  /** E.g. `memory` for the experiment's field, or what the system says. */
  readonly name: string;
}

/** A stage that is to run, with its estimate. */
export interface StageMemory {
  /** What it is, for people. */
  readonly label: string;
  /** Its estimate. */
  readonly needs: readonly MemoryNeed[];
}

/**
 * Fails where the largest stages that run at once do not fit into memory together.
 *
 * @param stages What is to run.
 * @param atOnce How many run at once, at least 1.
 * @throws {InputError} with the arithmetic of the largest stage.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * const stage = { label: "sft, 1m, seed 1", needs: [{ what: "weights", bytes: 2 ** 30, how: "268,435,456 numbers × 4 B" }] };
 * requireMemory([stage], 2, { name: "memory", bytes: 2 ** 31 });
 * assertThrows(
 *   () => requireMemory([stage, stage], 2, { name: "memory", bytes: 1.5 * 2 ** 30 }),
 *   Error,
 *   "memory: found 1.50 GiB; expected at least 2.00 GiB for 2 stages at once (--jobs 1 takes 1.00 GiB)",
 * );
 * ```
 */
export function requireMemory(
  stages: readonly StageMemory[],
  atOnce: number,
  bound: MemoryBound,
): void {
  const sorted = stages.toSorted((a, b) => totalBytes(b.needs) - totalBytes(a.needs));
  const together = sorted.slice(0, atOnce);
  const needed = together.reduce((sum, { needs }) => sum + totalBytes(needs), 0);
  const [largest] = sorted;
  if (largest === undefined || needed <= bound.bytes) return;
  const alone = totalBytes(largest.needs);
  const many = together.length === 1
    ? ""
    : ` for ${together.length} stages at once (--jobs 1 takes ${gib(alone)})`;
  throw new InputError([
    `${bound.name}: found ${gib(bound.bytes)}; expected at least ${
      gib(needed)
    }${many}; the largest, ${largest.label}:`,
    ...memoryTable(mainNeeds(largest.needs)),
    "  microBatchTokens and recompute lower activations; lora lowers gradients and optimiser; groups, rollouts and maxTokens lower the KV cache",
  ].join("\n"));
}

/**
 * The memory that a run may use: what is declared, or else what the system says is available to this process.
 *
 * @param declared GiB; undefined where nothing is declared.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 *
 * assertEquals(await memoryBound(2), { name: "memory", bytes: 2 ** 31 });
 * assert((await memoryBound(undefined)).bytes > 0);
 * ```
 */
export async function memoryBound(declared: number | undefined): Promise<MemoryBound> {
  if (declared !== undefined) return { name: "memory", bytes: declared * GIB };
  const { available, total } = Deno.systemMemoryInfo();
  const limit = await controlGroupLimit();
  return limit !== null && limit < total
    ? { name: "memory of this control group", bytes: Math.min(available, limit) }
    : { name: "memory available on this machine", bytes: available };
}

/** What a container may use (Linux control groups, version 2); null where there is no limit. */
async function controlGroupLimit(): Promise<number | null> {
  let text: string;
  try {
    text = await Deno.readTextFile("/sys/fs/cgroup/memory.max");
  } catch {
    return null; // There is none here: another system, or version 1.
  }
  const limit = Number(text);
  return Number.isFinite(limit) && limit > 0 ? limit : null; // "max" is no number
}
