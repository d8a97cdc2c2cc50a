/** @file Where a policy comes from, and the model card that says so. */

import { InputError } from "../errors.ts";
import { modelTypeOf } from "./architectures.ts";
import { parameterShapes, type PolicyConfig } from "./config.ts";
import { readTextIfPresent } from "../files.ts";
import { parseJsonObject } from "./files.ts";

/** One training stage of a policy. Plain JSON. */
export interface TrainingRecord {
  /** `sft`, `srl`, `rlvr` or `r3`. */
  readonly method: string;
  /** Its settings with every default filled. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What it was trained on, as declared; rows that stood in the declaration are left to their hash. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Name of the data on the Hub, `owner/name`; null where it is not there. */
  readonly dataset: string | null;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Version of what computed it. */
  readonly engine: string;
  /** SHA-256 of what was read, by name. */
  readonly contents: Readonly<Record<string, string>>;
}

/** How a policy came to be. Plain JSON. */
export interface Lineage {
  /** The model on the Hub that it was first; null where it was none. */
  readonly hub: {
    /** `owner/name`. */
    readonly name: string;
    /** Its commit. */
    readonly commit: string;
  } | null;
  /** SHA-256 over the files of what it was first, see `hashCheckpoint`; null where that was random weights. */
  readonly sha256: string | null;
  /** What was done to it since, first to last. */
  readonly stages: readonly TrainingRecord[];
}

/** Name of the file in a policy's folder that has its {@link Lineage}. */
export const LINEAGE_FILE = "lineage.json";

/**
 * Reads how a policy came to be from its folder; null where nobody wrote it down.
 *
 * @throws {InputError} where the file is malformed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await readLineage("no/such/policy"), null);
 * ```
 */
export async function readLineage(dir: string): Promise<Lineage | null> {
  const file = `${dir}/${LINEAGE_FILE}`;
  const text = await readTextIfPresent(file);
  if (text === null) return null;
  const { hub, sha256, stages } = parseJsonObject(text, file);
  if (!Array.isArray(stages) || hub === undefined || sha256 === undefined) {
    throw new InputError(`${file}: expected hub, sha256 and stages; remove it if it is not ours`);
  }
  return { hub, sha256, stages } as Lineage;
}

/**
 * The files that say where a policy comes from: `README.md`, a model card as the Hub reads it, and, where the origin is known,
 * `lineage.json`, which training goes on from.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "./config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const [first] = formatOrigin(config, null)["README.md"]!.split("\n");
 * assertEquals(first, "---");
 * ```
 */
export function formatOrigin(
  config: PolicyConfig,
  lineage: Lineage | null,
): Readonly<Record<string, string>> {
  const card = { "README.md": formatCard(config, lineage) };
  if (lineage === null) return card;
  return { ...card, [LINEAGE_FILE]: `${JSON.stringify(lineage, null, 2)}\n` };
}

/** The header's fields, which the Hub indexes; JSON's texts and lists are YAML's too. */
function header(lineage: Lineage | null): string {
  const stages = lineage?.stages ?? [];
  const methods = stages.map(({ method }) => method);
  const datasets = stages.flatMap(({ dataset }) => dataset ?? []);
  const fields: [string, unknown][] = [
    ["library_name", "transformers"],
    ["pipeline_tag", "text-generation"],
    ...lineage?.hub
      ? [["base_model", lineage.hub.name], ["base_model_relation", "finetune"]] as [
        string,
        unknown,
      ][]
      : [],
    ...datasets.length > 0 ? [["datasets", unique(datasets)]] as [string, unknown][] : [],
    ["tags", unique(["stepwise", ...methods])],
  ];
  return fields.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join("\n");
}

const unique = (texts: readonly string[]) => [...new Set(texts)];

function formatCard(config: PolicyConfig, lineage: Lineage | null): string {
  const stages = lineage?.stages ?? [];
  const size = parameterShapes(config)
    .reduce((sum, { shape }) => sum + shape.reduce((product, axis) => product * axis, 1), 0);
  const path = stages.map(({ method }) => method.toUpperCase()).join(" → ");
  const sections = [
    `---\n${header(lineage)}\n---`,
    `# ${lineage?.hub?.name ?? "A policy"}${path === "" ? "" : ` after ${path}`}`,
    `A \`${modelTypeOf(config)}\` model of ${size.toLocaleString("en")} weights in float32, ` +
    `${config.maxPositions.toLocaleString("en")} positions, written by Stepwise. It opens with ` +
    "`AutoModelForCausalLM.from_pretrained` and `AutoTokenizer.from_pretrained`, and in servers that read this layout.",
    `## Where it comes from\n\n${origin(lineage)}`,
    ...stages.map((stage, i) => {
      const { method, ...record } = stage;
      const json = JSON.stringify(record, null, 2);
      return `### ${i + 1}. ${method.toUpperCase()}\n\n${fenced(json)}`;
    }),
  ];
  return `${sections.join("\n\n")}\n`;
}

function origin(lineage: Lineage | null): string {
  if (lineage === null) return "Nothing was written down.";
  const { hub, sha256, stages } = lineage;
  const first = hub !== null
    ? `[${hub.name}](https://huggingface.co/${hub.name}/tree/${hub.commit}), commit \`${hub.commit}\``
    : sha256 !== null
    ? "a checkpoint"
    : "random weights";
  const hash = sha256 === null ? "" : ` (SHA-256 over its files: \`${sha256}\`)`;
  const then = stages.length === 0 ? "" : " The stages since, each with what fixes it:";
  return `It began as ${first}${hash}.${then}`;
}

/** A block of code whose fence is longer than any in it. */
function fenced(json: string): string {
  const longest = Math.max(2, ...(json.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}json\n${json}\n${fence}`;
}
