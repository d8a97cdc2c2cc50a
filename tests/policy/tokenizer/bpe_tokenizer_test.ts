import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { formatPolicyConfig } from "../../../src/policy/config_json.ts";
import { trainBpe } from "../../../src/policy/tokenizer/bpe_tokenizer.ts";
import { Tokenizer } from "../../../src/policy/tokenizer/tokenizer.ts";
import { inFolder, SMALL } from "../fixtures.ts";
import { python, pythonTest } from "../python.ts";

const golden = JSON.parse(
  await Deno.readTextFile(new URL("../../golden/bpe.json", import.meta.url)),
);

Deno.test("trainBpe() makes a tokenizer that tokenises as the Rust library", () => {
  for (const { texts, vocab_size, special, encodings, decodings } of golden) {
    const tokenizer = Tokenizer.of(trainBpe(texts, vocab_size, special));
    for (const [text, ids] of encodings) {
      assertEquals(tokenizer.encode(text), ids, JSON.stringify(text));
      assertEquals(tokenizer.decode(ids), text.normalize("NFC"));
    }
    for (const [ids, text] of decodings) assertEquals(tokenizer.decode(ids), text);
  }
});

Deno.test("trainBpe() gives the same bytes when it is run again", () => {
  const { texts, vocab_size, special } = golden[0];
  assertEquals(trainBpe(texts, vocab_size, special), trainBpe(texts, vocab_size, special));
});

Deno.test("trainBpe() throws an InputError when the size or the special tokens cannot be", () => {
  assertThrows(() => trainBpe([], 256, ["<eos>"]), InputError, "expected an integer from 257");
  assertThrows(() => trainBpe([], 300.5, []), InputError, "found 300.5");
  assertThrows(() => trainBpe([], 300, ["<a>", "<a>"]), InputError, "special: expected different");
  assertThrows(() => trainBpe([], 300, ["a"]), InputError, "two characters or more");
});

await pythonTest(
  "trainBpe() makes files that transformers reads alike",
  ["transformers", "tokenizers"],
  inFolder(async (dir) => {
    const { texts, vocab_size, special, encodings } = golden[0];
    await Tokenizer.of(trainBpe(texts, vocab_size, special)).save(dir);
    await Deno.writeTextFile(
      `${dir}/config.json`,
      formatPolicyConfig({ ...SMALL, vocabSize: 512 }),
    );
    const program = `
import json, sys
from transformers import AutoTokenizer
data = json.load(open(sys.argv[1]))
auto = AutoTokenizer.from_pretrained(data["dir"])
print(json.dumps([[t, auto(t)["input_ids"]] for t, _ in data["encodings"]]))`;
    assertEquals(await python(program, { dir, encodings }), encodings);
  }),
);
