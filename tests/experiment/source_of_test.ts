import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { sourceKey, sourceOf } from "../../src/experiment/source_of.ts";

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ problem: `What is ${i} + 1?`, answer: i + 1 }));

Deno.test("sourceKey() of rows is that of their content, in whatever order a row's keys are", () => {
  const key = sourceKey({ domain: "rows", rows: [{ problem: "p", answer: 1 }] });
  assertEquals(sourceKey({ domain: "rows", rows: [{ answer: 1, problem: "p" }] }), key);
  assertNotEquals(sourceKey({ domain: "rows", rows: [{ problem: "p", answer: 2 }] }), key);
  assert(/^rows [0-9a-f]{16}$/.test(key));
});

Deno.test("sourceKey() hashes the same rows once", () => {
  let reads = 0;
  const rows = many(3).map((row) => ({
    get problem() {
      reads++;
      return row.problem;
    },
  }));
  const keys = Array.from({ length: 50 }, () => sourceKey({ domain: "rows", rows }));
  assertEquals(new Set(keys).size, 1);
  assertEquals(reads, 3);
});

Deno.test("sourceKey() tells a Hub's splits and files apart", () => {
  const hub = { domain: "hub", hub: "a/b", revision: "c", config: null, split: "train" } as const;
  const keys = [
    sourceKey({ ...hub, files: null }),
    sourceKey({ ...hub, files: ["x.jsonl"] }),
    sourceKey({ ...hub, split: "test", files: null }),
    sourceKey({ domain: "file", file: "x.jsonl" }),
  ];
  assertEquals(new Set(keys).size, 4);
  assertEquals(sourceOf({ ...hub, files: null }), {
    hub: "a/b",
    revision: "c",
    config: null,
    split: "train",
    files: null,
  });
});
