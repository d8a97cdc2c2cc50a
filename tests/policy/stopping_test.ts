import { assert, assertEquals, assertThrows } from "@std/assert";
import { StopCondition } from "../../src/policy/stopping.ts";
import { trainBpe } from "../../src/policy/tokenizer/bpe_tokenizer.ts";
import { Tokenizer } from "../../src/policy/tokenizer/tokenizer.ts";
import { Rng } from "../../src/random/rng.ts";

const TEXT = "naïve — das Größte: 数学の問題 🎉🎉 end.\n\nnext step\n";
const TOKENIZER = Tokenizer.of(trainBpe([TEXT.repeat(3)], 300, ["<eos>", "</think>"]));

/** How many tokens of `ids` there are when the condition is first met; null where it never is. */
function endOf(stop: StopCondition, ids: readonly number[]): number | null {
  for (let n = 1; n <= ids.length; n++) if (stop.isMet(ids.slice(0, n))) return n;
  return null;
}

/** The same by definition: the first prefix whose text holds a stop text. */
function naive(texts: readonly string[], ids: readonly number[]): number | null {
  for (let n = 1; n <= ids.length; n++) {
    const text = TOKENIZER.decode(ids.slice(0, n));
    if (texts.some((stop) => text.includes(stop))) return n;
  }
  return null;
}

/** The ids of the bytes of a text: one token a byte. */
const bytes = (text: string) => [...text].flatMap((c) => Tokenizer.of(BYTES).encode(c));
const BYTES = trainBpe([""], 258, ["<eos>", "</think>"]);

Deno.test("StopCondition ends with a token", () => {
  const stop = new StopCondition([4, 9], [], TOKENIZER);
  assertEquals(endOf(stop, [1, 2, 9, 4]), 3);
  assertEquals(endOf(stop, [1, 2]), null);
  assert(!stop.isMet([]));
});

Deno.test("StopCondition finds a text that straddles tokens", () => {
  const split = { decode: (ids: readonly number[]) => ids.map((id) => PIECES[id]).join("") };
  const PIECES = ["a", "\n", "\n\n", "b\n", "\nc", "ab", ""];
  const stop = new StopCondition([], ["\n\n", "bab"], split);
  assertEquals(endOf(stop, [0, 1, 0, 1, 1]), 5);
  assertEquals(endOf(stop, [0, 2]), 2);
  assertEquals(endOf(stop, [3, 0, 3, 4]), 4); // the text ends inside the newest token
  assertEquals(endOf(stop, [3, 4]), 2);
  assertEquals(endOf(stop, [5, 5]), 2);
  assertEquals(endOf(stop, [0, 3, 5, 0]), null);
});

Deno.test("StopCondition finds a text of multi-byte characters, byte by byte", () => {
  const tokenizer = Tokenizer.of(BYTES);
  for (
    const [text, stops] of [["数学の問題", ["の問"]], ["a🎉b🎉c", ["🎉c"]], ["Größe", [
      "ß",
    ]]] as const
  ) {
    const ids = bytes(text);
    const at = text.indexOf(stops[0]) + stops[0].length;
    const stop = new StopCondition([], stops, tokenizer);
    assertEquals(endOf(stop, ids), new TextEncoder().encode(text.slice(0, at)).length);
  }
});

Deno.test("StopCondition agrees with looking at the whole text, whatever the tokens", () => {
  const rng = new Rng("stopping");
  let met = 0;
  for (let round = 0; round < 400; round++) {
    const from = rng.integer(TEXT.length);
    const stops = [TEXT.slice(from, from + 1 + rng.integer(4))].filter((s) => s.isWellFormed());
    if (stops.length === 0 || stops[0] === "") continue;
    // Text of the corpus, cut at token borders of its own, with stray tokens in between.
    const start = rng.integer(TEXT.length);
    const words = TEXT.slice(start, start + 12).toWellFormed();
    const ids = TOKENIZER.encode(words).flatMap((id) =>
      rng.chance(0.1) ? [id, rng.integer(TOKENIZER.vocabSize)] : [id]
    );
    const found = endOf(new StopCondition([], stops, TOKENIZER), ids);
    assertEquals(found, naive(stops, ids), JSON.stringify([stops, words]));
    if (found !== null) met++;
  }
  assert(met > 60, `${met} were met`);
});

Deno.test("StopCondition finds added tokens by their text", () => {
  const ids = TOKENIZER.encode("end</think>next");
  const at = ids.indexOf(TOKENIZER.tokenId("</think>")) + 1;
  assertEquals(endOf(new StopCondition([], ["</think>"], TOKENIZER), ids), at);
});

Deno.test("StopCondition refuses an empty text", () => {
  assertThrows(() => new StopCondition([], ["a", ""], TOKENIZER), RangeError, "empty stop text");
});

Deno.test("StopCondition waits for a text to be there several times, and for a token alone with Infinity", () => {
  const pieces = ["a", "\n", "\n\n", "<eos>"];
  const split = { decode: (ids: readonly number[]) => ids.map((id) => pieces[id]).join("") };
  const stop = new StopCondition([3], ["\n"], split);
  const ends = (ids: readonly number[], times: number) =>
    ids.findIndex((_, i) => stop.isMet(ids.slice(0, i + 1), times)) + 1;
  assertEquals(ends([0, 1, 0, 1, 0, 1], 1), 2);
  assertEquals(ends([0, 1, 0, 1, 0, 1], 2), 4);
  assertEquals(ends([0, 1, 0, 1, 0, 1], 3), 6);
  assertEquals(ends([0, 2, 0], 2), 2);
  assertEquals(ends([0, 1, 3, 1], 2), 3);
  assertEquals(ends([0, 1, 0, 2, 1], Infinity), 0);
  assertEquals(ends([0, 1, 3], Infinity), 3);
  // Occurrences do not overlap.
  const double = new StopCondition([], ["\n\n"], split);
  assertEquals([[1, 1, 1], [1, 1, 1, 1]].map((ids) => double.isMet(ids, 2)), [false, true]);
});
