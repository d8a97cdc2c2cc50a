import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AdamW, type AdamWOptions } from "../../../src/engine/optim/adamw.ts";
import { HostTensor } from "../../../src/engine/ort/ort.ts";
import golden from "../../golden/engine_adamw.json" with { type: "json" };
import { tensor } from "../evaluate.ts";
import { relativeError } from "../ops/run_case.ts";

type Named = Readonly<Record<string, readonly number[]>>;

function optionsOf(changes: Partial<AdamWOptions>): AdamWOptions {
  return {
    betas: [0.9, 0.999],
    epsilon: 1e-8,
    weightDecay: 0,
    maxGradNorm: 1,
    threads: 1,
    ...changes,
  };
}

Deno.test("AdamW makes the updates of PyTorch's, with the norm clipped and matrices decayed", async () => {
  const { settings, shapes, start, steps } = golden;
  const parameters = new Map(
    Object.entries(shapes as Named).map(([name, shape]) => [
      name,
      tensor("float32", shape, (start as Named)[name]!),
    ]),
  );
  const betas = settings.betas as [number, number];
  using optimizer = new AdamW(parameters, { ...settings, betas, threads: 1 });
  let clipped = 0;
  for (const [i, step] of steps.entries()) {
    for (const [name, gradient] of optimizer.gradients) {
      gradient.data.set((step.gradients as Named)[name]!);
    }
    const norm = await optimizer.step(step.rate);
    assert(Math.abs(norm / step.norm - 1) < 1e-6, `norm of update ${i}: ${norm}`);
    if (norm > settings.maxGradNorm) clipped++;
    for (const [name, { data }] of parameters) {
      const error = relativeError(data, (step.parameters as Named)[name]!);
      assert(error < 2e-6, `${name} after update ${i}: relative error ${error}`);
    }
  }
  assertEquals(optimizer.steps, 20);
  assert(clipped > 5 && clipped < 20, "some gradients are clipped and some are not");
  for (const t of parameters.values()) t[Symbol.dispose]();
});

Deno.test("AdamW decays matrices alone, and decays them without a gradient", async () => {
  using matrix = tensor("float32", [1, 2], [1, -2]);
  using vector = tensor("float32", [2], [1, -2]);
  const parameters = new Map([["matrix", matrix], ["vector", vector]]);
  using optimizer = new AdamW(parameters, optionsOf({ weightDecay: 0.5 }));
  await optimizer.step(0.1);
  assertEquals([...matrix.data], [0.95, -1.9].map(Math.fround));
  assertEquals([...vector.data], [1, -2]);
});

Deno.test("AdamW updates each element of a large matrix by the formula", async () => {
  const [rows, columns] = [150, 1000];
  const start = Array.from({ length: rows * columns }, (_, i) => Math.fround(Math.sin(i)));
  using w = tensor("float32", [rows, columns], start);
  const weightDecay = 0.1;
  const maxGradNorm = 1e9;
  using optimizer = new AdamW(new Map([["w", w]]), optionsOf({ weightDecay, maxGradNorm }));
  const gradient = Array.from(start, (_, i) => Math.fround(Math.cos(3 * i) * 10 ** (i % 7 - 3)));
  optimizer.gradients.get("w")!.data.set(gradient);
  const norm = await optimizer.step(0.1);
  // In the first step both moments are those of the gradient itself, their bias corrected.
  const expected = start.map((p, i) =>
    p * (1 - 0.1 * weightDecay) - 0.1 * gradient[i]! / (Math.abs(gradient[i]!) + 1e-8)
  );
  assert(relativeError(w.data, expected) < 1e-6);
  const squares = gradient.reduce((sum, g) => sum + g * g, 0);
  assert(Math.abs(norm / Math.sqrt(squares) - 1) < 1e-6, `${norm}`);
});

Deno.test("AdamW leaves the gradients at zero, and returns the norm before clipping", async () => {
  using w = tensor("float32", [2], [0, 0]);
  using optimizer = new AdamW(new Map([["w", w]]), optionsOf({}));
  const gradient = optimizer.gradients.get("w")!;
  gradient.data.set([3, -4]);
  assertEquals(await optimizer.step(0.1), 5);
  assertEquals([...gradient.data].map(Math.abs), [0, 0]);
  const { data } = optimizer.moments.get("first/w")!;
  assert(relativeError(data, [0.06, -0.08]) < 1e-6, "the mean is of the clipped gradient");
});

for (const bad of [NaN, Infinity, -Infinity, 3e38]) {
  Deno.test(`AdamW.step() rejects where a gradient of ${bad} makes the norm not finite`, async () => {
    using w = tensor("float32", [3], [1, 1, 1]);
    using optimizer = new AdamW(new Map([["w", w]]), optionsOf({}));
    await optimizer.step(0.1);
    optimizer.gradients.get("w")!.data.set([0, bad, bad]);
    const before = w.data.slice();
    await assertRejects(
      () => optimizer.step(0.1),
      RangeError,
      `update 2: the gradient norm is ${Number.isNaN(bad) ? "NaN" : "Infinity"}`,
    );
    assertEquals(w.data, before);
  });
}

Deno.test("AdamW releases its tensors and leaves the parameters", async () => {
  using w = HostTensor.zeros("float32", [2]);
  const parameters = new Map([["w", w]]);
  const first = new AdamW(parameters, optionsOf({}));
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  await assertRejects(() => first.step(0.1), TypeError, "was disposed of");
  using second = new AdamW(parameters, optionsOf({}));
  await second.step(0.1);
});

Deno.test("AdamW repeats its updates bit by bit", async () => {
  const run = async () => {
    using w = tensor("float32", [64, 64], Array.from({ length: 4096 }, (_, i) => Math.sin(i)));
    using optimizer = new AdamW(new Map([["w", w]]), optionsOf({ weightDecay: 0.01, threads: 2 }));
    for (let i = 0; i < 5; i++) {
      optimizer.gradients.get("w")!.data.forEach((_, j, g) => g[j] = Math.cos(i + j));
      await optimizer.step(1e-3);
    }
    return w.data.slice();
  };
  assertEquals(await run(), await run());
});

Deno.test("AdamW.restore() goes on as the optimiser that it was taken from", async () => {
  const start = [[1, -2, 3], [0.5, 0.25, 4]];
  const make = () => {
    const parameters = new Map(start.map((data, i) => [`w${i}`, tensor("float32", [3], data)]));
    return { parameters, optimizer: new AdamW(parameters, optionsOf({ weightDecay: 0.1 })) };
  };
  const step = async ({ optimizer }: ReturnType<typeof make>, n: number) => {
    for (const { data } of optimizer.gradients.values()) data.set([n, -1, 2 / (n + 1)]);
    await optimizer.step(0.01);
  };
  const [whole, first, second] = [make(), make(), make()];
  for (let n = 0; n < 6; n++) await step(whole, n);
  for (let n = 0; n < 3; n++) await step(first, n);
  for (const [name, { data }] of first.parameters) second.parameters.get(name)!.data.set(data);
  const moments = new Map([...first.optimizer.moments].map(([name, { data }]) => [name, data]));
  second.optimizer.restore(first.optimizer.steps, moments);
  for (let n = 3; n < 6; n++) await step(second, n);
  assertEquals(second.optimizer.steps, 6);
  for (const [name, { data }] of whole.parameters) {
    assertEquals(second.parameters.get(name)!.data, data);
  }
  // Nothing is changed where something is missing.
  moments.delete("second/w1");
  const error = assertThrows(() => first.optimizer.restore(9, moments), RangeError);
  assertEquals(error.message, "moment second/w1: expected 3 numbers, found none");
  assertEquals(first.optimizer.steps, 3);
  for (const { parameters, optimizer } of [whole, first, second]) {
    optimizer[Symbol.dispose]();
    for (const t of parameters.values()) t[Symbol.dispose]();
  }
});
