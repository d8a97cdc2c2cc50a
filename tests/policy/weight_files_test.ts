import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import type { RawTensor } from "../../src/policy/safetensors.ts";
import { writeSafetensors } from "../../src/policy/safetensors.ts";
import { WeightFiles, writeWeights } from "../../src/policy/weight_files.ts";
import { inFolder } from "./fixtures.ts";

const TENSORS = new Map<string, RawTensor>(
  [[2, 3], [3], [4, 4], [1]].map((shape, i) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return [`t${i}`, { shape, data: Float32Array.from({ length }, (_, at) => 10 * i + at) }];
  }),
);
const INDEX = "model.safetensors.index.json";

/** Three shards of at most 40 bytes, but for the tensor that is larger. */
const sharded = (body: (dir: string) => Promise<void>) =>
  inFolder(async (dir) => {
    await writeWeights(dir, TENSORS, 40);
    await body(dir);
  });

const names = (dir: string) => [...Deno.readDirSync(dir)].map(({ name }) => name).sort();

async function changeIndex(dir: string, change: (map: Record<string, unknown>) => unknown) {
  const index = JSON.parse(await Deno.readTextFile(`${dir}/${INDEX}`));
  const weight_map = change(index.weight_map);
  await Deno.writeTextFile(`${dir}/${INDEX}`, JSON.stringify({ ...index, weight_map }));
}

Deno.test(
  "writeWeights() writes one file up to the size of a shard, and shards with an index above",
  inFolder(async (dir) => {
    const total = 4 * (6 + 3 + 16 + 1);
    await writeWeights(dir, TENSORS, total);
    assertEquals(names(dir), ["model.safetensors"]);
    await Deno.remove(`${dir}/model.safetensors`);
    await writeWeights(dir, TENSORS, total - 1);
    const shards = [1, 2].map((n) => `model-0000${n}-of-00002.safetensors`);
    assertEquals(names(dir), [...shards, INDEX]);
    assertEquals(JSON.parse(await Deno.readTextFile(`${dir}/${INDEX}`)), {
      metadata: { total_parameters: 26, total_size: 104 },
      weight_map: { t0: shards[0], t1: shards[0], t2: shards[0], t3: shards[1] },
    });
  }),
);

Deno.test(
  "WeightFiles reads whole tensors and pieces from whichever shard has them",
  sharded(async (dir) => {
    assertEquals(names(dir).length, 4);
    const weights = await WeightFiles.open(dir);
    assertEquals([...weights.entries.keys()], [...TENSORS.keys()]);
    for (const [name, tensor] of TENSORS) {
      assertEquals(await weights.read(name), tensor);
      const pieces = await Array.fromAsync(weights.pieces(name));
      assertEquals(pieces.flatMap((piece) => [...piece]), [...tensor.data]);
    }
    await assertRejects(async () => await weights.read("t9"), InputError, `${INDEX}: no tensor t9`);
  }),
);

Deno.test(
  "WeightFiles reads a tensor of many megabytes in pieces of whole rows",
  inFolder(async (dir) => {
    const [rows, columns] = [700, 3001];
    const data = Float32Array.from({ length: rows * columns }, (_, i) => i % 9973);
    await writeWeights(dir, new Map([["large", { shape: [rows, columns], data }]]));
    const weights = await WeightFiles.open(dir);
    const pieces = await Array.fromAsync(weights.pieces("large"));
    assert(pieces.length > 1);
    for (const piece of pieces) {
      assert(piece.length % columns === 0 && piece.byteLength <= 2 ** 22);
    }
    let at = 0;
    for (const piece of pieces) {
      for (const x of piece) if (x !== data[at++]) throw new Error(`${at}`);
    }
    assertEquals(at, data.length);
  }),
);

Deno.test(
  "WeightFiles.open() takes one whole file before an index, as transformers does",
  sharded(async (dir) => {
    await writeSafetensors(`${dir}/model.safetensors`, new Map([["w", TENSORS.get("t1")!]]));
    const weights = await WeightFiles.open(dir);
    assertEquals([...weights.entries.keys()], ["w"]);
  }),
);

const second = "model-00002-of-00003.safetensors";
const broken: [string, (dir: string) => Promise<unknown>, string][] = [
  [
    "there are no weights",
    (dir) => Deno.remove(`${dir}/${INDEX}`),
    `model.safetensors: no such file, nor is there ${INDEX}; expected one of them`,
  ],
  [
    "a shard is missing",
    (dir) => Deno.remove(`${dir}/${second}`),
    `${second}: no such file; ${INDEX} has 1 tensors in it, t2 first`,
  ],
  [
    "a shard is cut off",
    (dir) => Deno.truncate(`${dir}/${second}`, 140),
    `${second}: expected 64 bytes of data, as the header says, found`,
  ],
  [
    "a shard's header is garbage",
    (dir) => Deno.writeFile(`${dir}/${second}`, new Uint8Array(64).fill(255)),
    `${second}: header length: expected at most`,
  ],
  [
    "a shard has integers",
    async (dir) => {
      const bytes = await Deno.readFile(`${dir}/${second}`);
      const at = new TextDecoder("latin1").decode(bytes).indexOf("F32");
      bytes.set(new TextEncoder().encode("I32"), at);
      await Deno.writeFile(`${dir}/${second}`, bytes);
    },
    `${second}: tensor t2: dtype: expected F16, BF16, F32, F64, found "I32"`,
  ],
  [
    "a shard lacks what the index has in it",
    (dir) => changeIndex(dir, (map) => ({ ...map, t9: second })),
    `${INDEX}: weight_map.t9: ${second} has no such tensor`,
  ],
  [
    "a shard has what the index does not",
    (dir) => changeIndex(dir, ({ t1: _, ...map }) => map),
    `model-00001-of-00003.safetensors: tensor t1: ${INDEX} has it nowhere`,
  ],
  [
    "a shard has what the index has elsewhere",
    (dir) => changeIndex(dir, (map) => ({ ...map, t1: second })),
    `model-00001-of-00003.safetensors: tensor t1: ${INDEX} has it in ${second}`,
  ],
  [
    "the index leads out of the folder",
    (dir) => changeIndex(dir, (map) => ({ ...map, t2: "../other.safetensors" })),
    `weight_map.t2: expected the name of a .safetensors file, found "../other.safetensors"`,
  ],
  [
    "the index has no map",
    (dir) => changeIndex(dir, () => [1]),
    `${INDEX}: weight_map: expected an object, found [1]`,
  ],
  [
    "the index is no JSON",
    (dir) => Deno.writeTextFile(`${dir}/${INDEX}`, "{"),
    `${INDEX}: expected JSON`,
  ],
];
for (const [what, breakIt, message] of broken) {
  Deno.test(
    `WeightFiles.open() throws an InputError naming the file when ${what}`,
    sharded(async (dir) => {
      await breakIt(dir);
      await assertRejects(() => WeightFiles.open(dir), InputError, message);
    }),
  );
}
