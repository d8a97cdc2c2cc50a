/** @file Jinja templates that come to an end. */

import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { pythonStrip, type StripEnds } from "./python_strip.ts";

/** Most expressions and statements that one rendering may evaluate; chat templates take a few hundred a message. */
const MOST_STEPS = 1_000_000;
/** Most characters of a text, and elements of a list, that a rendering may make. */
const MOST_LENGTH = 16_000_000;
/** Most numbers of a `range`. */
const MOST_NUMBERS = 100_000;

type Statement = NonNullable<Parameters<Interpreter["evaluate"]>[0]>;
type Value = ReturnType<Interpreter["evaluate"]>;

/** The parts of the package's nodes that {@link stripIn} looks at; the package does not export their types. */
interface AnyNode extends Statement {
  readonly callee: AnyNode;
  readonly args: readonly AnyNode[];
  readonly object: AnyNode;
  readonly property: AnyNode;
  readonly computed: boolean;
  readonly operand: AnyNode;
  readonly filter: AnyNode;
  readonly value: unknown;
}

/** Python's methods by name. */
const STRIPS: Readonly<Record<string, StripEnds>> = {
  strip: "both",
  lstrip: "left",
  rstrip: "right",
};

/** A call of one of Python's strips, or of the filter `trim`. */
interface Strip {
  readonly text: Statement;
  readonly ends: StripEnds;
  /** The argument; null where there is none. */
  readonly characters: Statement | null;
}

/** What a node strips; null where it does something else. */
function stripIn(statement: Statement): Strip | null {
  const node = statement as AnyNode;
  if (node.type === "CallExpression" && node.callee.type === "MemberExpression") {
    const { object, property, computed } = node.callee;
    const name = !computed && property.type === "Identifier" ? String(property.value) : "";
    const ends = Object.hasOwn(STRIPS, name) ? STRIPS[name]! : null;
    return ends && { text: object, ends, characters: node.args[0] ?? null };
  }
  if (node.type !== "FilterExpression") return null;
  const called = node.filter.type === "CallExpression";
  const name = called ? node.filter.callee : node.filter;
  if (name.value !== "trim") return null;
  const [given] = called ? node.filter.args : [];
  const named = given?.type === "KeywordArgumentExpression";
  return {
    text: node.operand,
    ends: "both",
    characters: (named ? given.value as AnyNode : given) ?? null,
  };
}

/** Counts what it does, and looks at what it makes. */
class BoundedInterpreter extends Interpreter {
  #steps = 0;

  override evaluate(
    ...given: Parameters<Interpreter["evaluate"]>
  ): ReturnType<Interpreter["evaluate"]> {
    if (++this.#steps > MOST_STEPS) throw new RangeError(`more than ${MOST_STEPS} steps`);
    const value = this.#strip(...given) ?? super.evaluate(...given);
    const made: unknown = value.value;
    if ((typeof made === "string" || Array.isArray(made)) && made.length > MOST_LENGTH) {
      throw new RangeError(`a value longer than ${MOST_LENGTH}`);
    }
    return value;
  }

  /** The package's own strips leave their argument unread, and take other characters for white space than Python does. */
  #strip(...[statement, environment]: Parameters<Interpreter["evaluate"]>): Value | null {
    const asked = statement ? stripIn(statement) : null;
    if (asked === null) return null;
    const text = this.evaluate(asked.text, environment);
    if (text.type !== "StringValue") return null;
    const characters = asked.characters && this.evaluate(asked.characters, environment);
    const set = characters?.value ?? null;
    if (set !== null && typeof set !== "string") {
      throw new TypeError(`strip: expected a text, found a ${characters!.type}`);
    }
    // The class of texts is not exported.
    const Text = text.constructor as new (text: string) => Value;
    return new Text(pythonStrip(text.value as string, asked.ends, set));
  }
}

/** What every template can call and name. The package's own `strftime_now` is left out: a prompt is the same tomorrow. */
const GLOBALS: Readonly<Record<string, unknown>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  raise_exception(message: unknown) {
    throw new Error(String(message));
  },
  range(first: number, second?: number, step = 1) {
    const [from, to] = second === undefined ? [0, first] : [first, second];
    const length = Math.max(0, Math.ceil((to - from) / step));
    // What is no number, or a step of 0, fails here as well.
    if (!(length <= MOST_NUMBERS)) throw new RangeError(`a range of more than ${MOST_NUMBERS}`);
    return Array.from({ length }, (_, i) => from + i * step);
  },
};

/** `transformers` marks what the assistant writes by this block, which renders what is in it. */
const GENERATION = /\{%(-?)\s*(end)?generation\s*(-?)%\}/g;

/**
 * A template as `transformers` sets Jinja up for chat templates (`trim_blocks`, `lstrip_blocks`, `raise_exception`), by the
 * package `@huggingface/jinja`. A template is a program from a checkpoint's folder: it can read nothing but its variables,
 * and a rendering that takes more than a million steps, or makes a value of more than 16 million characters or elements, is
 * ended by an error. It is not defended against beyond that; use checkpoints whose origin you trust.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const template = new BoundedTemplate("{% for x in xs %}<{{ x }}>{% endfor %}");
 * assertEquals(template.render({ xs: ["a", "b"] }), "<a><b>");
 * const endless = new BoundedTemplate("{% for i in range(10 ** 9) %}{% endfor %}");
 * assertThrows(() => endless.render({}), Error, "a range of more than 100000");
 * ```
 */
export class BoundedTemplate {
  /** Every name in the template: variables, but also attributes, filters and keywords. */
  readonly names: ReadonlySet<string>;
  readonly #program: ReturnType<typeof parse>;

  /** Parses a template. Throws what the package throws for bad syntax. */
  constructor(source: string) {
    const plain = source.replaceAll(
      GENERATION,
      (_, left, end, right) => `{%${left} ${end ? "endif" : "if true"} ${right}%}`,
    );
    const tokens = tokenize(plain, { lstrip_blocks: true, trim_blocks: true });
    this.names = new Set(
      tokens.filter(({ type }) => type === "Identifier").map(({ value }) => value),
    );
    this.#program = parse(tokens);
  }

  /**
   * The text for some variables. Throws what the template raises, what the package throws, and a `RangeError` for a template
   * that does not come to an end.
   */
  render(variables: Readonly<Record<string, unknown>>): string {
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...GLOBALS, ...variables })) {
      environment.set(name, value);
    }
    return String(new BoundedInterpreter(environment).run(this.#program).value);
  }
}
