import { assertEquals } from "@std/assert";
import { formatTokenizer } from "../../../src/policy/tokenizer/tokenizer_files.ts";

const vocab = new Map([["<pad>", 0], ["<think>", 1], ["toString", 2], ["__proto__", 3], ["1", 4]]);
const files = formatTokenizer({ vocab, merges: [] }, ["<pad>", "<think>", "toString"]);

Deno.test("formatTokenizer() marks only tokens with a role as special", () => {
  const { added_tokens } = JSON.parse(files["tokenizer.json"]);
  const special = added_tokens.map((t: { id: number; special: boolean }) => [t.id, t.special]);
  assertEquals(special, [[0, true], [1, false], [2, false]]);
  assertEquals(JSON.parse(files["tokenizer_config.json"]), {
    tokenizer_class: "PreTrainedTokenizerFast",
    clean_up_tokenization_spaces: false,
    pad_token: "<pad>",
    bos_token: null,
    eos_token: null,
    unk_token: null,
  });
});

Deno.test("formatTokenizer() keeps every token of the vocabulary, whatever it is called", () => {
  const { model } = JSON.parse(files["tokenizer.json"]);
  assertEquals(new Map(Object.entries(model.vocab)), new Map([...vocab].sort()));
});
