import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Graph } from "../../../src/engine/graph.ts";
import { mostProbable, sample } from "../../../src/engine/ops/mod.ts";
import { HostTensor, type Provider } from "../../../src/engine/ort/ort.ts";
import { Program } from "../../../src/engine/program.ts";
import { chooseToken } from "../../../src/policy/choose_token.ts";
import { Rng } from "../../../src/random/rng.ts";
import { useSoftwareVulkan, WITHOUT_VULKAN } from "../../vulkan/driver.ts";
import { tensor } from "../evaluate.ts";

/** Larger than a block of sums, and no multiple of one. */
const VOCABULARY = 700;

interface Drawn {
  readonly tokens: number[];
  readonly logProbs: number[];
}

/** Draws a token from each row; greedily without numbers. */
function draw(
  provider: Provider,
  logits: readonly (readonly number[])[],
  uniform: readonly number[] | null,
  { inverse = 1, topP, topK }: { inverse?: number; topP?: number; topK?: number } = {},
): Drawn {
  const graph = new Graph();
  const width = logits[0]!.length;
  const x = graph.input("logits", "float32", ["N", width]);
  const scalar = (name: string) => graph.input(name, "float32", []);
  const truncation = topP === undefined && topK === undefined
    ? null
    : uniform && { topP: scalar("topP"), topK: scalar("topK") };
  const { tokens, logProbs } = uniform === null ? mostProbable(x) : sample(x, {
    inverseTemperature: scalar("inverseTemperature"),
    uniform: graph.input("uniform", "float32", ["N"]),
    rows: graph.input("rows", "int32", ["N"]),
  }, truncation);
  graph.output("tokens", tokens);
  graph.output("logProbs", logProbs);
  using program = new Program(graph, { threads: 1, provider });
  const count = logits.length;
  using drawn = HostTensor.zeros("int32", [count]);
  using found = HostTensor.zeros("float32", [count]);
  const inputs: Record<string, HostTensor> = {
    logits: tensor("float32", [count, width], logits.flat()),
    ...uniform && {
      inverseTemperature: tensor("float32", [], [inverse]),
      uniform: tensor("float32", [count], uniform),
      rows: tensor("int32", [count], logits.map((_, i) => i)),
    },
    ...truncation && {
      topP: tensor("float32", [], [topP ?? 1]),
      topK: tensor("float32", [], [topK || width]),
    },
  };
  using binding = program.bind(inputs, { tokens: drawn, logProbs: found });
  binding.run();
  for (const input of Object.values(inputs)) input[Symbol.dispose]();
  return { tokens: [...drawn.data], logProbs: [...found.data] };
}

function softmax(logits: readonly number[], inverse: number): Float32Array<ArrayBuffer> {
  const largest = Math.max(...logits);
  const weights = logits.map((x) => Math.exp((x - largest) * inverse));
  const total = weights.reduce((a, b) => a + b, 0);
  return Float32Array.from(weights, (w) => w / total);
}

function randomLogits(rows: number, seed: number): number[][] {
  const rng = new Rng("logits", seed);
  return Array.from(
    { length: rows },
    () => Array.from({ length: VOCABULARY }, () => 6 * (rng.next() - 0.5)),
  );
}

/** A stream that gives one number. */
const streamOf = (value: number) => ({ next: () => value }) as Rng;

for (const provider of ["cpu", "webgpu"] as const) {
  const reason = provider === "webgpu" ? WITHOUT_VULKAN : null;
  const test = (name: string, fn: () => void) =>
    Deno.test({
      name: `${name} on ${provider}${reason ? ` (${reason})` : ""}`,
      ignore: reason !== null,
      fn() {
        if (provider === "webgpu") useSoftwareVulkan();
        fn();
      },
    });

  test("sample() draws what chooseToken() draws with the same number", () => {
    const logits = randomLogits(64, 1);
    const rng = new Rng("uniform", 2);
    const uniform = logits.map((_, i) => i === 0 ? 0 : i === 1 ? 1 - 2 ** -24 : rng.next());
    for (const inverse of [1, 2]) {
      const { tokens, logProbs } = draw(provider, logits, uniform, { inverse });
      const options = { temperature: 1 / inverse, topP: 1, topK: 0 };
      const expected = logits.map((row, i) =>
        chooseToken(softmax(row, inverse), options, streamOf(uniform[i]!))
      );
      const same = expected.filter(({ token }, i) => token === tokens[i]).length;
      // At the border between two tokens, rounding decides.
      assert(same >= 62, `${same} of 64 are the same`);
      expected.forEach(({ token, logProb }, i) => {
        if (token === tokens[i]) assertAlmostEquals(logProbs[i]!, logProb, 1e-4);
      });
    }
  });

  test("mostProbable() takes the first of the largest", () => {
    const logits = randomLogits(3, 3);
    logits[1]![17] = logits[1]![650] = 9;
    logits[2]![VOCABULARY - 1] = 9;
    const { tokens, logProbs } = draw(provider, logits, null);
    const options = { temperature: 0, topP: 1, topK: 0 };
    logits.forEach((row, i) => {
      const { token, logProb } = chooseToken(softmax(row, 1), options, streamOf(0));
      assertEquals(tokens[i], token);
      assertAlmostEquals(logProbs[i]!, logProb, 1e-4);
    });
    assertEquals(tokens.slice(1), [17, VOCABULARY - 1]);
  });

  test("sample() draws among the kept tokens alone, and among all of them", () => {
    // Probabilities 1/2, 1/4, 1/8, … from token 300 on.
    const row = Array.from(
      { length: VOCABULARY },
      (_, i) => i < 300 || i > 310 ? -200 : -(i - 300) * Math.LN2,
    );
    const uniform = Array.from({ length: 64 }, (_, i) => (i + 0.5) / 64);
    const rows = uniform.map(() => row);
    const seen = (options: { topP?: number; topK?: number }) =>
      [...new Set(draw(provider, rows, uniform, options).tokens)].sort((a, b) => a - b);
    assertEquals(seen({ topP: 0.7 }), [300, 301]);
    assertEquals(seen({ topK: 3 }), [300, 301, 302]);
    assertEquals(seen({ topP: 0.7, topK: 3 }), [300, 301]);
    assertEquals(seen({ topP: 0.95, topK: 1 }), [300]);
    // Shares within what is kept, and log-probabilities over the whole vocabulary.
    const { tokens, logProbs } = draw(provider, rows, uniform, { topP: 0.7 });
    assertEquals(tokens.filter((token) => token === 300).length, 43); // 2/3 of 64
    assertAlmostEquals(logProbs[0]!, Math.log(0.5), 1e-3);
  });

  test("sample() tells logits that are no numbers", () => {
    const logits = randomLogits(2, 4);
    logits[1]![5] = NaN;
    const { logProbs } = draw(provider, logits, [0.5, 0.5]);
    assert(Number.isFinite(logProbs[0]) && !Number.isFinite(logProbs[1]), `${logProbs}`);
    assert(!Number.isFinite(draw(provider, logits, null).logProbs[1]));
  });
}
