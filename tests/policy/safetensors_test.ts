import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { type RawTensor, SafetensorsFile, writeSafetensors } from "../../src/policy/safetensors.ts";
import { inFolder } from "./fixtures.ts";
import { python, pythonTest } from "./python.ts";

const GOLDEN = `${import.meta.dirname}/../golden/`;
const bitsOf = ({ data }: RawTensor) => [...new Int32Array(data.buffer)];
const tensor = (shape: number[], ...values: number[]): RawTensor => ({
  shape,
  data: Float32Array.from(values),
});

Deno.test("SafetensorsFile reads every float type as the float32 that PyTorch makes of it", async () => {
  const expected = JSON.parse(await Deno.readTextFile(`${GOLDEN}dtypes.json`));
  const file = await SafetensorsFile.open(`${GOLDEN}dtypes.safetensors`);
  assertEquals([...file.entries.keys()].sort(), Object.keys(expected).sort());
  for (const [name, { shape, bits }] of Object.entries<Record<string, number[]>>(expected)) {
    const found = await file.read(name);
    assertEquals(found.shape, shape!, name);
    assertEquals(bitsOf(found), bits!, name);
  }
});

Deno.test(
  "writeSafetensors() writes what SafetensorsFile reads back, to the bit",
  inFolder(async (dir) => {
    const path = `${dir}/m.safetensors`;
    const tensors = new Map([
      ["b.weight", tensor([2, 2], NaN, -0, 1e-45, Infinity)],
      ["scalar", tensor([], 0.1)],
      ["empty", tensor([3, 0])],
      ['ünïcode "quoted"', tensor([1], 7)],
      ["__proto__", tensor([1], 8)],
    ]);
    await writeSafetensors(path, tensors);
    const file = await SafetensorsFile.open(path);
    assertEquals(file.entries.size, tensors.size);
    for (const [name, expected] of tensors) {
      const found = await file.read(name);
      assertEquals(found.shape, expected.shape);
      assertEquals(bitsOf(found), bitsOf(expected));
    }
    const bytes = await Deno.readFile(path);
    const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    assertEquals(headerBytes % 8, 0);
    assert(
      new TextDecoder().decode(bytes.subarray(8, 44)) === '{"__metadata__":{"format":"pt"},"b.w',
    );
    assertEquals((await Array.fromAsync(Deno.readDir(dir))).length, 1);
  }),
);

Deno.test(
  "writeSafetensors() writes a view into a larger buffer as the view",
  inFolder(async (dir) => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    await writeSafetensors(`${dir}/m`, new Map([["a", { shape: [2], data }]]));
    const found = await (await SafetensorsFile.open(`${dir}/m`)).read("a");
    assertEquals([...found.data], [2, 3]);
  }),
);

Deno.test(
  "writeSafetensors() throws and keeps the old file when a shape does not fit",
  inFolder(async (dir) => {
    const path = `${dir}/m.safetensors`;
    await writeSafetensors(path, new Map([["a", tensor([1], 1)]]));
    const wrong = new Map([["a", tensor([2], 1)]]);
    await assertRejects(() => writeSafetensors(path, wrong), RangeError, "tensor a: expected 2");
    const reserved = new Map([["__metadata__", tensor([1], 1)]]);
    await assertRejects(() => writeSafetensors(path, reserved), RangeError, "__metadata__");
    assertEquals([...(await (await SafetensorsFile.open(path)).read("a")).data], [1]);
  }),
);

Deno.test(
  "SafetensorsFile.open() throws an InputError naming the file when its length is wrong",
  inFolder(async (dir) => {
    const path = `${dir}/m.safetensors`;
    const open = () => SafetensorsFile.open(path);
    await assertRejects(open, InputError, `${path}: cannot be read`);
    const header = new TextEncoder().encode(
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    );
    const cases: [bigint, number, string][] = [
      [BigInt(header.length), 3, "expected 4 bytes of data, as the header says, found 3"],
      [BigInt(header.length), 5, "expected 4 bytes of data"],
      [BigInt(header.length) + 5n, 4, "header length: expected at most 58 bytes, found 59"],
      [2n ** 64n - 1n, 4, "header length: expected at most 58 bytes"],
      [100_000_001n, 4, "header length"],
      [0n, 4, "header: expected JSON"],
    ];
    for (const [length, data, message] of cases) {
      const bytes = new Uint8Array(8 + header.length + data);
      new DataView(bytes.buffer).setBigUint64(0, length, true);
      bytes.set(header, 8);
      await Deno.writeFile(path, bytes);
      await assertRejects(open, InputError, message);
      await assertRejects(open, InputError, path);
    }
    for (const length of [0, 7]) {
      await Deno.writeFile(path, new Uint8Array(length));
      await assertRejects(open, InputError, `expected at least 8 bytes, found ${length}`);
    }
  }),
);

Deno.test(
  "SafetensorsFile.read() throws an InputError when there is no such tensor, or the file has shrunk",
  inFolder(async (dir) => {
    const path = `${dir}/m.safetensors`;
    await writeSafetensors(path, new Map([["a", tensor([2], 1, 2)]]));
    const file = await SafetensorsFile.open(path);
    await assertRejects(() => file.read("b"), InputError, "no tensor b");
    await Deno.truncate(path, (await Deno.stat(path)).size - 4);
    await assertRejects(() => file.read("a"), InputError, "tensor a: expected 8 bytes, found 4");
  }),
);

await pythonTest(
  "the safetensors library reads what writeSafetensors() writes, and the reverse",
  ["safetensors", "torch"],
  inFolder(async (dir) => {
    const tensors = new Map([
      ["model.norm.weight", tensor([3], 1, -2, 0.1)],
      ["model.é", tensor([2, 1, 2], 1, 2, 3, 4)],
      ["scalar", tensor([], 5)],
      ["empty", tensor([0, 2])],
    ]);
    await writeSafetensors(`${dir}/ours`, tensors);
    const program = `
import json, sys, torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
dir = json.load(open(sys.argv[1]))
with safe_open(dir + "/ours", framework="pt") as f:
    metadata = f.metadata()
tensors = load_file(dir + "/ours")
save_file({k: (v * 2).to(t) for k, v in tensors.items() for t in [torch.float64 if k == "scalar" else v.dtype]}, dir + "/theirs")
print(json.dumps({"metadata": metadata, "tensors": {k: [list(v.shape), str(v.dtype), v.flatten().tolist()] for k, v in tensors.items()}}))`;
    const read = await python(program, dir) as Record<string, Record<string, unknown>>;
    assertEquals(read["metadata"], { format: "pt" });
    const theirs = await SafetensorsFile.open(`${dir}/theirs`);
    for (const [name, { shape, data }] of tensors) {
      assertEquals(read["tensors"]![name], [[...shape], "torch.float32", [...data]]);
      assertEquals(await theirs.read(name), { shape, data: data.map((value) => 2 * value) });
    }
  }),
);
