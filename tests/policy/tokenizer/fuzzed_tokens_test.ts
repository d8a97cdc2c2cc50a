/** @file Ten thousand random texts beside the Rust library, with a tokenizer like Qwen2.5's. */
import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { Tokenizer } from "../../../src/policy/tokenizer/tokenizer.ts";
import { seeded } from "../python.ts";

/** What make_fuzzed_tokens.py writes. */
interface Golden {
  readonly tokenizer: string;
  readonly seed: number;
  readonly count: number;
  readonly pools: readonly (readonly string[])[];
  readonly sha256: string;
  readonly ids: readonly (readonly number[])[];
  /** Texts of ids, by the number of the text. */
  readonly decoded: readonly (readonly [number, string])[];
}

async function readGolden(): Promise<Golden> {
  const file = await Deno.open(new URL("../../golden/fuzzed_tokens.json.gz", import.meta.url));
  return await new Response(file.readable.pipeThrough(new DecompressionStream("gzip"))).json();
}

/** The texts that the script drew. */
function fuzzed({ seed, count, pools }: Golden): string[] {
  const draw = seeded(seed);
  return Array.from({ length: count }, () => {
    const parts: string[] = [];
    for (let runs = draw(50) === 0 ? draw(200) : draw(9); runs > 0; runs--) {
      const pool = pools[draw(pools.length)]!;
      for (let more = 1 + draw(3); more > 0; more--) parts.push(pool[draw(pool.length)]!);
    }
    return parts.join("");
  });
}

Deno.test("Tokenizer gives the Rust library's ids for 10,000 random texts with Qwen2.5's pattern", async () => {
  const golden = await readGolden();
  const texts = fuzzed(golden);
  assertEquals(createHash("sha256").update(texts.join("\0")).digest("hex"), golden.sha256);
  assertEquals([texts.length, golden.ids.length], [10_000, 10_000]);
  const tokenizer = Tokenizer.of({
    "tokenizer.json": golden.tokenizer,
    "tokenizer_config.json": "{}",
  });
  texts.forEach((text, i) =>
    assertEquals(tokenizer.encode(text), golden.ids[i], JSON.stringify(text))
  );
  for (const [i, text] of golden.decoded) {
    assertEquals(tokenizer.decode(golden.ids[i]!), text);
    // Byte-level tokens lose nothing but what NFC changes, on either side of an added token by itself.
    assertEquals(text.normalize("NFC"), texts[i]!.normalize("NFC"));
  }
  const used = new Set(golden.ids.flat());
  assert(used.size > 0.6 * tokenizer.vocabSize);
});
