import { assertEquals, assertThrows } from "@std/assert";
import { hubName, parseHub } from "../../../src/data/sources/hub_dataset.ts";
import { InputError } from "../../../src/errors.ts";

const PLAIN = { hub: "a/b", revision: "main", config: null, split: "train", files: null };

Deno.test("parseHub() reads every part of the short form, each of which may be absent", () => {
  const parts: [string, object][] = [
    ["a/b", {}],
    ["a/b@v1.0", { revision: "v1.0" }],
    ["a/b:c d", { config: "c d" }],
    ["a/b/test", { split: "test" }],
    ["a/b@r:c/s", { revision: "r", config: "c", split: "s" }],
    ["simplescaling/s1K-1.1@main/train", { hub: "simplescaling/s1K-1.1" }],
  ];
  for (const [text, changes] of parts) {
    const dataset = { ...PLAIN, ...changes };
    assertEquals(parseHub(text, "f"), dataset);
    assertEquals(parseHub(`hf:${text}`, "f"), dataset);
    assertEquals(parseHub(hubName(dataset), "f"), dataset);
  }
});

Deno.test("parseHub() refuses what is no dataset, and hostile text at once", () => {
  for (
    const text of [
      "",
      "a",
      "hf:a",
      "a/b/c/d",
      "a/b@",
      "a/b:",
      "a/b/",
      "../b",
      "a/..",
      "a b/c",
    ]
  ) {
    assertThrows(() => parseHub(text, "data.hub"), InputError, "data.hub: found ");
  }
  for (const text of ["/", "@", ":", "a", "a/b@", "a/b:"].map((part) => part.repeat(300_000))) {
    assertThrows(() => parseHub(text, "data.hub"), InputError, "expected hf:owner/name");
  }
});
