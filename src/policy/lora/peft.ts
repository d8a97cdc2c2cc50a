/** @file Adapters on disk, in the layout of PEFT: `adapter_config.json` and `adapter_model.safetensors`. */
import { InputError } from "../../errors.ts";
import { nearest } from "../../experiment/nearest.ts";
import { HostTensor } from "../../engine/ort/ort.ts";
import type { PolicyConfig } from "../config.ts";
import { readText, replaceWhole } from "../../files.ts";
import { describeJson, parseJsonObject } from "../files.ts";
import { type RawTensor, SafetensorsFile, writeSafetensors } from "../safetensors.ts";
import type { Weights } from "../weights.ts";
import {
  adapterShapes,
  adapterSlots,
  type LoraConfig,
  TARGET_MODULES,
  type TargetModule,
} from "./config.ts";

/** PEFT's name of one of an adapter's matrices, e.g. `base_model.model.model.layers.0.mlp.up_proj.lora_A.weight`. */
function peftName(name: string): string {
  const [module, side] = name.split("/");
  return `base_model.model.${module}.lora_${side}.weight`;
}

/** A matrix with rows and columns exchanged: PEFT keeps `[out, in]`. */
function transposed({ shape, data }: RawTensor): RawTensor {
  const [rows, columns] = shape as [number, number];
  const turned = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j]!;
  }
  return { shape: [columns, rows], data: turned };
}

/**
 * Writes an adapter's folder, which `PeftModel.from_pretrained` opens; a folder that is there is replaced once the new one is whole.
 *
 * @param dir The folder; its parent exists.
 * @param lora The adapter's settings.
 * @param tensors Its matrices, by the names of `adapterShapes`.
 * @param base Folder or Hub id of the policy that it was trained on; null where it has none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "../config_json.ts";
 * import { randomWeights } from "../weights.ts";
 * import { Adapter } from "./adapter.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const lora = { rank: 2, alpha: 4, dropout: 0, targetModules: ["q_proj"] } as const;
 * using adapter = Adapter.fresh(config, lora, randomWeights(config, 1, 0.02), 1);
 * const dir = `${await Deno.makeTempDir()}/adapter`;
 * await saveAdapter(dir, lora, adapter.tensors, null);
 * const found = await loadAdapter(dir, config);
 * assertEquals(found.lora, lora);
 * assertEquals([...found.tensors.keys()], [...adapter.tensors.keys()]);
 * ```
 */
export async function saveAdapter(
  dir: string,
  lora: LoraConfig,
  tensors: Weights,
  base: string | null,
): Promise<void> {
  const json = {
    base_model_name_or_path: base,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: lora.alpha,
    lora_dropout: lora.dropout,
    peft_type: "LORA",
    r: lora.rank,
    target_modules: lora.targetModules,
    task_type: "CAUSAL_LM",
    use_dora: false,
    use_rslora: false,
  };
  const stored = new Map([...tensors].map(([name, t]) => [peftName(name), transposed(t)]));
  await replaceWhole(dir, async (temporary) => {
    await Deno.mkdir(temporary);
    const text = `${JSON.stringify(json, null, 2)}\n`;
    await Deno.writeTextFile(`${temporary}/adapter_config.json`, text);
    await writeSafetensors(`${temporary}/adapter_model.safetensors`, stored);
  });
}

/**
 * Settings of PEFT that change what an adapter computes, and the values under which this engine computes the same. Beside them, `r`,
 * `lora_alpha`, `lora_dropout` and `target_modules` are read; the rest says how an adapter was made.
 */
const PLAIN: Readonly<Record<string, readonly unknown[]>> = {
  peft_type: ["LORA"],
  bias: ["none"],
  fan_in_fan_out: [false],
  use_dora: [false],
  use_rslora: [false],
  lora_bias: [false],
  alpha_pattern: [{}],
  rank_pattern: [{}],
  layers_to_transform: [null],
  layers_pattern: [null],
  layer_replication: [null],
  exclude_modules: [null],
  modules_to_save: [null],
  trainable_token_indices: [null],
  target_parameters: [null],
  alora_invocation_tokens: [null],
  use_qalora: [false],
  use_bdlora: [null],
};

/** Reads the settings of `adapter_config.json`. */
async function readConfig(file: string): Promise<LoraConfig> {
  const json = parseJsonObject(await readText(file), file);
  for (const [field, values] of Object.entries(PLAIN)) {
    const found = json[field];
    if (found === undefined || found === null && field !== "peft_type") continue;
    if (values.some((value) => JSON.stringify(value) === JSON.stringify(found))) continue;
    throw new InputError(
      `${file}: ${field}: expected ${JSON.stringify(values[0])}, found ${describeJson(found)}`,
    );
  }
  const number = (field: string, fits: (value: number) => boolean, expected: string) => {
    const value = json[field];
    if (typeof value === "number" && Number.isFinite(value) && fits(value)) return value;
    throw new InputError(`${file}: ${field}: expected ${expected}, found ${describeJson(value)}`);
  };
  const rank = number("r", (r) => Number.isSafeInteger(r) && r >= 1, "a whole number, at least 1");
  const alpha = number("lora_alpha", (a) => a > 0, "a number above 0");
  const dropout = json["lora_dropout"] === undefined
    ? 0
    : number("lora_dropout", (p) => p >= 0 && p < 1, "a number from 0 to below 1");
  return { rank, alpha, dropout, targetModules: targets(json["target_modules"], file) };
}

/** The projections that `target_modules` names. */
function targets(value: unknown, file: string): TargetModule[] {
  const field = `${file}: target_modules`;
  if (!Array.isArray(value) || value.length === 0) {
    throw new InputError(
      `${field}: expected a list of projections, found ${describeJson(value)}`,
    );
  }
  for (const name of value) {
    if ((TARGET_MODULES as readonly unknown[]).includes(name)) continue;
    const near = typeof name === "string" ? nearest(name, TARGET_MODULES) : undefined;
    throw new InputError(
      `${field}: expected some of ${TARGET_MODULES.join(", ")}, found ${describeJson(name)}` +
        (near ? `; did you mean ${JSON.stringify(near)}?` : ""),
    );
  }
  // The order of a set in Python says nothing.
  return TARGET_MODULES.filter((name) => value.includes(name));
}

/**
 * Reads an adapter's folder in PEFT's layout. Its matrices are native memory: hand them to an `Adapter`, or dispose of them.
 *
 * @throws {InputError} where a file is missing or malformed, a setting is one that this engine does not compute, or a matrix is missing,
 * unexpected or of another shape than the policy's.
 */
export async function loadAdapter(
  dir: string,
  config: PolicyConfig,
): Promise<{ readonly lora: LoraConfig; readonly tensors: Weights }> {
  const lora = await readConfig(`${dir}/adapter_config.json`);
  const file = await SafetensorsFile.open(`${dir}/adapter_model.safetensors`);
  const shapes = adapterShapes(adapterSlots(config, lora.targetModules), lora.rank);
  const expected = new Set(shapes.map(({ name }) => peftName(name)));
  const unexpected = file.entries.keys().find((name) => !expected.has(name));
  if (unexpected !== undefined) {
    throw new InputError(
      `${file.path}: tensor ${unexpected}: adapter_config.json calls for none of this name`,
    );
  }
  for (const { name, shape } of shapes) {
    const entry = file.entries.get(peftName(name));
    const turned = shape.toReversed();
    if (entry && entry.shape.join() === turned.join()) continue;
    throw new InputError(
      `${file.path}: tensor ${peftName(name)}: expected the shape [${turned}], found ${
        entry ? `[${entry.shape}]` : "none"
      }`,
    );
  }
  const tensors = new Map<string, HostTensor<"float32">>();
  for (const { name, shape } of shapes) {
    const { data } = transposed(await file.read(peftName(name)));
    const tensor = HostTensor.zeros("float32", shape);
    tensor.data.set(data);
    tensors.set(name, tensor);
  }
  return { lora, tensors };
}
