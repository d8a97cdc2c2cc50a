import { assert, assertEquals, assertThrows } from "@std/assert";
import { pack, type PackedBatch, type PromptGroup } from "../../src/policy/packing.ts";
import { Rng } from "../../src/random/rng.ts";

/** Random groups; every token is different, so that a place tells whose it is. */
function randomGroups(rng: Rng, longest: number): PromptGroup<string>[] {
  let token = 1;
  const tokens = (count: number) => Array.from({ length: count }, () => token++);
  return Array.from({ length: 1 + rng.integer(9) }, (_, g) => ({
    prompt: tokens(1 + rng.integer(longest / 2)),
    completions: Array.from({ length: rng.integer(7) }, (_, c) => ({
      tokens: tokens(1 + rng.integer(longest / 2)),
      tag: `${g} ${c}`,
    })),
  }));
}

/** The token ids that the token at a flat place sees, itself included, by the rule of `until`. */
function seenBy({ ids, until, time }: PackedBatch<unknown>, place: number): number[] {
  const base = place - place % time;
  const i = place % time;
  const seen: number[] = [];
  for (let j = 0; j <= i; j++) if (i < until[base + j]!) seen.push(ids[base + j]!);
  return seen;
}

Deno.test("pack() predicts every token of every completion once, from all that stands before it", () => {
  for (let round = 0; round < 150; round++) {
    const rng = new Rng("pack", round);
    const longest = 8 + rng.integer(60);
    const groups = randomGroups(rng, longest);
    const maxTokens = longest + rng.integer(200);
    const whole = new Map(
      groups.flatMap(({ prompt, completions }) =>
        completions.map(({ tokens, tag }) => [tag, { prompt, tokens }] as const)
      ),
    );
    const predicted = new Set<string>();
    for (const batch of pack(groups, { maxTokens })) {
      const { rows, time, ids, positions, until, sources, labels, entries } = batch;
      assert(rows * time <= maxTokens);
      for (const { length } of [ids, positions, until]) assertEquals(length, rows * time);
      assertEquals([sources.length, labels.length], [entries.length, entries.length]);
      entries.forEach(({ tag, index }, e) => {
        const { prompt, tokens } = whole.get(tag)!;
        assertEquals(labels[e], tokens[index]);
        const before = [...prompt, ...tokens.slice(0, index)];
        assertEquals(seenBy(batch, sources[e]!), before);
        assertEquals(positions[sources[e]!], before.length - 1);
        predicted.add(`${tag} ${index}`);
      });
    }
    const expected = [...whole].flatMap(([tag, { tokens }]) => tokens.map((_, i) => `${tag} ${i}`));
    assertEquals([...predicted].sort(), expected.sort());
  }
});

Deno.test("pack() lets no token see another sequence, and padding nothing but itself", () => {
  const rng = new Rng("visibility");
  const groups = randomGroups(rng, 40);
  const owners = new Map<number, string>();
  groups.forEach(({ prompt, completions }, g) => {
    prompt.forEach((token) => owners.set(token, `${g}`));
    for (const { tokens, tag } of completions) tokens.forEach((token) => owners.set(token, tag));
  });
  for (const batch of pack(groups, { maxTokens: 100 })) {
    batch.ids.forEach((token, place) => {
      const seen = seenBy(batch, place);
      if (token === 0) assertEquals(seen, [0]);
      const own = owners.get(token);
      for (const other of seen) {
        const owner = owners.get(other);
        assert(owner === own || own!.startsWith(`${owner} `), `${own} sees ${owner}`);
      }
      assert(batch.positions[place]! < batch.time);
    });
  }
});

Deno.test("pack() shares a prompt among its completions, and one row among groups", () => {
  const long = { prompt: Array(20).fill(1), completions: [{ tokens: [1], tag: "long" }] };
  const [batch, ...more] = pack([
    { prompt: [5, 6, 7], completions: [{ tokens: [8, 9], tag: "a" }, { tokens: [9], tag: "b" }] },
    long,
    { prompt: [4, 3], completions: [{ tokens: [1, 2, 3], tag: "c" }] },
  ], { maxTokens: 64 });
  const { time } = batch!;
  const second = (array: Int32Array) => [...array.subarray(time, time + 9)];
  assertEquals(more.length, 0);
  assertEquals(second(batch!.ids), [5, 6, 7, 8, 4, 3, 1, 2, 0]);
  assertEquals(second(batch!.positions), [0, 1, 2, 3, 0, 1, 2, 3, 0]);
  assertEquals(second(batch!.until), [4, 4, 4, 4, 8, 8, 8, 8, 9]);
});

Deno.test("pack() divides a group that does not fit into a row, and repeats its prompt", () => {
  const completions = Array.from({ length: 4 }, (_, i) => ({ tokens: [1, 2, 3, 4], tag: i }));
  // 3 + 4 · 3 tokens: two completions fit beside the prompt.
  const batches = pack([{ prompt: [7, 7, 7], completions }], { maxTokens: 9 });
  assertEquals(batches.map(({ entries }) => [...new Set(entries.map(({ tag }) => tag))]), [
    [0, 1],
    [2, 3],
  ]);
  for (const { ids } of batches) assertEquals([...ids.subarray(0, 4)], [7, 7, 7, 1]);
});

Deno.test("pack() refuses a sequence that is longer than a micro-batch", () => {
  const group = { prompt: [1, 2, 3], completions: [{ tokens: [4, 5, 6], tag: 0 }] };
  assertEquals(pack([group], { maxTokens: 5 }).length, 1); // the last token takes no place
  assertThrows(
    () => pack([group], { maxTokens: 4 }),
    RangeError,
    "a sequence of 5 tokens does not fit into micro-batches of 4",
  );
});

Deno.test("pack() refuses empty prompts and completions; of nothing it makes nothing", () => {
  const some = [{ tokens: [1], tag: 0 }];
  assertThrows(
    () => pack([{ prompt: [], completions: some }], { maxTokens: 9 }),
    RangeError,
    "empty prompt",
  );
  assertThrows(
    () => pack([{ prompt: [1], completions: [{ tokens: [], tag: 0 }] }], { maxTokens: 9 }),
    RangeError,
    "empty completion",
  );
  assertEquals(pack([], { maxTokens: 9 }), []);
  assertEquals(pack([{ prompt: [1], completions: [] }], { maxTokens: 9 }), []);
});

Deno.test("pack() gives few shapes for batches of all sizes", () => {
  const shapes = new Set<string>();
  for (let round = 0; round < 200; round++) {
    const rng = new Rng("shapes", round);
    const groups = Array.from({ length: 1 + rng.integer(60) }, () => ({
      prompt: [1],
      completions: [{ tokens: Array(20 + rng.integer(100)).fill(1), tag: 0 }],
    }));
    for (const { rows, time } of pack(groups, { maxTokens: 2048 })) shapes.add(`${rows} ${time}`);
  }
  assert(shapes.size <= 40, `${shapes.size} shapes`);
});
