import { assertEquals, assertThrows } from "@std/assert";
import type { HubDataset } from "../../../src/data/sources/hub_dataset.ts";
import { splitFiles } from "../../../src/data/sources/hub_files.ts";
import { InputError } from "../../../src/errors.ts";

const dataset = (changes: Partial<HubDataset> = {}): HubDataset => ({
  hub: "a/b",
  revision: "r",
  config: null,
  split: "train",
  files: null,
  ...changes,
});

const GSM8K = [
  "README.md",
  "main/test-00000-of-00001.parquet",
  "main/train-00000-of-00001.parquet",
  "socratic/test-00000-of-00001.parquet",
  "socratic/train-00000-of-00001.parquet",
];

function refused(paths: readonly string[], changes: Partial<HubDataset>, message: string): void {
  assertThrows(() => splitFiles(paths, dataset(changes), "data"), InputError, message);
}

Deno.test("splitFiles() finds a split in every layout that the Hub writes, in the order of the shards", () => {
  const layouts: [string[], Partial<HubDataset>][] = [
    [["data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet"], {}],
    [["data/train-00000-of-00001-a09b74b3ef9c3b56.parquet"], {}],
    [["train.jsonl"], {}],
    [["data/train.jsonl"], {}],
    [["train.parquet"], {}],
    [["socratic/train-00000-of-00001.parquet"], { config: "socratic" }],
    [["socratic/train/0000.parquet", "socratic/train/0001.parquet"], { config: "socratic" }],
  ];
  for (const [paths, changes] of layouts) {
    const others = [
      "README.md",
      "data/test-00000-of-00001.parquet",
      "other/train.jsonl",
      "train_easy.jsonl",
    ];
    assertEquals(splitFiles([...paths.toReversed(), ...others], dataset(changes), "data"), paths);
  }
});

Deno.test("splitFiles() takes another configuration and another split where they are declared", () => {
  assertEquals(splitFiles(GSM8K, dataset({ config: "socratic", split: "test" }), "data"), [
    GSM8K[3],
  ]);
});

Deno.test("splitFiles() takes declared files as they are, and knows no others", () => {
  const files = ["socratic/test-00000-of-00001.parquet", "main/test-00000-of-00001.parquet"];
  assertEquals(splitFiles(GSM8K, dataset({ files }), "data"), files);
  refused(
    GSM8K,
    { files: ["main/test-00000-of-0001.parquet"] },
    "data.files: hf:a/b@r/train: there is no file main/test-00000-of-0001.parquet; " +
      "did you mean main/test-00000-of-00001.parquet?",
  );
});

Deno.test("splitFiles() asks rather than guesses, and says what there is", () => {
  refused(
    GSM8K,
    {},
    "data.config: hf:a/b@r/train: expected one of its configurations: main, socratic",
  );
  refused(GSM8K, { config: "soc" }, "there is no configuration soc; it has main, socratic");
  refused(
    GSM8K,
    { config: "main", split: "dev" },
    "data.split: hf:a/b@r:main/dev: there is no split dev; it has test, train",
  );
  refused(
    ["train.jsonl", "data/train-00000-of-00001.parquet"],
    {},
    "data.files: hf:a/b@r/train: expected files, because the split is there as jsonl, parquet",
  );
  refused(
    ["data/train-00000-of-00003.parquet", "data/train-00002-of-00003.parquet"],
    {},
    "data.hub: hf:a/b@r/train: found 2 of the split's 3 files",
  );
  refused(["README.md", "a.csv"], {}, "it has neither Parquet nor JSON Lines files");
});
