import { assertEquals } from "@std/assert";
import { sampleGroups } from "../../src/algorithms/dynamic_sampling.ts";

const SPREAD = [1, 0];
const ALIKE = [1, 1];

/** Samples groups with these rewards in turn, and records how many were asked for. */
function sampler(...rewards: (readonly number[])[]) {
  const asked: number[] = [];
  let next = 0;
  const sample = (count: number) => {
    asked.push(count);
    const groups = Array.from({ length: count }, () => ({
      id: next,
      rewards: rewards[next++ % rewards.length]!,
    }));
    return Promise.resolve(groups);
  };
  return { asked, sample };
}

const ids = (groups: readonly { id: number }[]) => groups.map(({ id }) => id);

Deno.test("sampleGroups() refills what it drops until the batch is full", async () => {
  const { asked, sample } = sampler(SPREAD, ALIKE, ALIKE);
  const found = await sampleGroups({ groups: 4, epsilon: 0, maxRefills: 9 }, sample);
  assertEquals(asked, [4, 2, 2, 1, 1]);
  assertEquals(ids(found.kept), [0, 3, 6, 9]);
  assertEquals(ids(found.dropped), [1, 2, 4, 5, 7, 8]);
  assertEquals(found.refills, 4);
});

Deno.test("sampleGroups() stops after its rounds, with what it has", async () => {
  const { asked, sample } = sampler(ALIKE);
  const found = await sampleGroups({ groups: 3, epsilon: 0, maxRefills: 2 }, sample);
  assertEquals(asked, [3, 3, 3]);
  assertEquals([found.kept.length, found.dropped.length, found.refills], [0, 9, 2]);
  const once = sampler(ALIKE, SPREAD);
  const first = await sampleGroups({ groups: 2, epsilon: 0, maxRefills: 0 }, once.sample);
  assertEquals([ids(first.kept), ids(first.dropped), first.refills], [[1], [0], 0]);
});

Deno.test("sampleGroups() keeps a group only when its deviation exceeds epsilon", async () => {
  const options = { groups: 1, maxRefills: 0 };
  const kept = async (epsilon: number | null, rewards: number[]) => {
    const { sample } = sampler(rewards);
    return (await sampleGroups({ ...options, epsilon }, sample)).kept.length;
  };
  assertEquals(await kept(0.5, [1, 0]), 0); // equal to it is not above it
  assertEquals(await kept(0.499, [1, 0]), 1);
  assertEquals(await kept(0, [0.1, 0.1, 0.1]), 0);
  assertEquals(await kept(null, [0.1, 0.1, 0.1]), 1);
  assertEquals(await kept(null, []), 0); // every reward failed
  assertEquals(await kept(0, []), 0);
});

Deno.test("sampleGroups() takes every group of one round where epsilon is null", async () => {
  const { asked, sample } = sampler(ALIKE, SPREAD);
  const found = await sampleGroups({ groups: 3, epsilon: null, maxRefills: 5 }, sample);
  assertEquals([asked, ids(found.kept), found.dropped, found.refills], [[3], [0, 1, 2], [], 0]);
});
