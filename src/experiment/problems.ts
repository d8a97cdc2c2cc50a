/** @file Zod building blocks whose errors say what was expected, and the message that lists every problem at once. */
import { z } from "zod";
import { nearest } from "./nearest.ts";

/** The limits of a number: all that are given must hold. */
export interface Limits {
  /** Least value. */
  readonly min?: number;
  /** Greatest value. */
  readonly max?: number;
  /** Greater than this. */
  readonly above?: number;
  /** Less than this. */
  readonly below?: number;
  /** Whole numbers only. */
  readonly whole?: boolean;
}

/**
 * A finite number within limits; `expected` completes "expected …" in the error.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const fraction = number("a fraction from 0 to 1", { min: 0, max: 1 });
 * assertEquals(fraction.safeParse(2).error?.issues[0]?.message, "expected a fraction from 0 to 1");
 * ```
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export function number(expected: string, limits: Limits = {}): z.ZodNumber {
  const error = `expected ${expected}`;
  let schema = z.number({ error });
  if (limits.whole) schema = schema.int({ error });
  if (limits.min !== undefined) schema = schema.min(limits.min, { error });
  if (limits.max !== undefined) schema = schema.max(limits.max, { error });
  if (limits.above !== undefined) schema = schema.gt(limits.above, { error });
  if (limits.below !== undefined) schema = schema.lt(limits.below, { error });
  return schema;
}

/**
 * A whole number of at least `min` (1 unless given).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(count("at least 1 rollout").safeParse(0).success, false);
 * ```
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export function count(expected: string, min = 1): z.ZodNumber {
  return number(expected, { whole: true, min });
}

/**
 * One of a few words; a misspelt one is answered with the nearest.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const message = word(["easy", "hard"]).safeParse("hrad").error?.issues[0]?.message;
 * assertEquals(message, 'expected "easy" or "hard"; did you mean "hard"?');
 * ```
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export function word<const W extends readonly [string, ...string[]]>(
  words: W,
): z.ZodEnum<{ [K in W[number]]: K }> {
  return z.enum(words, {
    error: ({ input }) => {
      const near = typeof input === "string" ? nearest(input, words) : undefined;
      const list = words.map((w) => JSON.stringify(w)).join(" or ");
      return `expected ${list}${near ? `; did you mean ${JSON.stringify(near)}?` : ""}`;
    },
  });
}

/**
 * A name that tables can carry: no control characters, no space at either end.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const label: z.ZodString = z.string().regex(/^(?!\s)[^\p{Cc}]{1,60}(?<!\s)$/u, {
  error: "expected a name of 1 to 60 characters",
});

/**
 * For a rule between several keys, whose message begins with "found {value}" (filled by {@link describe}): check it even where one of them is wrong by itself, so that every problem is listed
 * at once. It still needs an object to look at.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(always({ value: 3 }), false);
 * ```
 */
export function always(payload: { readonly value: unknown }): boolean {
  return typeof payload.value === "object" && payload.value !== null;
}

/** What an unknown key's issue carries besides the message: Zod reports the keys together, we answer each. */
const UNKNOWN = "unrecognized_keys";

/**
 * An object with these keys only. `what` names it in the error for a value that is no object at all.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const clip = strict("a clip range", { low: number("a number") });
 * assertEquals(describe({ lwo: 1 }, clip.safeParse({ lwo: 1 }).error!), [
 *   "lwo: unknown key (found 1); did you mean `low`?",
 * ]);
 * ```
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export function strict<S extends z.ZodRawShape>(
  what: string,
  shape: S,
): z.ZodObject<S, z.core.$strict> {
  const names = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      // The valid names travel in the message as JSON: an issue has no other field that survives.
      issue.code === UNKNOWN ? JSON.stringify(names) : `expected ${what}`,
  });
}

/**
 * One of several object schemas, chosen by a key that they all have: unlike a union, it reports only the problems of
 * the schema that was meant.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * const a = strict("an a", { kind: z.literal("a"), x: count("a count") });
 * const schema = choose("kind", { a }, "expected an a");
 * assertEquals(schema.safeParse({ kind: "a", x: 1 }).data, { kind: "a", x: 1 });
 * assertEquals(schema.safeParse({ kind: "a", x: 0 }).error?.issues[0]?.path, ["x"]);
 * assertEquals(schema.safeParse(3).error?.issues[0]?.message, "expected an a");
 * ```
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export function choose<T>(
  key: string,
  schemas: Readonly<Record<string, z.ZodType<T>>>,
  error: string,
): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    const { value: name } = valueAt(value, [key]);
    const schema = typeof name === "string" && Object.hasOwn(schemas, name) && schemas[name];
    if (!schema) {
      context.issues.push({ code: "invalid_value", values: [], input: value, message: error });
      return z.NEVER;
    }
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    }
    return z.NEVER;
  });
}

/**
 * A value as an error shows it: JSON, cut to 60 characters; what JSON cannot say, in words.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(show(NaN), "NaN");
 * assertEquals(show({ a: 1 }), '{"a":1}');
 * ```
 */
export function show(value: unknown): string {
  if (typeof value === "number" || value === undefined) return String(value);
  if (typeof value === "function") return "a function";
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = `a ${typeof value}`;
  }
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/**
 * A path in the notation of the file: `arms.srl[0].clip.low`, `arms["srl → rlvr"][1]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pathOf(["arms", "srl → rlvr", 0, "clip"]), 'arms["srl → rlvr"][0].clip');
 * ```
 */
export function pathOf(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[A-Za-z_$][\w$]*$/.test(String(part))) text += `${text ? "." : ""}${String(part)}`;
    else text += `[${JSON.stringify(String(part))}]`;
  }
  return text || "the experiment";
}

/** The value at a path, and whether there is one. */
function valueAt(root: unknown, path: readonly PropertyKey[]): { found: boolean; value: unknown } {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) {
      return { found: false, value: undefined };
    }
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return { found: value !== undefined, value };
}

/**
 * Every problem of a failed parse as one line: the path, the value found, what was expected, the nearest valid name.
 *
 * @param input What was parsed; the values found are read from it.
 * @param error What Zod answered.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const schema = strict("an object", { seed: count("a seed", 0) });
 * const input = { seed: -1 };
 * assertEquals(describe(input, schema.safeParse(input).error!), ["seed: found -1; expected a seed"]);
 * ```
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export function describe(input: unknown, error: z.ZodError): string[] {
  const found = error.issues.flatMap((issue) => lines(input, issue, []));
  // A misspelt key is one problem, not also the lack of the key that was meant.
  const meant = new Set(found.map((line) => line.meant));
  return found.filter(({ lacks }) => lacks === undefined || !meant.has(lacks))
    .map(({ text }) => text);
}

/** One problem. */
interface Line {
  readonly text: string;
  /** Path of the key that is missing, where one is. */
  readonly lacks?: string;
  /** Path of the key that an unknown one was meant to be. */
  readonly meant?: string;
}

/** One issue as lines; `above` is the path down to the union that it was found in. */
function lines(input: unknown, issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Line[] {
  const path = [...above, ...issue.path];
  if (issue.code === "invalid_union") {
    // The alternative that failed inside the value, not at it, is the one that was meant.
    const inside = issue.errors.find((branch) =>
      branch.length > 0 && branch.every((e) => e.path.length > 0 || e.code === UNKNOWN)
    );
    if (inside) return inside.flatMap((e) => lines(input, e, path));
  }
  if (issue.code === UNKNOWN) {
    const names = JSON.parse(issue.message) as string[];
    return issue.keys.map((key) => {
      const near = nearest(key, names);
      const { value } = valueAt(input, [...path, key]);
      const advice = near ? `did you mean \`${near}\`?` : `valid keys: ${names.join(", ")}`;
      const text = `${pathOf([...path, key])}: unknown key (found ${show(value)}); ${advice}`;
      return near ? { text, meant: pathOf([...path, near]) } : { text };
    });
  }
  if (issue.code === "invalid_key") {
    const [wrong] = issue.issues;
    return [{ text: `${pathOf(path)}: found the name ${show(path.at(-1))}; ${wrong?.message}` }];
  }
  const { found, value } = valueAt(input, path);
  // A rule between several keys words its own finding.
  if (issue.message.startsWith("found")) {
    return [{ text: `${pathOf(path)}: ${issue.message.replace("{value}", () => show(value))}` }];
  }
  const at = pathOf(path);
  return found
    ? [{ text: `${at}: found ${show(value)}; ${issue.message}` }]
    : [{ text: `${at}: missing; ${issue.message}`, lacks: at }];
}
