/** @file The policy-gradient losses beside TRL's, through a whole policy. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Learner } from "../../src/algorithms/learner.ts";
import { lossWeights } from "../../src/algorithms/loss_weights.ts";
import type { KlEstimator } from "../../src/algorithms/objective.ts";
import { objectiveOf, POLICY_LOSSES, type PolicyLoss } from "../../src/algorithms/policy_loss.ts";
import { countClipped, ratiosOf } from "../../src/algorithms/ratios.ts";
import { segmentsOf } from "../../src/algorithms/segments.ts";
import { inFolder } from "../policy/fixtures.ts";
import { python, pythonTest } from "../policy/python.ts";
import { parsePolicyConfig } from "../../src/policy/config_json.ts";
import { pack, type PackedBatch } from "../../src/policy/packing.ts";
import { type Weights, weightsFromHf } from "../../src/policy/weights.ts";

/** What make_grpo_losses.py writes. */
interface Golden {
  readonly config: Record<string, unknown>;
  readonly weights: Record<string, { shape: number[]; data: string }>;
  readonly temperature: number;
  readonly maxTokens: number;
  readonly groups: readonly { prompt: number[]; completions: number[][]; advantages: number[] }[];
  readonly perMicroBatch: number;
  readonly truncated: readonly [group: number, completion: number][];
  readonly old: number[][][];
  readonly reference: number[][][];
  readonly learningRate: number;
  readonly cases: readonly Case[];
}

interface Case {
  readonly loss: PolicyLoss;
  readonly clip: { readonly low: number | null; readonly high: number };
  readonly klCoefficient: number;
  readonly klEstimator: KlEstimator | null;
  readonly maskTruncated: boolean;
  readonly gradient: Record<string, string>;
  readonly updates: readonly {
    readonly loss: number;
    readonly gradNorm: number;
    /** Ratios below, within and above the clip range. */
    readonly ratios: readonly [number, number, number];
    readonly logProbs: number[][][];
  }[];
}

interface Tag {
  readonly group: number;
  readonly completion: number;
}

const FOLDER = new URL("../golden/", import.meta.url).pathname;

async function readGolden(folder = FOLDER): Promise<Golden> {
  const file = await Deno.open(`${folder}/grpo_losses.json.gz`);
  return await new Response(file.readable.pipeThrough(new DecompressionStream("gzip"))).json();
}

const golden = await readGolden();
const config = parsePolicyConfig(golden.config, "config.json");
const numbers = (base64: string) => new Float32Array(Uint8Array.fromBase64(base64).buffer);

function policyWeights(): Promise<Weights> {
  return weightsFromHf(config, (name) => [numbers(golden.weights[name]!.data)]);
}

function release(weights: Weights) {
  for (const tensor of weights.values()) tensor[Symbol.dispose]();
}

/** The reference's micro-batches; what is masked is left out. */
function batchesOf({ maskTruncated }: Case): PackedBatch<Tag>[] {
  const masked = new Set(maskTruncated ? golden.truncated.map(String) : []);
  const groups = golden.groups.map(({ prompt, completions }, group) => ({
    prompt,
    completions: completions.map((tokens, completion) => ({ tokens, tag: { group, completion } }))
      .filter(({ tag: { completion } }) => !masked.has(`${group},${completion}`)),
  }));
  const batches: PackedBatch<Tag>[] = [];
  for (let at = 0; at < groups.length; at += golden.perMicroBatch) {
    const packed = pack(groups.slice(at, at + golden.perMicroBatch), { maxTokens: 256 });
    assertEquals(packed.length, 1);
    batches.push(packed[0]!);
  }
  return batches;
}

type Column = (tag: Tag, index: number) => number;

/** The columns of each micro-batch, its weights among them. */
function columnsOf(setting: Case, batches: readonly PackedBatch<Tag>[]) {
  const completions = golden.groups.reduce((n, group) => n + group.completions.length, 0);
  const weights = lossWeights(setting.loss, batches, { completions, maxTokens: golden.maxTokens });
  return batches.map(({ entries }, i) => {
    const column = (of: Column) => Float32Array.from(entries, ({ tag, index }) => of(tag, index));
    return {
      weights: weights[i]!,
      segments: segmentsOf(entries),
      advantages: column(({ group, completion }) => golden.groups[group]!.advantages[completion]!),
      old: column(({ group, completion }, t) => golden.old[group]![completion]![t]!),
      reference: column(({ group, completion }, t) => golden.reference[group]![completion]![t]!),
    };
  });
}

const OPTIONS = { weightDecay: 0, temperature: golden.temperature, threads: 1 };
const nameOf = ({ loss, klEstimator, maskTruncated }: Case) =>
  `${loss}${klEstimator ? `, KL ${klEstimator}` : ""}${maskTruncated ? ", truncated masked" : ""}`;

/** Distance of `found` from `expected`, in shares of the latter's length. */
function relativeError(found: Float32Array, expected: Float32Array): number {
  let [difference, total] = [0, 0];
  expected.forEach((x, i) => {
    difference += (x - found[i]!) ** 2;
    total += x ** 2;
  });
  return Math.sqrt(difference / total);
}

/** The gradient of every parameter; with these options a step is the gradient a thousandfold. */
async function gradientOf(setting: Case): Promise<Map<string, Float32Array>> {
  const weights = await policyWeights();
  const before = new Map([...weights].map(([name, { data }]) => [name, data.slice()]));
  using learner = new Learner(config, weights, objectiveOf(setting), {
    ...OPTIONS,
    betas: [0, 0],
    epsilon: 1e9,
    maxGradNorm: 1e9,
  });
  const batches = batchesOf(setting);
  const columns = columnsOf(setting, batches);
  for (const [i, batch] of batches.entries()) await learner.accumulate(batch, columns[i]!);
  await learner.step(1e12);
  const gradient = new Map([...weights].map(([name, { data }]) => [
    name,
    data.map((x, i) => (before.get(name)![i]! - x) / 1000),
  ]));
  release(weights);
  return gradient;
}

for (const setting of golden.cases) {
  Deno.test(`the gradient of every parameter is TRL's (${nameOf(setting)})`, async () => {
    const expected = await weightsFromHf(config, (name) => [numbers(setting.gradient[name]!)]);
    const found = await gradientOf(setting);
    assertEquals([...found.keys()], [...expected.keys()]);
    for (const [name, { data }] of expected) {
      const error = relativeError(found.get(name)!, data);
      assert(error < 1e-5, `${name}: ${error}`);
    }
    release(expected);
  });

  Deno.test(`several updates on one batch are TRL's (${nameOf(setting)})`, async () => {
    const weights = await policyWeights();
    const objective = objectiveOf(setting);
    using learner = new Learner(config, weights, objective, {
      ...OPTIONS,
      betas: [0.9, 0.95],
      epsilon: 1e-8,
      maxGradNorm: 1,
    });
    const batches = batchesOf(setting);
    const columns = columnsOf(setting, batches);
    for (const [update, expected] of setting.updates.entries()) {
      const close = (a: number, b: number) =>
        assertAlmostEquals(a, b, 1e-5 * Math.max(1, Math.abs(b)), `update ${update}`);
      let [loss, clipped] = [0, 0];
      for (const [i, batch] of batches.entries()) {
        const result = await learner.accumulate(batch, columns[i]!);
        loss += result.loss;
        batch.entries.forEach(({ tag: { group, completion }, index }, at) =>
          close(result.logProbs[at]!, expected.logProbs[group]![completion]![index]!)
        );
        const { old, segments } = columns[i]!;
        const ratios = ratiosOf(objective, result.logProbs, old, segments);
        // Of sequences each counts once.
        const counted = setting.loss === "gspo"
          ? ratios.filter((_, at) => segments[at] === at)
          : ratios;
        clipped += countClipped(objective, counted);
      }
      close(loss, expected.loss);
      const [below, , above] = expected.ratios;
      assertEquals(clipped, below + above);
      close((await learner.step(golden.learningRate))!, expected.gradNorm);
    }
    release(weights);
  });
}

await pythonTest(
  "TRL as it is installed gives what is stored",
  ["trl", "torch", "transformers"],
  inFolder(async (dir) => {
    const program = `
import contextlib, io, json, runpy, sys
folder, script = json.load(open(sys.argv[1]))
sys.argv = [script, folder]
with contextlib.redirect_stdout(io.StringIO()):
    runpy.run_path(script)
print("null")`;
    await python(program, [dir, `${FOLDER}/make_grpo_losses.py`]);
    const now = await readGolden(dir);
    assertEquals(now.groups, golden.groups);
    now.cases.forEach((setting, i) => {
      const stored = golden.cases[i]!;
      assertEquals(nameOf(setting), nameOf(stored));
      setting.updates.forEach(({ loss, gradNorm }, update) => {
        assertAlmostEquals(loss, stored.updates[update]!.loss, 1e-6);
        assertAlmostEquals(gradNorm, stored.updates[update]!.gradNorm, 1e-5);
      });
      for (const [name, data] of Object.entries(setting.gradient)) {
        assert(relativeError(numbers(data), numbers(stored.gradient[name]!)) < 1e-5, name);
      }
    });
  }),
);

Deno.test("the golden cases have every loss, with and without a KL term, and both ends of the clip range", () => {
  for (const loss of POLICY_LOSSES) {
    const cases = golden.cases.filter((c) => c.loss === loss);
    assert(cases.length >= 2, loss);
    assert(cases.some(({ maskTruncated }) => maskTruncated), loss);
    for (const { updates, clip } of cases) {
      const [below, within, above] = updates[0]!.ratios;
      assert(above > 0 && within > 0 && (below > 0 || clip.low === null), loss);
    }
  }
});
