import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { cosine, SentenceEncoder } from "../../src/rewards/sentence_encoder.ts";
import { COUNTED, type EncoderOptions, VECTORS, WORDS, writeEncoder } from "./encoder.ts";
import { HOSTILE } from "./rollouts.ts";

/** Calls `body` with an encoder of a folder that is gone afterwards. */
async function withEncoder<T>(
  options: EncoderOptions,
  maxTokens: number,
  body: (encoder: SentenceEncoder) => T,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    await writeEncoder(folder, options);
    using encoder = await SentenceEncoder.load(folder, maxTokens);
    return body(encoder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The unit vector of the mean of these words' vectors. */
function expected(words: readonly string[], extra: readonly number[]): number[] {
  const rows = words.map((word) => VECTORS[WORDS.indexOf(word)]!);
  const mean = [0, 1, 2].map((i) =>
    rows.reduce((sum, row) => sum + row[i]! + extra[i]!, 0) / rows.length
  );
  const norm = Math.hypot(...mean);
  return mean.map((value) => value / norm);
}

function assertNear(found: Float64Array, wanted: readonly number[]): void {
  assertEquals(found.length, wanted.length);
  wanted.forEach((value, i) => assertAlmostEquals(found[i]!, value, 1e-6));
}

Deno.test("SentenceEncoder.embed() is the mean over all tokens, those that the tokenizer adds included", async () => {
  for (const path of ["model.onnx", "onnx/model.onnx"]) {
    await withEncoder({ path }, 12, (encoder) => {
      assertNear(encoder.embed("one two"), expected(["[CLS]", "one", "two", "[SEP]"], COUNTED));
      assertNear(
        encoder.embed(" THREEteen\n"),
        expected(["[CLS]", "three", "##teen", "[SEP]"], COUNTED),
      );
      assertNear(encoder.embed(""), expected(["[CLS]", "[SEP]"], COUNTED));
      assertNear(encoder.embed("four"), expected(["[CLS]", "[UNK]", "[SEP]"], COUNTED));
    });
  }
});

Deno.test("SentenceEncoder feeds the inputs that the model has", async () => {
  await withEncoder({ inputs: ["input_ids"] }, 12, (encoder) => {
    assertNear(encoder.embed("one"), expected(["[CLS]", "one", "[SEP]"], [0, 0, 0]));
  });
  await withEncoder({ inputs: ["input_ids", "attention_mask"] }, 12, (encoder) => {
    assertNear(encoder.embed("one"), expected(["[CLS]", "one", "[SEP]"], COUNTED));
  });
});

Deno.test("SentenceEncoder cuts a long text, and not the tokens around it", async () => {
  await withEncoder({}, 5, (encoder) => {
    const whole = expected(["[CLS]", "one", "one", "two", "[SEP]"], COUNTED);
    assertNear(encoder.embed("one one two"), whole);
    assertNear(encoder.embed("one one two three two"), whole);
  });
});

Deno.test("SentenceEncoder takes hostile text", async () => {
  await withEncoder({}, 12, (encoder) => {
    const begun = performance.now();
    for (const text of HOSTILE) {
      assert(encoder.embed(text).every(Number.isFinite));
    }
    assert(performance.now() - begun < 30_000);
  });
});

Deno.test("SentenceEncoder.load() names what is no encoder", async () => {
  const refused = async (options: EncoderOptions, maxTokens: number, message: string) => {
    await assertRejects(() => withEncoder(options, maxTokens, () => {}), InputError, message);
  };
  await refused(
    { config: { hidden_size: "3" } },
    12,
    "config.json: hidden_size: expected a width, found 3",
  );
  await refused({}, 13, "maxTokens: found 13; expected at most 12");
  await refused({}, 2, "maxTokens: found 2; expected more than the 2 added");
  await refused(
    { inputs: ["ids"] },
    12,
    "expected the inputs input_ids, attention_mask, token_type_ids, found ids",
  );
  await refused(
    { twice: true },
    12,
    "expected the output last_hidden_state or token_embeddings, found ",
  );
  await refused(
    { path: "other.onnx" },
    12,
    "expected onnx/model.onnx or model.onnx, found neither",
  );
  const folder = await Deno.makeTempDir();
  await writeEncoder(folder);
  await Deno.writeTextFile(`${folder}/model.onnx`, "no model");
  await assertRejects(
    () => SentenceEncoder.load(folder, 12),
    InputError,
    "not a sentence encoder: ",
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("cosine() is 1 for the same direction, -1 for the opposite, 0 with nothing", () => {
  const [a, b] = [Float64Array.of(0.6, 0.8), Float64Array.of(-0.6, -0.8)];
  assertEquals([cosine(a, a), cosine(a, b), cosine(a, new Float64Array(2))], [1, -1, 0]);
});
