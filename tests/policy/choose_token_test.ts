import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { chooseToken, type SamplingOptions } from "../../src/policy/choose_token.ts";
import { Rng } from "../../src/random/rng.ts";

const LOGITS = Float32Array.of(1.5, -0.5, 3, 2.25, -4, 0, 2.5, -Infinity);
/** What the policy gives: float32 probabilities at the temperature, of 1 when greedy. */
function softmax(logits: Float32Array, temperature: number): Float32Array {
  const top = Math.max(...logits);
  const mass = Array.from(logits, (x) => Math.exp((x - top) / (temperature || 1)));
  const total = mass.reduce((a, b) => a + b);
  return Float32Array.from(mass, (m) => m / total);
}

const choose = (logits: Float32Array, options: SamplingOptions, stream: Rng) =>
  chooseToken(softmax(logits, options.temperature), options, stream);

const PLAIN: SamplingOptions = { temperature: 1, topP: 1, topK: 0 };

/** The exact distribution in float64, of the tokens that may be drawn. */
function exact({ temperature, topP, topK }: SamplingOptions, logits = LOGITS): number[] {
  const mass = Array.from(logits, (x) => Math.exp(x / temperature));
  const total = mass.reduce((a, b) => a + b);
  const order = [...mass.keys()].sort((a, b) => mass[b]! - mass[a]! || a - b);
  const kept = new Set<number>();
  let sum = 0;
  for (const token of order) {
    if ((topK > 0 && kept.size >= topK) || sum >= topP) break;
    kept.add(token);
    sum += mass[token]! / total;
  }
  return mass.map((m, token) => kept.has(token) ? m / total / sum : 0);
}

/** Pearson's statistic of `count` draws; infinite where a token came that has no chance. */
function chiSquare(
  options: SamplingOptions,
  count: number,
): { statistic: number; freedom: number } {
  const stream = new Rng("chi", JSON.stringify(options));
  const seen = new Array<number>(LOGITS.length).fill(0);
  for (let i = 0; i < count; i++) seen[choose(LOGITS, options, stream).token]!++;
  let statistic = 0;
  const expected = exact(options);
  expected.forEach((p, i) => {
    statistic += p > 0 ? (seen[i]! - count * p) ** 2 / (count * p) : seen[i]! > 0 ? Infinity : 0;
  });
  return { statistic, freedom: expected.filter((p) => p > 0).length - 1 };
}

const SETTINGS: SamplingOptions[] = [
  PLAIN,
  { ...PLAIN, temperature: 0.5 },
  { ...PLAIN, temperature: 3 },
  { ...PLAIN, topP: 0.7 },
  { ...PLAIN, topP: 0.95 },
  { ...PLAIN, topK: 3 },
  { temperature: 2, topP: 0.8, topK: 3 },
  { temperature: 2, topP: 0.3, topK: 6 },
];

Deno.test("chooseToken() draws with the probabilities of the softmax", () => {
  for (const options of SETTINGS) {
    const { statistic, freedom } = chiSquare(options, 20_000);
    // Mean and standard deviation of the distribution are n and sqrt(2n): this is five deviations up.
    const bound = freedom + 5 * Math.sqrt(2 * freedom) + 3;
    assert(statistic < bound, `${JSON.stringify(options)}: ${statistic} for ${freedom}`);
  }
});

Deno.test("chooseToken() draws among the fewest tokens whose probabilities reach topP", () => {
  // Probabilities 0.5, 0.25, 0.125, 0.125: halves are exact.
  const logits = Float32Array.of(0, 1, 2, 0).map((x) => x * Math.LN2);
  const drawn = (options: Partial<SamplingOptions>) => {
    const stream = new Rng(7);
    const all = { ...PLAIN, ...options };
    const seen = Array.from({ length: 200 }, () => choose(logits, all, stream).token);
    return [...new Set(seen)].sort();
  };
  assertEquals(drawn({}), [0, 1, 2, 3]);
  assertEquals(drawn({ topP: 1e-9 }), [2]);
  assertEquals(drawn({ topP: 0.49 }), [2]);
  assertEquals(drawn({ topP: 0.6 }), [1, 2]);
  assertEquals(drawn({ topP: 0.8 }), [0, 1, 2]); // of equal tokens the lower id
  assertEquals(drawn({ topK: 2 }), [1, 2]);
  assertEquals(drawn({ topK: 3 }), [0, 1, 2]);
  assertEquals(drawn({ topK: 99 }), [0, 1, 2, 3]);
  const two = { ...PLAIN, topP: 0.5 }; // reached exactly
  const halves = Array.from(
    { length: 50 },
    (_, i) => choose(new Float32Array(2), two, new Rng(i)),
  );
  assert(halves.every(({ token }) => token === 0));
  // Both: the probabilities of topP stay those of the whole vocabulary.
  assertEquals(drawn({ topP: 0.6, topK: 3 }), [1, 2]);
  assertEquals(drawn({ topP: 0.99, topK: 2 }), [1, 2]);
});

Deno.test("chooseToken() gives the log-probability over the whole vocabulary at the temperature", () => {
  for (const options of SETTINGS) {
    const { temperature } = options;
    const whole = exact({ ...PLAIN, temperature });
    const { token, logProb } = choose(LOGITS, options, new Rng(3));
    assertAlmostEquals(logProb, Math.log(whole[token]!), 1e-6);
  }
});

Deno.test("chooseToken() takes the largest logit at temperature 0 and draws nothing", () => {
  const [stream, untouched] = [new Rng(5), new Rng(5)];
  const { token, logProb } = choose(LOGITS, { ...PLAIN, temperature: 0, topK: 3 }, stream);
  assertEquals(token, 2);
  assertAlmostEquals(logProb, Math.log(exact(PLAIN)[2]!), 1e-6);
  assertEquals(stream.next(), untouched.next());
  assertEquals(
    choose(Float32Array.of(1, 4, 4), { ...PLAIN, temperature: 0 }, stream).token,
    1,
  );
});

Deno.test("chooseToken() draws one number, whatever the options", () => {
  for (const options of SETTINGS) {
    const [stream, other] = [new Rng(5), new Rng(5)];
    choose(LOGITS, options, stream);
    other.next();
    assertEquals(stream.next(), other.next());
  }
});

Deno.test("chooseToken() draws by the probabilities' own sum where rounding took from it", () => {
  const short = Float32Array.of(0.4995, 0.4999, 0); // 0.0006 are missing
  const stream = { next: () => 0.9999 } as Rng;
  assertEquals(chooseToken(short, PLAIN, stream).token, 1);
});

Deno.test("chooseToken() refuses probabilities of logits that are not finite", () => {
  for (const bad of [[NaN, NaN], [0, NaN], [0, 0], [0.2, 0.2]]) {
    for (
      const options of [PLAIN, { ...PLAIN, temperature: 0 }, { ...PLAIN, topK: 2 }]
    ) {
      assertThrows(
        () => chooseToken(Float32Array.from(bad), options, { next: () => 0.99 } as Rng),
        RangeError,
        "not finite",
      );
    }
  }
});
