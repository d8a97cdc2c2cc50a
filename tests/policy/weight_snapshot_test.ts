import { assertEquals, assertNotEquals } from "@std/assert";
import { WeightSnapshot } from "../../src/policy/weight_snapshot.ts";
import { parameterLayout, randomWeights } from "../../src/policy/weights.ts";
import { SMALL } from "./fixtures.ts";

const values = (snapshot: WeightSnapshot) =>
  [...snapshot.tensors()].map(([name, { shape, data }]) => ({ name, shape, data: [...data] }));

Deno.test("WeightSnapshot keeps the weights as they were, each in its shape", () => {
  const weights = randomWeights(SMALL, 1, 0.02);
  const snapshot = new WeightSnapshot(SMALL);
  snapshot.take(weights);
  const taken = values(snapshot);
  assertEquals(
    taken.map(({ name, shape }) => ({ name, shape })),
    parameterLayout(SMALL).map((p) => ({ name: p.name, shape: [...p.shape] })),
  );
  for (const { name, data } of taken) assertEquals(data, [...weights.get(name)!.data]);
  weights.get("norm")!.data[3] = 5;
  assertEquals(values(snapshot), taken);
});

Deno.test("WeightSnapshot grows a version when a single number has changed, and only then", () => {
  const weights = randomWeights(SMALL, 1, 0.02);
  const snapshot = new WeightSnapshot(SMALL);
  snapshot.take(weights);
  const { version } = snapshot;
  snapshot.take(weights);
  assertEquals(snapshot.version, version);
  for (const name of weights.keys()) {
    const before = snapshot.version;
    weights.get(name)!.data[weights.get(name)!.data.length - 1]! += 1;
    snapshot.take(weights);
    assertNotEquals(snapshot.version, before, name);
    assertEquals([...snapshot.tensors().get(name)!.data], [...weights.get(name)!.data]);
  }
  // Weights that are all zero are not those of no snapshot.
  const fresh = new WeightSnapshot(SMALL);
  for (const { data } of weights.values()) data.fill(0);
  fresh.take(weights);
  assertEquals(fresh.version, 1);
});

Deno.test("WeightSnapshot shares its memory with the one that its message makes", () => {
  const weights = randomWeights(SMALL, 1, 0.02);
  const snapshot = new WeightSnapshot(SMALL);
  snapshot.take(weights);
  const other = new WeightSnapshot(SMALL, structuredClone(snapshot.message));
  assertEquals(other.version, snapshot.version);
  assertEquals(values(other), values(snapshot));
  weights.get("embedding")!.data.fill(2);
  snapshot.take(weights);
  assertEquals(values(other), values(snapshot));
});
