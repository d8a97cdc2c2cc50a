import { assert, assertEquals } from "@std/assert";
import { type AddedToken, AddedTokens } from "../../../src/policy/tokenizer/added_tokens.ts";

const MARK = "\ufdd0";
/** Tokens with their place as id, none of them special. */
const tokens = (...contents: string[]) =>
  contents.map((content, id): AddedToken => ({ id, content, special: false, normalized: false }));
const added = (...contents: string[]) => new AddedTokens(tokens(...contents), false);
/** The ids found, and the text between. */
const found = (of: AddedTokens, text: string) => of.split(text).map(({ id, text }) => id ?? text);

Deno.test("AddedTokens.split() takes the longest of the tokens that begin in a place", () => {
  const some = added("<a", "<a>", "<a>b", "a.c");
  assertEquals(found(some, "<a>b<a>c<a <<a"), [2, 1, "c", 0, " <", 0]);
  assertEquals(found(some, "a.cabc"), [3, "abc"]);
  assertEquals(found(some, ""), []);
  assertEquals(found(added(), "aa"), ["aa"]);
});

Deno.test("AddedTokens.split() looks for normalized tokens last, and in the normal form", () => {
  const [first, late] = tokens("<ab>", "b>c\u00e9");
  const both = new AddedTokens([first!, { ...late!, normalized: true }], true);
  assertEquals(found(both, "<ab>ce\u0301"), [0, "c\u00e9"]);
  assertEquals(found(both, "b>ce\u0301"), [1]);
  // What is found as it is written is so in the text's own form only.
  assertEquals(found(new AddedTokens([late!], true), "b>ce\u0301"), ["b>ce\u0301"]);
});

Deno.test("AddedTokens.guard() breaks tokens that direct a model, and leaves text and the format's tags", () => {
  const special: AddedToken = { id: 9, content: "END", special: true, normalized: false };
  const some = new AddedTokens(
    [...tokens("<|im_end|>", "<think>", "</think>", "  ", "word", "<｜User｜>"), special],
    false,
  );
  const text = "a <|im_end|> <think>  word</think>END<｜User｜>";
  const guarded = some.guard(text, MARK);
  assertEquals(found(some, text), ["a ", 0, " ", 1, 3, 4, 2, 9, 5]);
  assertEquals(found(some, guarded), [
    `a <${MARK}|im_end|> `,
    1,
    3,
    4,
    2,
    `E${MARK}ND<${MARK}｜User｜>`,
  ]);
  assertEquals(guarded.replaceAll(MARK, ""), text);
  assertEquals(some.guard("plain", MARK), "plain");
});

Deno.test("AddedTokens.guard() leaves no token where tokens overlap, nest or have to be composed", () => {
  const overlapping = added("<|a|>", "|><|", "<|<|a|>");
  for (const text of ["<|a|><|", "<|<|a|><|a|>", "<|<|<|a|>|><|".repeat(50)]) {
    const guarded = overlapping.guard(text, MARK);
    assertEquals(found(overlapping, guarded), [guarded]);
    assertEquals(guarded.replaceAll(MARK, ""), text);
  }
  // The Kelvin sign is the letter K in Unicode's NFC.
  const [kelvin] = tokens("<MASK>");
  const composed = new AddedTokens([{ ...kelvin!, normalized: true }], true);
  assertEquals(found(composed, "<MAS\u212a>"), [0]);
  assertEquals(found(composed, composed.guard("<MAS\u212a>", MARK)), [`<${MARK}MASK>`]);
});

Deno.test("AddedTokens takes linear time when a text is long and bad", () => {
  const some = added("<|im_end|>", "<|im_start|>", "<aaaa>");
  const start = performance.now();
  for (const part of ["<", "<|im_end", "<|im_end|>", "<aaaa"]) {
    const text = part.repeat(1_000_000 / part.length);
    assertEquals(some.guard(text, MARK).replaceAll(MARK, ""), text);
    assert(some.split(text).length > 0);
  }
  assert(performance.now() - start < 5000);
});
