import { assertEquals } from "@std/assert";
import { learnMerges } from "../../../src/policy/tokenizer/bpe_trainer.ts";

const golden = JSON.parse(
  await Deno.readTextFile(new URL("../../golden/bpe.json", import.meta.url)),
);

Deno.test("learnMerges() finds the merges and the ids of the Rust trainer", () => {
  for (const { texts, vocab_size, special, merges, vocab } of golden) {
    const model = learnMerges(texts, vocab_size, special);
    assertEquals(model.merges, merges);
    assertEquals([...model.vocab.keys()], vocab);
    assertEquals([...model.vocab.values()], vocab.map((_: string, id: number) => id));
  }
});

Deno.test("learnMerges() takes the smaller ids when pairs are equally frequent", () => {
  assertEquals(learnMerges(["dc ba"], 258, []).merges, [["b", "a"], ["d", "c"]]);
});

Deno.test("learnMerges() learns nothing from the inside of a special token", () => {
  assertEquals(learnMerges(["<eos><eos>a<eos>"], 300, ["<eos>"]).merges, []);
});

Deno.test("learnMerges() stops when the vocabulary is full, or the corpus has no pair left", () => {
  assertEquals(learnMerges(["abab"], 256, []).merges, []);
  assertEquals(learnMerges(["abab"], 1000, []).merges, [["a", "b"], ["ab", "ab"]]);
});
