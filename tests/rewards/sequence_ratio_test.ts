import { assertEquals, assertGreaterOrEqual, assertLess, assertThrows } from "@std/assert";
import {
  matchingBlocks,
  type SequenceOptions,
  sequenceRatio,
} from "../../src/rewards/sequence_ratio.ts";

/** [group, a, b, ratios as big-endian hex, blocks with the empty last one], see make_difflib.py. */
type GoldenCase = [string, string, string, string[], [number, number, number][][] | null];

const SETTINGS: Required<SequenceOptions>[] = [
  { unit: "char", autojunk: true },
  { unit: "char", autojunk: false },
  { unit: "word", autojunk: true },
  { unit: "word", autojunk: false },
];

async function readGolden(): Promise<GoldenCase[]> {
  const file = await Deno.open(new URL("../golden/difflib.json.gz", import.meta.url));
  const stream = file.readable.pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).json();
}

/** The double whose big-endian bytes these are. */
function doubleOf(hex: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${hex}`));
  return view.getFloat64(0);
}

const golden = await readGolden();

Deno.test("sequenceRatio() equals difflib's ratio to the last bit on every golden pair", () => {
  assertGreaterOrEqual(golden.length, 2000);
  for (const [group, a, b, ratios] of golden) {
    SETTINGS.forEach((settings, at) => {
      const label = `${group} ${JSON.stringify([a, b, settings])}`;
      assertEquals(sequenceRatio(a, b, settings), doubleOf(ratios[at]!), label);
    });
  }
});

Deno.test("matchingBlocks() equals difflib's blocks on the golden pairs that have them", () => {
  let compared = 0;
  for (const [group, a, b, , blocks] of golden) {
    if (blocks === null) continue;
    SETTINGS.forEach((settings, at) => {
      const expected = blocks[at]!.slice(0, -1).map(([a, b, size]) => ({ a, b, size }));
      const label = `${group} ${JSON.stringify([a, b, settings])}`;
      assertEquals(matchingBlocks(a, b, settings), expected, label);
      compared++;
    });
  }
  assertGreaterOrEqual(compared, 2000);
});

Deno.test("sequenceRatio() compares characters with autojunk when nothing is said", () => {
  const a = "ab".repeat(100);
  const b = "ab".repeat(101);
  assertEquals(sequenceRatio(a, b), sequenceRatio(a, b, { unit: "char", autojunk: true }));
  assertEquals(sequenceRatio("x y", "x z"), 4 / 6);
});

Deno.test("sequenceRatio() gives 1 for two empty texts and 0 for one", () => {
  for (const settings of SETTINGS) {
    assertEquals(sequenceRatio("", "", settings), 1);
    assertEquals(sequenceRatio("a", "", settings), 0);
    assertEquals(sequenceRatio("", "a", settings), 0);
  }
  assertEquals(sequenceRatio(" ", "\n", { unit: "word" }), 1);
});

Deno.test("sequenceRatio() counts an astral character once and a lone surrogate as itself", () => {
  assertEquals(sequenceRatio("𝟙", "𝟙a"), 2 / 3);
  assertEquals(sequenceRatio("\ud835", "𝟙"), 0);
  assertEquals(sequenceRatio("\udfd9x", "\udfd9y"), 0.5);
});

Deno.test("sequenceRatio() splits words where Python does, not where \\s does", () => {
  assertEquals(sequenceRatio("a\x1cb", "a b", { unit: "word" }), 1);
  assertEquals(sequenceRatio("a\x85b", "a b", { unit: "word" }), 1);
  assertEquals(sequenceRatio("a\ufeffb", "a b", { unit: "word" }), 0);
});

Deno.test("sequenceRatio() refuses an unknown unit when types were bypassed", () => {
  assertThrows(
    () => sequenceRatio("a", "b", { unit: "line" as "char" }),
    TypeError,
    'unit must be "char" or "word", not "line"',
  );
});

Deno.test("sequenceRatio() ends soon when texts are long and adversarial", () => {
  const staircase = (separator: string) =>
    Array.from({ length: 200 }, (_, run) => "a".repeat(run + 1) + separator).join("");
  const pairs: [string, string][] = [
    [staircase(","), staircase(".")],
    ["a".repeat(20_000), "a".repeat(20_001)],
    ["a,".repeat(5_000), "a.".repeat(5_000)],
    ["ab".repeat(10_000), "ba".repeat(5_000) + "c" + "ab".repeat(5_000)],
  ];
  const begun = performance.now();
  for (const [a, b] of pairs) {
    for (const settings of SETTINGS) sequenceRatio(a, b, settings);
  }
  // Seconds of head room for a busy machine; CPython needs many minutes.
  assertLess(performance.now() - begun, 20_000);
});

Deno.test("matchingBlocks() gives one block for equal texts and none for disjoint ones", () => {
  assertEquals(matchingBlocks("abc", "abc"), [{ a: 0, b: 0, size: 3 }]);
  assertEquals(matchingBlocks("abc", "xyz"), []);
  assertEquals(matchingBlocks("", ""), []);
});

Deno.test("matchingBlocks() counts positions in words when the unit is words", () => {
  assertEquals(matchingBlocks("so  x = 2", "then x = 2", { unit: "word" }), [
    { a: 1, b: 1, size: 3 },
  ]);
});
