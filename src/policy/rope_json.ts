/** @file The rotary embedding in a `config.json`: its base, and how its wavelengths are stretched. */

import type { Llama3Scaling } from "../engine/ops/rope.ts";
import type { PolicyConfig } from "./config.ts";
import { describeJson, type JsonObject } from "./files.ts";
import type { JsonFields } from "./json_fields.ts";

/** What `transformers` assumes. */
const DEFAULT_THETA = 10000;

/** Where versions 5 and 4 of `transformers` put it. */
const PLACES = ["rope_parameters", "rope_scaling"] as const;

const SCALING_NAMES: Readonly<Record<keyof Llama3Scaling, string>> = {
  factor: "factor",
  lowFreqFactor: "low_freq_factor",
  highFreqFactor: "high_freq_factor",
  originalMaxPositions: "original_max_position_embeddings",
};

/** What is found, each with the field that says it. */
type Found<T> = Map<string, T>;

/** The one value that all places agree on; undefined where none says anything. */
function agreed<T>(fields: JsonFields, found: Found<T>): T | undefined {
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const contrary = others.find(([, value]) => describeJson(value) !== describeJson(first[1]));
  if (contrary) {
    fields.fail(contrary[0], `${describeJson(first[1])}, as in ${first[0]}`, contrary[1]);
  }
  return first[1];
}

function readType(fields: JsonFields, place: string, rope: JsonObject): "default" | "llama3" {
  const types: Found<unknown> = new Map();
  for (const key of ["rope_type", "type"]) {
    const type = rope[key] ?? "default";
    if (type !== "default" && type !== "llama3") {
      fields.fail(`${place}.${key}`, '"default" (no scaling) or "llama3"', type);
    }
    if ((rope[key] ?? null) !== null) types.set(`${place}.${key}`, type);
  }
  return agreed(fields, types) === "llama3" ? "llama3" : "default";
}

function readScaling(fields: JsonFields, place: string, rope: JsonObject): Llama3Scaling {
  const number = (key: keyof Llama3Scaling, least: number, whole: boolean) => {
    const value = rope[SCALING_NAMES[key]];
    const valid = whole ? Number.isSafeInteger(value) : Number.isFinite(value);
    if (valid && (value as number) >= least) return value as number;
    const expected = `${whole ? "a whole number" : "a number"}, at least ${least}`;
    return fields.fail(`${place}.${SCALING_NAMES[key]}`, expected, value);
  };
  const scaling = {
    factor: number("factor", 1, false),
    lowFreqFactor: number("lowFreqFactor", Number.MIN_VALUE, false),
    highFreqFactor: number("highFreqFactor", Number.MIN_VALUE, false),
    originalMaxPositions: number("originalMaxPositions", 1, true),
  };
  if (scaling.highFreqFactor > scaling.lowFreqFactor) return scaling;
  return fields.fail(
    `${place}.high_freq_factor`,
    `more than low_freq_factor (${scaling.lowFreqFactor})`,
    scaling.highFreqFactor,
  );
}

/**
 * Reads the rotary embedding from wherever the version of `transformers` that wrote the file puts it.
 *
 * @throws {InputError} naming the field, for a kind of scaling that the engine lacks (`linear`, `dynamic`, `yarn`,
 * `longrope`), a field that its kind does not have, and places that contradict each other.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { JsonFields } from "./json_fields.ts";
 *
 * const rope = parseRope(new JsonFields({ rope_theta: 5e5 }, {}, "config.json"));
 * assertEquals(rope, { ropeTheta: 500000, ropeScaling: null });
 * ```
 */
export function parseRope(fields: JsonFields): Pick<PolicyConfig, "ropeTheta" | "ropeScaling"> {
  const thetas: Found<number> = new Map();
  const scalings: Found<Llama3Scaling | null> = new Map();
  for (const place of PLACES) {
    if ((fields.get(place) ?? null) === null) continue;
    const rope = fields.object(place);
    const type = readType(fields, place, rope);
    const known = ["rope_type", "type", "rope_theta", "partial_rotary_factor"];
    if (type === "llama3") known.push(...Object.values(SCALING_NAMES));
    const other = Object.keys(rope).find((key) => !known.includes(key));
    if (other !== undefined) fields.fail(`${place}.${other}`, "nothing", rope[other]);
    const partial = rope["partial_rotary_factor"] ?? 1;
    if (partial !== 1) fields.fail(`${place}.partial_rotary_factor`, "1", partial);
    scalings.set(place, type === "llama3" ? readScaling(fields, place, rope) : null);
    const theta = rope["rope_theta"];
    if (theta === undefined || theta === null) continue;
    if (typeof theta !== "number") fields.fail(`${place}.rope_theta`, "a positive number", theta);
    thetas.set(`${place}.rope_theta`, theta);
  }
  if ((fields.get("rope_theta") ?? null) !== null) {
    thetas.set("rope_theta", fields.number("rope_theta", 0));
  }
  return {
    ropeTheta: agreed(fields, thetas) ?? DEFAULT_THETA,
    ropeScaling: agreed(fields, scalings) ?? null,
  };
}

/**
 * The fields that say the same to every version of `transformers`: `rope_theta` and `rope_scaling` to 4, `rope_parameters`
 * to 5.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatRope({ ropeTheta: 10000, ropeScaling: null }), {
 *   rope_theta: 10000,
 *   rope_parameters: { rope_type: "default", rope_theta: 10000 },
 * });
 * ```
 */
export function formatRope(
  { ropeTheta, ropeScaling }: Pick<PolicyConfig, "ropeTheta" | "ropeScaling">,
): JsonObject {
  if (ropeScaling === null) {
    return {
      rope_theta: ropeTheta,
      rope_parameters: { rope_type: "default", rope_theta: ropeTheta },
    };
  }
  const scaling = Object.fromEntries(
    Object.entries(SCALING_NAMES).map(([key, name]) => [
      name,
      ropeScaling[key as keyof Llama3Scaling],
    ]),
  );
  return {
    rope_theta: ropeTheta,
    rope_scaling: { rope_type: "llama3", ...scaling },
    rope_parameters: { rope_type: "llama3", ...scaling, rope_theta: ropeTheta },
  };
}
