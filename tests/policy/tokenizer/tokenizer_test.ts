import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Tokenizer as Reference } from "@huggingface/tokenizers";
import { InputError } from "../../../src/errors.ts";
import { trainBpe } from "../../../src/policy/tokenizer/bpe_tokenizer.ts";
import { buildCharTokenizer } from "../../../src/policy/tokenizer/char_tokenizer.ts";
import { Tokenizer } from "../../../src/policy/tokenizer/tokenizer.ts";
import { inFolder } from "../fixtures.ts";
import { seeded } from "../python.ts";

const characters = Tokenizer.of(buildCharTokenizer("ab<\n?", ["<eos>", "<think>", "</think>"]));
const bytes = Tokenizer.of(trainBpe(["ab abc"], 270, ["<eos>", "<think>"]));

Deno.test("Tokenizer.encode() finds added tokens, and adds none", () => {
  assertEquals(characters.encode("<think>a</think><\n<eos>"), [1, 3, 2, 5, 6, 0]);
  assertEquals(characters.encode(""), []);
  assertEquals(bytes.encode(""), []);
  assertEquals(bytes.encode("<think>")[0], 1);
});

Deno.test("Tokenizer.encode() throws an InputError naming the character when the alphabet lacks it", () => {
  const cases: [string, string][] = [
    ["abc", 'found "c" at 2'],
    ["<think>a b", 'found " " at 8'],
    ["<thin", 'found "t" at 1'],
    ["?a😁", 'found "😁" at 2'],
    ["a\u0301", 'found "\u0301" at 1'],
    ["A", 'found "A" at 0'],
  ];
  for (const [text, message] of cases) {
    assertThrows(() => characters.encode(text), InputError, message);
  }
});

Deno.test("Tokenizer.encode() throws an InputError when the text has half a surrogate pair", () => {
  for (const tokenizer of [characters, bytes]) {
    assertThrows(() => tokenizer.encode("a\ud83d"), InputError, "half a surrogate pair");
  }
});

Deno.test("Tokenizer.encode() gives what the package gives, where text and added tokens mix", () => {
  const alphabet = "abc123+-=<>/\n\t \r'.,?";
  const special = ["<pad>", "<eos>", "<think>", "</think>"];
  const random = seeded(8);
  const made = [buildCharTokenizer(alphabet, special), trainBpe(["abc 123 <a"], 280, special)];
  for (const files of made) {
    const tokenizer = Tokenizer.of(files);
    const json = JSON.parse(files["tokenizer.json"]);
    const reference = new Reference(json, { clean_up_tokenization_spaces: false });
    const pieces = [...alphabet, ...special, "</", "<a"];
    for (let round = 0; round < 300; round++) {
      const length = random(30);
      const text = Array.from({ length }, () => pieces[random(pieces.length)]).join("");
      const expected = reference.encode(text, { add_special_tokens: false }).ids;
      assertEquals(tokenizer.encode(text), expected);
    }
  }
});

Deno.test("Tokenizer.encode() takes what guard() broke for text, and the rest as before", () => {
  const mark = "\ufdd0";
  const hostile = "<eos>a<think>b";
  const ids = bytes.encode(bytes.guard(hostile, mark), mark);
  assertEquals(ids.includes(bytes.tokenId("<eos>")), false);
  assertEquals(ids.filter((id) => id === bytes.tokenId("<think>")).length, 1);
  assertEquals(bytes.decode(ids), hostile);
  assertEquals(bytes.isAdded(ids[0]!), false);
  assertEquals(bytes.isAdded(bytes.tokenId("<eos>")), true);
  // Those that the template writes around it are tokens still.
  const around = bytes.encode(`<eos>${bytes.guard(hostile, mark)}<eos>`, mark);
  assertEquals(around, [0, ...ids, 0]);
  // A closed alphabet has no characters to write it in.
  assertThrows(
    () => characters.encode(characters.guard("ab<eos>", mark), mark),
    InputError,
    'expected characters of the alphabet, found "e" at 3',
  );
});

Deno.test("Tokenizer.decode() undoes encode(), special tokens included", () => {
  const text = "<think>ab\n?</think>a<eos>";
  assertEquals(characters.decode(characters.encode(text)), text);
  const any = "  It's <think> n't .  ?\r\n\t naïve 日本 😀\u0000\ufeff<eos>";
  assertEquals(bytes.decode(bytes.encode(any)), any);
});

Deno.test("Tokenizer.decode() gives nothing for no ids, and for ids that no token has", () => {
  assertEquals(characters.decode([]), "");
  assertEquals(characters.decode([3, 99, 4, -1]), "ab");
});

Deno.test("Tokenizer.decode() takes any iterable", () => {
  assertEquals(characters.decode(Int32Array.of(3, 4)), "ab");
  assertEquals(characters.decode(new Set([3, 4])), "ab");
});

Deno.test("Tokenizer.decode() gives what the package gives when ids are random", () => {
  const json = JSON.parse(bytes.files["tokenizer.json"]);
  const reference = new Reference(json, { clean_up_tokenization_spaces: false });
  const random = seeded(5);
  for (let round = 0; round < 300; round++) {
    const ids = Array.from({ length: 1 + random(12) }, () => random(bytes.vocabSize));
    assertEquals(bytes.decode(ids), reference.decode(ids, { skip_special_tokens: false }));
  }
});

Deno.test("Tokenizer.stream() gives decode() in parts", () => {
  const random = seeded(6);
  for (let round = 0; round < 300; round++) {
    const ids = Array.from({ length: random(12) }, () => random(bytes.vocabSize));
    const stream = bytes.stream();
    const parts = [...ids.map((id) => stream.push(id)), stream.end()];
    assertEquals(parts.join(""), bytes.decode(ids));
    assert(parts.every((part) => part.isWellFormed()));
  }
});

Deno.test("Tokenizer.tokenId() throws an InputError when there is no such token", () => {
  assertEquals(characters.tokenId("</think>"), 2);
  assertEquals(characters.tokenId("a"), 3);
  assertThrows(() => characters.tokenId("<bos>"), InputError, 'no token "<bos>"');
});

Deno.test("Tokenizer.vocabSize counts to the highest id", () => {
  assertEquals(characters.vocabSize, 8);
  const json = JSON.parse(characters.files["tokenizer.json"]);
  json.added_tokens.push({ id: 20, content: "<far>", special: false, normalized: false });
  const files = { ...characters.files, "tokenizer.json": JSON.stringify(json) };
  assertEquals(Tokenizer.of(files).vocabSize, 21);
});

Deno.test("Tokenizer takes long and degenerate texts in its stride", () => {
  const start = performance.now();
  const text = `${"a".repeat(50_000)}${" ".repeat(50_000)}\n${"😀".repeat(10_000)}${
    "<".repeat(50_000)
  }`;
  assertEquals(bytes.decode(bytes.encode(text)), text);
  const plain = "ab<\n".repeat(50_000);
  assertEquals(characters.encode(plain).length, plain.length);
  assert(performance.now() - start < 10_000);
});

Deno.test(
  "Tokenizer.save() writes byte for byte what load() read",
  inFolder(async (dir) => {
    const files = {
      "tokenizer.json": ` ${characters.files["tokenizer.json"]}\r\n\n`,
      "tokenizer_config.json": '{"unknown": [1e0],\t"é": "\\u00e9"}',
      "chat_template.jinja": "{{ messages }}\r\n",
      "special_tokens_map.json": '{"eos_token" : "<eos>"}',
    };
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${dir}/${name}`, text);
    }
    const tokenizer = await Tokenizer.load(dir);
    await tokenizer.save(`${dir}/copy`);
    for (const name of Object.keys(files)) {
      assertEquals(
        await Deno.readFile(`${dir}/copy/${name}`),
        await Deno.readFile(`${dir}/${name}`),
      );
    }
    assertEquals((await Array.fromAsync(Deno.readDir(`${dir}/copy`))).length, 4);
  }),
);

Deno.test(
  "Tokenizer.load() throws an InputError when a file is missing",
  inFolder(async (dir) => {
    await assertRejects(() => Tokenizer.load(dir), InputError, "tokenizer.json: no such file");
    await Deno.writeTextFile(`${dir}/tokenizer.json`, characters.files["tokenizer.json"]);
    await assertRejects(() => Tokenizer.load(dir), InputError, "tokenizer_config.json: no such");
  }),
);

Deno.test("Tokenizer.of() throws an InputError when a pattern is no regular expression", () => {
  const json = JSON.parse(bytes.files["tokenizer.json"]);
  const split = { type: "Split", pattern: { Regex: "(" }, behavior: "Isolated", invert: false };
  json.pre_tokenizer = { type: "Sequence", pretokenizers: [split, json.pre_tokenizer] };
  const files = { ...bytes.files, "tokenizer.json": JSON.stringify(json) };
  assertThrows(() => Tokenizer.of(files, "dir"), InputError, "dir/tokenizer.json: ");
});

for (const [style, owner] of [["gpt2", "GPT-2's"], ["llama3", "Llama 3's"]] as const) {
  Deno.test(`Tokenizer tokenises as the Rust library when the file is like ${owner}`, async () => {
    const path = new URL(`../../golden/${style}_style.json`, import.meta.url);
    const golden = JSON.parse(await Deno.readTextFile(path));
    const tokenizer = Tokenizer.of({
      "tokenizer.json": golden.tokenizer,
      "tokenizer_config.json": "{}",
    });
    for (const [text, ids] of golden.encodings) {
      assertEquals(tokenizer.encode(text), ids, JSON.stringify(text));
      assertEquals(tokenizer.decode(ids), text);
    }
    for (const [ids, text] of golden.decodings) assertEquals(tokenizer.decode(ids), text);
  });
}
