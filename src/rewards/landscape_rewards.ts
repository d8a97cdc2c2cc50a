/** @file The rewards that a landscape shows: the built-in ones, and those of a command line. */
import { z } from "zod";
import { InputError } from "../errors.ts";
import { describe, show } from "../experiment/problems.ts";
import type { ResolvedReward } from "./declaration.ts";
import { rewardSchema } from "./schema.ts";
import { parseToolCalls } from "./tool_calls.ts";

/** A reward with the name that tables show. */
export interface NamedReward {
  /** Its kind, and what it was declared with. */
  readonly name: string;
  /** The reward. */
  readonly declared: ResolvedReward;
}

/** The word that stands for all built-in rewards. */
const BUILTIN = "builtin";

const TEXT_REWARDS: readonly object[] = [
  { kind: "similarity" },
  { kind: "similarity", autojunk: false },
  { kind: "similarity", unit: "word" },
  { kind: "levenshtein" },
  { kind: "rouge-l" },
  { kind: "chrf" },
  { kind: "bleu" },
  { kind: "token-f1" },
];

/**
 * The rewards that compare texts and need nothing but the texts, with the options that matter most; `tool-call` where every step
 * has a call, because it judges nothing else.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(builtinRewards(["x = 3"]).at(1)?.name, "similarity autojunk=off");
 * ```
 */
export function builtinRewards(steps: readonly string[]): NamedReward[] {
  const agent = steps.length > 0 && steps.every((step) => parseToolCalls(step).length > 0);
  return [...TEXT_REWARDS, ...agent ? [{ kind: "tool-call" }] : []].map(named);
}

/**
 * The rewards that a user asks for, in order: each a kind, a declaration as JSON, or `builtin` for {@link builtinRewards}.
 *
 * @param texts What the user wrote; the built-in rewards where that is nothing.
 * @param steps The steps to score.
 * @throws {InputError} for what is no reward, and for one that occurs twice.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const rewards = parseRewards(["bleu", '{"kind":"bleu","maxOrder":2}'], []);
 * assertEquals(rewards.map(({ name }) => name), ["bleu", "bleu maxOrder=2"]);
 * ```
 */
export function parseRewards(texts: readonly string[], steps: readonly string[]): NamedReward[] {
  const rewards = texts.length === 0
    ? builtinRewards(steps)
    : texts.flatMap((text) => text === BUILTIN ? builtinRewards(steps) : [named(parse(text))]);
  const names = rewards.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return rewards;
  throw new InputError(`--reward: found ${JSON.stringify(twice)} twice; expected each once`);
}

function parse(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    throw new InputError(`--reward: found ${show(text)}; expected a kind or JSON: ${message}`);
  }
}

function named(declared: unknown): NamedReward {
  const input = { reward: declared };
  const result = z.object({ reward: rewardSchema }).safeParse(input);
  if (!result.success) {
    // As makeReward says it, after the option's name.
    throw new InputError(describe(input, result.error).map((line) => `--${line}`).join("\n"));
  }
  return { name: nameOf(declared), declared: result.data.reward };
}

/** `kind key=value …`, of what was declared alone. */
function nameOf(declared: unknown): string {
  if (typeof declared === "string") return declared;
  const { kind, ...options } = declared as Readonly<Record<string, unknown>>;
  return [kind, ...Object.entries(options).map(([key, of]) => `${key}=${valueName(of)}`)].join(" ");
}

/** An option's value; a reward within a reward by its own name. */
function valueName(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(valueName).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if ("weight" in value && "reward" in value) return `${value.weight}·${valueName(value.reward)}`;
  if (!("kind" in value)) return JSON.stringify(value);
  return Object.keys(value).length === 1 ? String(value.kind) : `(${nameOf(value)})`;
}
