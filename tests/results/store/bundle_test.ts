import { assertEquals, assertThrows } from "@std/assert";
import { strToU8, unzipSync, zipSync } from "fflate";
import { InputError } from "../../../src/errors.ts";
import { packBundle, unpackBundle } from "../../../src/results/store/bundle.ts";

const files = {
  "schema.json": strToU8('{"version":1}'),
  "outcomes.jsonl": strToU8('{"arm":"srl → rlvr"}\n'.repeat(100)),
  "empty.csv": new Uint8Array(),
};
const bytes = packBundle({ experiment: "quickstart", files });

/** The bundle after somebody changed its entries. */
function changed(change: (entries: Record<string, Uint8Array>) => void): Uint8Array {
  const entries = unzipSync(bytes);
  change(entries);
  return zipSync(entries);
}

Deno.test("packBundle() and unpackBundle() keep every byte, and equal results are equal bytes", () => {
  const found = unpackBundle(bytes, "a.zip");
  assertEquals(found.experiment, "quickstart");
  assertEquals(found.files["outcomes.jsonl"]!.toHex(), files["outcomes.jsonl"].toHex());
  assertEquals(Object.keys(found.files).sort(), Object.keys(files).sort());
  const reversed = Object.fromEntries(Object.entries(files).reverse());
  assertEquals(packBundle({ experiment: "quickstart", files: reversed }).toHex(), bytes.toHex());
});

Deno.test("unpackBundle() refuses what was altered, taken out or put in", () => {
  for (
    const [change, message] of [
      [(e) => e["outcomes.jsonl"]![3]! ^= 1, "outcomes.jsonl was altered"],
      [(e) => delete e["outcomes.jsonl"], "outcomes.jsonl is missing"],
      [(e) => e["more.txt"] = strToU8("x"), '"more.txt", which its manifest lacks'],
      [(e) => delete e["manifest.json"], "no manifest.json"],
      [(e) => e["../evil"] = strToU8("x"), "not a plain file name"],
      [(e) => e["manifest.json"] = strToU8("[]"), "manifest.json"],
      [(e) => e["manifest.json"] = strToU8("{"), "not JSON"],
    ] as readonly [(entries: Record<string, Uint8Array>) => void, string][]
  ) assertThrows(() => unpackBundle(changed(change), "a.zip"), InputError, message);
});

Deno.test("unpackBundle() refuses every cut or flipped bundle without another error", () => {
  for (let at = 0; at < bytes.length; at += 7) {
    assertThrows(() => unpackBundle(bytes.slice(0, at), "a.zip"), InputError, "a.zip");
    const flipped = bytes.slice();
    flipped[at]! ^= 0x55;
    try {
      // A flipped bit in a date or another field that nobody reads leaves the files as they were.
      assertEquals(
        Object.keys(unpackBundle(flipped, "a.zip").files).sort(),
        Object.keys(files).sort(),
      );
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
});

Deno.test("unpackBundle() refuses a bundle that says it unpacks to more than there is room for", () => {
  const bomb = bytes.slice();
  const view = new DataView(bomb.buffer);
  for (let at = 0; at + 4 < bomb.length; at++) {
    // Uncompressed size in each central header.
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 0xfffffff0, true);
  }
  assertThrows(() => unpackBundle(bomb, "a.zip"), InputError, "bytes");
});

Deno.test("packBundle() refuses names with paths, and results without a schema of this version", () => {
  const pack = (experiment: string, files: Record<string, Uint8Array>) => () =>
    packBundle({ experiment, files });
  assertThrows(pack("../x", files), InputError, '"../x"');
  assertThrows(pack("x", { ...files, ".hidden": files["empty.csv"] }), InputError, '".hidden"');
  assertThrows(pack("x", { "empty.csv": files["empty.csv"] }), InputError, "no schema.json");
  const newer = { "schema.json": strToU8('{"version":99}') };
  assertThrows(pack("x", newer), InputError, "found version 99");
});
