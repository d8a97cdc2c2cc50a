/** @file Reading a formula that stands for a number, a function of its variables, or a matrix. */
import * as exact from "./rational.ts";
import {
  combine,
  enclose,
  type Expression,
  join,
  number,
  opaque,
  unknownFunction,
  variable,
} from "./expression_code.ts";
import { MAX_DEPTH, TokenCursor } from "./token_cursor.ts";
import { FUNCTIONS, type Token } from "./tokens.ts";
import { Unreadable } from "./unreadable.ts";

/** What one letter that is called like a function stands for, when what is in the parentheses does not tell. */
const FUNCTION_LETTERS = new Set(["f", "g", "h", "u", "F", "G", "H"]);

const CONSTANTS: Readonly<Record<string, string>> = { pi: "pi", e: "e", i: "i" };

const ACCENTS = new Set(["dot", "ddot", "hat", "bar", "tilde", "overline"]);
const CLOSING: Readonly<Record<string, string>> = {
  "{": "}",
  "(": ")",
  "[": "]",
  "\\{": "\\}",
  "lfloor": "rfloor",
  "lceil": "rceil",
};

/**
 * Reads a formula: `+ - * /`, powers, fractions, roots, functions with and without parentheses, absolute values, factorials, binomial
 * coefficients, percent, degrees, matrices, variables with subscripts and accents, unknown functions.
 *
 * Multiplication without a sign binds tighter than `/`, as in `h c / \lambda k T`, except where the fraction is one of two
 * plain numbers: `1/2 x` is half of x. An integer before a fraction of integers is a mixed number.
 *
 * @throws {Unreadable} Where the tokens are no such formula.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tokenize } from "./tokens.ts";
 *
 * assertEquals(readExpression(tokenize(String.raw`1\frac{1}{2}`)).exact, { n: 3n, d: 2n });
 * assertEquals(readExpression(tokenize(String.raw`2\sin x`)).code, "(2*sin(v_x))");
 * ```
 */
export function readExpression(tokens: readonly Token[]): Expression {
  const reader = new Reader(tokens);
  const read = reader.sum();
  if (reader.next !== undefined) throw new Unreadable(`"${reader.next.text}" is not expected here`);
  return read;
}

class Reader extends TokenCursor {
  /** Terms with + and − between them. */
  sum(): Expression {
    let left = this.#product();
    if (!this.is("+", "-")) return left;
    while (this.is("+", "-")) {
      const operator = this.next!.text as "+" | "-";
      this.at++;
      left = join(operator, left, this.#product());
    }
    return enclose(left);
  }

  /** Factors with explicit signs between them. */
  #product(): Expression {
    const begun = this.at;
    let left = this.#signed();
    /** Whether everything so far is `number / number`. */
    let plain = this.at === begun + 1 && this.tokens[begun]!.kind === "number";
    for (let first = true;; first = false) {
      if (this.is("*", "cdot", "times")) {
        this.at++;
        left = join("*", left, this.#signed());
      } else if (this.take("/")) {
        const denominator = this.next;
        if (plain && denominator?.kind === "number") {
          this.at++;
          left = join("/", left, this.#postfix(number(denominator.text)));
          if (this.#beginsFactor()) left = join("*", left, this.#implicit());
        } else left = join("/", left, this.#signed());
      } else return first ? left : enclose(left);
      plain = false;
    }
  }

  /** A product without signs, perhaps with a sign before it. */
  #signed(): Expression {
    let negative = false;
    while (this.is("+", "-")) {
      if (this.next!.text === "-") negative = !negative;
      this.at++;
    }
    const value = this.#implicit();
    if (!negative) return value;
    return {
      ...value,
      code: `(-${value.code})`,
      exact: value.exact === null ? null : exact.negate(value.exact),
    };
  }

  /** Factors that stand side by side. */
  #implicit(): Expression {
    const first = this.next;
    let left = this.#factor();
    if (first?.kind === "number" && left.place === 0 && this.is("frac")) {
      const fraction = this.#factor();
      const mixed = fraction.exact !== null && /^\(\d+\/\d+\)$/.test(fraction.code);
      left = combine(mixed ? "+" : "*", left, fraction);
    } else if (first?.kind === "number" && this.next?.kind === "number") {
      // `1 1/2` is a mixed number; other numbers side by side are no product.
      const [top, bar, bottom] = this.tokens.slice(this.at, this.at + 3);
      if (left.place !== 0 || bar?.text !== "/" || bottom?.kind !== "number") {
        throw new Unreadable("two numbers without a sign between them");
      }
      this.at += 3;
      return combine("+", left, combine("/", number(top!.text), number(bottom.text)));
    }
    if (!this.#beginsFactor()) return left;
    while (this.#beginsFactor()) {
      if (this.next!.kind === "number" && this.tokens[this.at - 1]!.kind === "number") {
        throw new Unreadable("two numbers without a sign between them");
      }
      left = join("*", left, this.#factor());
    }
    return enclose(left);
  }

  /** Whether another factor may begin here. */
  #beginsFactor(): boolean {
    const token = this.next;
    if (token === undefined) return false;
    if (token.kind === "number" || token.kind === "name" || token.kind === "function") return true;
    if (token.kind === "text") return false;
    if (token.text === "vert" || token.text === "|") return !this.inBars;
    return ["(", "[", "{", "frac", "sqrt", "binom", "begin", "infty", "lfloor", "lceil"].includes(
      token.text,
    ) ||
      ACCENTS.has(token.text);
  }

  #factor(): Expression {
    return this.deeper(() => this.#postfix(this.#base()));
  }

  /** Powers, factorials and percent after a factor. */
  #postfix(base: Expression): Expression {
    let value = base;
    for (let steps = 0;; steps++) {
      if (steps > MAX_DEPTH) throw new Unreadable(`more than ${MAX_DEPTH} powers in a row`);
      if (this.take("!")) {
        if (this.is("!")) throw new Unreadable("a double factorial");
        value = {
          code: `factorial(${value.code})`,
          exact: value.exact === null ? null : exact.factorial(value.exact),
          decimal: value.decimal,
          place: null,
        };
      } else if (this.is("^")) {
        this.at++;
        if (this.#degrees()) value = combine("*", value, opaque("(pi/180)"));
        else value = combine("^", value, this.#script());
      } else if (this.is("\\%", "%")) {
        this.at++;
        value = combine("/", value, number("100"));
      } else return value;
    }
  }

  /** `\circ` or `{\circ}`. */
  #degrees(): boolean {
    const from = this.at;
    const braced = this.take("{");
    if (this.take("circ") && (!braced || this.take("}"))) return true;
    this.at = from;
    return false;
  }

  /** What is raised: a group, or one token; of a number without braces all digits, because `2^10` is plain text. */
  #script(): Expression {
    if (this.is("-")) {
      this.at++;
      const value = this.#script();
      return {
        ...value,
        code: `(-${value.code})`,
        exact: value.exact === null ? null : exact.negate(value.exact),
      };
    }
    const value = this.deeper(() => this.#base());
    // 2^3^2 is 2^(3^2), as in mathematics and in Python.
    return this.take("^") ? combine("^", value, this.deeper(() => this.#script())) : value;
  }

  #group(open: string): Expression {
    this.expect(open);
    const value = this.inside(() => this.sum());
    this.expect(CLOSING[open]!);
    return { ...value, place: null };
  }

  /** A group in braces, or the one token that stands for it; of `\frac12` each digit is one. */
  #argument(): Expression {
    if (this.is("{")) return this.#group("{");
    const token = this.next;
    if (token?.kind === "number" && /^\d\d+$/.test(token.text)) {
      // The rest of the digits stays to be read.
      this.tokens[this.at] = { kind: "number", text: token.text.slice(1) };
      return number(token.text[0]!);
    }
    return this.deeper(() => this.#base());
  }

  #base(): Expression {
    const token = this.next;
    if (token === undefined) throw new Unreadable("the formula ends too early");
    if (token.kind === "number") return this.#number(token.text);
    if (token.kind === "name") return this.#name();
    if (token.kind === "function") return this.#call();
    if (token.kind === "text") {
      if (this.tokens.length > 1) {
        throw new Unreadable(`words stand in it: "${token.text.slice(0, 20)}"`);
      }
      this.at++;
      return opaque(variable(token.text));
    }
    if (["(", "[", "{"].includes(token.text)) return this.#group(token.text);
    if (ACCENTS.has(token.text)) return this.#accented();
    switch (token.text) {
      case "frac":
        return this.#fraction();
      case "binom": {
        this.at++;
        const [n, k] = [this.#argument(), this.#argument()];
        const value = n.exact === null || k.exact === null
          ? null
          : exact.binomial(n.exact, k.exact);
        // Computed here or not at all: mathjs counts in a loop as long as the numbers are large.
        if (value === null) {
          throw new Unreadable("a binomial coefficient of other than small integers");
        }
        return { ...opaque(`combinations(${n.code},${k.code})`), exact: value };
      }
      case "sqrt":
        return this.#root();
      case "begin":
        return this.#matrix();
      case "infty":
        this.at++;
        return opaque("Infinity");
      case "lfloor":
        return opaque(`floor(${this.#group("lfloor").code})`);
      case "lceil":
        return opaque(`ceil(${this.#group("lceil").code})`);
      case "vert":
      case "|":
        return this.#absolute();
    }
    throw new Unreadable(`"${token.text}" is not supported here`);
  }

  #number(text: string): Expression {
    this.at++;
    if (!this.is("_")) return number(text);
    // A number in another base is itself only when it is written alike: 204_5 asks for its digits.
    return opaque(variable(`${text}_${this.subscript()}`));
  }

  /** A variable, a constant, or a call of an unknown function. */
  #name(): Expression {
    let name = this.next!.text;
    this.at++;
    if (this.is("_")) name += `_${this.subscript()}`;
    for (;;) {
      if (this.take("'")) name += "'";
      else if (this.is("^") && this.#primes()) name += "'";
      else break;
    }
    if (this.is("(") && this.#looksCalled(name)) {
      const argument = this.#group("(");
      return opaque(`${unknownFunction(name)}(${argument.code})`);
    }
    return opaque(Object.hasOwn(CONSTANTS, name) ? CONSTANTS[name]! : variable(name));
  }

  /** `^{\prime}` or `^\prime`. */
  #primes(): boolean {
    const from = this.at;
    this.at++;
    const braced = this.take("{");
    if (this.take("prime") && (!braced || this.take("}"))) return true;
    this.at = from;
    return false;
  }

  /** `f(…)` and `y(0)` are calls; `a(b+c)` is a product. */
  #looksCalled(name: string): boolean {
    if (Object.hasOwn(CONSTANTS, name)) return false;
    const letter = name.replace(/[_'].*$/s, "");
    const [inside, close] = [this.tokens[this.at + 1], this.tokens[this.at + 2]];
    return FUNCTION_LETTERS.has(letter) || letter === "delta" ||
      ((inside?.kind === "number" || inside?.kind === "name") && close?.text === ")");
  }

  #accented(): Expression {
    const accent = this.next!.text;
    this.at++;
    const from = this.at;
    if (this.is("{")) {
      this.deeper(() => this.#group("{"));
    } else this.at++;
    const name = this.tokens.slice(from, this.at).map(({ text }) => text).join("")
      .replaceAll(/[{}]/g, "");
    const subscript = this.is("_") ? `_${this.subscript()}` : "";
    const called = `${accent} ${name}${subscript}`;
    if (this.is("(") && this.#looksCalled(called)) {
      return opaque(`${unknownFunction(called)}(${this.#group("(").code})`);
    }
    return opaque(variable(called));
  }

  #fraction(): Expression {
    this.at++;
    const derivative = this.#derivative();
    if (derivative !== null) return derivative;
    const top = this.#argument();
    return combine("/", top, this.#argument());
  }

  /** The arguments of `\frac{dx}{dt}`, which is one thing: its d must not cancel. */
  #derivative(): Expression | null {
    let at = this.at;
    for (let argument = 0; argument < 2; argument++) {
      if (this.tokens[at]?.text !== "{") return null;
      if (!["d", "partial"].includes(this.tokens[at + 1]?.text ?? "")) return null;
      for (let open = 0; at < this.tokens.length;) {
        const { text } = this.tokens[at++]!;
        if (text === "{") open++;
        else if (text === "}" && --open === 0) break;
      }
    }
    const said = this.tokens.slice(this.at, at).map(({ text }) => text).join("");
    this.at = at;
    return opaque(variable(said.replaceAll(/[{}]/g, "")));
  }

  #root(): Expression {
    this.at++;
    let degree: Expression | null = null;
    if (this.take("[")) {
      degree = this.inside(() => this.sum());
      this.expect("]");
    }
    const radicand = this.#argument();
    if (degree === null) {
      return {
        ...opaque(`sqrt(${radicand.code})`),
        decimal: radicand.decimal,
        exact: radicand.exact === null ? null : exact.squareRoot(radicand.exact),
      };
    }
    return {
      ...opaque(`(${radicand.code}^(1/${degree.code}))`),
      decimal: radicand.decimal || degree.decimal,
    };
  }

  #absolute(): Expression {
    const bar = this.next!.text;
    this.at++;
    const value = this.inside(() => this.sum(), true);
    this.expect(bar);
    return { ...opaque(`abs(${value.code})`), decimal: value.decimal };
  }

  /** A known function with its argument: a group, or what follows up to the next function or sign. */
  #call(): Expression {
    const name = this.next!.text;
    this.at++;
    let base: Expression | null = null;
    let raised: Expression | null = null;
    if (this.is("_")) {
      this.at++;
      base = this.#argument();
    }
    if (this.take("^")) raised = this.#script();
    let called = FUNCTIONS[name]!;
    if (raised?.exact !== undefined && raised.exact?.d === 1n && raised.exact.n === -1n) {
      // sin^{-1} is the inverse function, never the reciprocal.
      called = `a${called}`;
      if (!Object.values(FUNCTIONS).includes(called)) {
        throw new Unreadable(`the inverse of ${name}`);
      }
      raised = null;
    }
    const argument = this.#functionArgument();
    let code = `${called}(${argument})`;
    if (name === "log" || name === "lg") {
      // In text books of schools log is to the base 10, elsewhere to e; both sides of a comparison mean the same.
      code = base === null ? `log(${argument},10)` : `log(${argument},${base.code})`;
    } else if (base !== null) throw new Unreadable(`a subscript of ${name}`);
    const value = opaque(code);
    return raised === null ? value : combine("^", value, raised);
  }

  #functionArgument(): string {
    if (this.is("(", "[", "{")) {
      const open = this.next!.text;
      if (open !== "(") return this.#group(open).code;
      this.at++;
      const parts = [this.inside(() => this.sum()).code];
      while (this.take(",")) parts.push(this.inside(() => this.sum()).code);
      this.expect(")");
      return parts.join(",");
    }
    return this.deeper(() => {
      let negative = false;
      if (this.take("-")) negative = true;
      let value = this.next?.kind === "function" ? this.#factor() : null;
      while (this.#beginsFactor() && this.next?.kind !== "function") {
        const factor = this.#factor();
        value = value === null ? factor : combine("*", value, factor);
      }
      if (value === null) throw new Unreadable("a function has no argument");
      return negative ? `(-${value.code})` : value.code;
    });
  }

  #matrix(): Expression {
    this.expect("begin");
    const name = this.environment();
    if (name === "array") this.skipGroup();
    else if (!/^[pbBvV]?(?:small)?matrix$/.test(name)) {
      throw new Unreadable(`an environment ${name}`);
    }
    const rows: string[][] = [[]];
    let decimal = false;
    while (!this.is("end")) {
      if (this.take("\\\\")) {
        rows.push([]);
        continue;
      }
      if (this.take("&")) continue;
      const cell = this.inside(() => this.sum());
      decimal ||= cell.decimal;
      rows.at(-1)!.push(cell.code);
    }
    this.at++;
    if (this.environment() !== name) throw new Unreadable("environments that cross");
    if (rows.at(-1)!.length === 0) rows.pop();
    const width = rows[0]?.length ?? 0;
    if (width === 0 || rows.some((row) => row.length !== width)) {
      throw new Unreadable("rows of different lengths");
    }
    const code = `[${rows.map((row) => `[${row.join(",")}]`).join(",")}]`;
    return { ...opaque(name === "vmatrix" ? `det(${code})` : code), decimal };
  }
}
