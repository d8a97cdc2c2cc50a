/** @file Decoding of several continuations of each prompt, which share the prompt's keys and values. */
import { HostTensor } from "../engine/ort/ort.ts";
import type { Program } from "../engine/program.ts";
import type { PolicyConfig } from "./config.ts";
import { ContinuationCache } from "./continuation_cache.ts";
import type { KvCache } from "./kv_cache.ts";
import { extend, type GenerationOptions, type Row } from "./row.ts";
import { SharedBatch } from "./shared_batch.ts";

/** Tokens that a cache has room for grow by this: every step reads the whole cache, and growing copies it. */
const BLOCK = 32;
/** The batch is made anew when no more than this share of its rows is still being written. */
const SHRINK_AT = 0.75;

/**
 * Writes the rows of a wave to their ends, token by token. All have their first token; `prompts` holds the keys and values of their
 * requests' prompts, in the order of `requests`.
 *
 * @param program The compiled `sharedDecodingGraph`.
 *
 * @ignore Internal: `Generator` is what uses it.
 */
export function decodeShared(
  program: Program,
  config: PolicyConfig,
  prompts: KvCache,
  wave: readonly Row[],
  options: GenerationOptions,
): void {
  const requests = [...new Set(wave.map((row) => row.request))];
  let groups = requests.map((request, place) => ({
    place,
    rows: wave.filter((row) => row.request === request),
  }));
  let own: ContinuationCache | null = null;
  // The first token of a row came with its prompt, and is fed first.
  for (let written = 0;;) {
    const open = groups
      .map(({ place, rows }) => ({ place, rows: rows.filter((row) => !row.done) }))
      .filter(({ rows }) => rows.length > 0);
    if (open.length === 0) break;
    open.forEach(({ place, rows }, to) =>
      prompts.copyRow(place, to, rows[0]!.request.prompt.length)
    );
    const count = Math.max(...open.map(({ rows }) => rows.length));
    const capacity = BLOCK * Math.ceil((written + 1) / BLOCK);
    const next = new ContinuationCache(config, open.length, count, capacity);
    for (const [to, { place, rows }] of open.entries()) {
      const before = groups.findIndex((group) => group.place === place);
      rows.forEach((row, at) => {
        if (own === null) return;
        next.take(own, [before, groups[before]!.rows.indexOf(row)], [to, at], written);
      });
    }
    own?.[Symbol.dispose]();
    own = next;
    groups = open.map(({ rows }, place) => ({ place, rows }));
    const rows = groups.map((group) => group.rows);
    const size = rows.reduce((sum, { length }) => sum + length, 0);
    const { vocabSize } = config;
    using held = new DisposableStack();
    const probabilities = held.use(HostTensor.zeros("float32", [open.length * count, vocabSize]));
    const inverse = Float32Array.of(options.temperature === 0 ? 1 : 1 / options.temperature);
    const view = prompts.view(0, open.length);
    for (const tensor of Object.values(view)) held.use(tensor);
    const tensors = {
      prompts: view,
      own: own.tensors,
      inputs: { inverseTemperature: held.use(new HostTensor("float32", [], inverse)) },
      outputs: { probabilities },
    };
    const batch = held.use(new SharedBatch(program, config, tensors, rows));
    for (let left = size; left > SHRINK_AT * size && written < capacity;) {
      batch.feed(written++);
      batch.binding.run();
      rows.forEach((group, i) =>
        group.forEach((row, at) => {
          if (row.done) return;
          const from = (i * count + at) * vocabSize;
          extend(row, probabilities.data.subarray(from, from + vocabSize), options);
          if (row.done) left--;
        })
      );
    }
  }
  own?.[Symbol.dispose]();
}
