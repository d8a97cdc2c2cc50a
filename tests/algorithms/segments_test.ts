import { assertEquals } from "@std/assert";
import { segmentLengths, segmentsOf } from "../../src/algorithms/segments.ts";
import { pack } from "../../src/policy/packing.ts";

Deno.test("segmentsOf() tells completions of a packed batch apart, also where their tags are alike", () => {
  const lengths = [3, 1, 2, 5, 1];
  const completions = lengths.map((n) => ({ tokens: Array(n).fill(4), tag: "same" }));
  const [batch] = pack(
    [{ prompt: [1, 2], completions }, { prompt: [3], completions: completions.slice(0, 2) }],
    { maxTokens: 128 },
  );
  const segments = segmentsOf(batch!.entries);
  const counted = segmentLengths(segments);
  const firsts = [...new Set(segments)];
  assertEquals(firsts.map((first) => counted[first]!).sort(), [1, 1, 1, 2, 3, 3, 5]);
  for (const first of firsts) assertEquals(batch!.entries[first]!.index, 0);
  segments.forEach((first, i) => assertEquals(i - first, batch!.entries[i]!.index));
});

Deno.test("segmentsOf() of no entries is empty", () => {
  assertEquals(segmentsOf([]).length, 0);
  assertEquals(segmentLengths(new Int32Array()).length, 0);
});
