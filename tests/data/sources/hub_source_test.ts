import { assert, assertEquals, assertRejects } from "@std/assert";
import { scanCacheDir } from "@huggingface/hub";
import { parseHub } from "../../../src/data/sources/hub_dataset.ts";
import { hubSource, pinHub } from "../../../src/data/sources/hub_source.ts";
import type { HubOptions } from "../../../src/hub/hub_files.ts";
import { InputError } from "../../../src/errors.ts";
import { commitOf, type FakeHub, type Fault, startFakeHub } from "../../hub/fake_hub.ts";
import { PARQUET_ROWS, parquetPath } from "./parquet_files.ts";

const OLD = commitOf("old");
const NEW = commitOf("new");
const HUB_PARQUET = await Deno.readFile(parquetPath("hub"));
const ZSTD_PARQUET = await Deno.readFile(parquetPath("zstd"));

const DATASETS = {
  "lab/sums": {
    refs: { main: NEW },
    commits: {
      [OLD]: { "README.md": "# Sums", "data/train-00000-of-00001.parquet": HUB_PARQUET },
      [NEW]: {
        "README.md": "# Sums",
        "data/train-00000-of-00002.parquet": HUB_PARQUET,
        "data/train-00001-of-00002.parquet": ZSTD_PARQUET,
        "data/test.jsonl": '{"question":"1+1?"}\n\n{"question":"2+2?"}\n',
      },
    },
  },
  "lab/secret": {
    refs: { main: OLD },
    token: "hf_secret",
    commits: { [OLD]: { "train.jsonl": '{"question":"whose?"}\n' } },
  },
};

/** What a test has: a Hub with the datasets, an empty cache, and the options that lead to both. */
interface Stand {
  readonly hub: FakeHub;
  readonly cacheDir: string;
  readonly options: HubOptions;
}

async function withHub(body: (stand: Stand) => Promise<void>): Promise<void> {
  await using hub = startFakeHub(DATASETS);
  const cacheDir = await Deno.makeTempDir();
  const options = { hubUrl: hub.url, cacheDir, report: () => {} };
  try {
    await body({ hub, cacheDir, options });
  } finally {
    await Deno.remove(cacheDir, { recursive: true });
  }
}

/** All rows of a dataset, which is pinned first. */
async function rowsOf(text: string, options: HubOptions) {
  const dataset = await pinHub(parseHub(text, "data.hub"), "data", options);
  return await Array.fromAsync(hubSource(dataset, "data", options).rows());
}

async function messageFor(text: string, options: HubOptions): Promise<string> {
  const error = await assertRejects(() => rowsOf(text, options), InputError);
  return error.message.replaceAll(options.hubUrl!, "HUB");
}

Deno.test("hubSource() gives the rows of all files of a split, numbered on, with the commit in their place", async () => {
  await withHub(async ({ options, hub }) => {
    const rows = await rowsOf("lab/sums", options);
    assertEquals(rows.map(({ value }) => value), [...PARQUET_ROWS, ...PARQUET_ROWS]);
    assertEquals(rows.map(({ row }) => row), rows.map((_, at) => at + 1));
    assertEquals(rows[41]?.place, `hf:lab/sums@${NEW}/data/train-00001-of-00002.parquet:2`);
    assert(
      hub.requests.every((line) => !line.includes("test.jsonl")),
      "only the split is asked for",
    );
    const test = await rowsOf("lab/sums/test", options);
    assertEquals(test.map(({ row, value }) => [row, value]), [
      [1, { question: "1+1?" }],
      [3, { question: "2+2?" }],
    ]);
  });
});

Deno.test("hubSource() takes another commit where another revision is declared", async () => {
  await withHub(async ({ options }) => {
    const of = async (text: string) =>
      hubSource(await pinHub(parseHub(text, "data.hub"), "data", options), "data", options);
    const [now, then] = [await of("lab/sums"), await of(`lab/sums@${OLD}`)];
    assertEquals([now.name, then.name], [`hf:lab/sums@${NEW}/train`, `hf:lab/sums@${OLD}/train`]);
    assertEquals((await Array.fromAsync(then.rows())).length, PARQUET_ROWS.length);
    // One file's hash is that of its bytes, so that the same file elsewhere is the same input.
    const digest = await crypto.subtle.digest("SHA-256", HUB_PARQUET);
    assertEquals(await then.contentHash(), new Uint8Array(digest).toHex());
    assert(await now.contentHash() !== await then.contentHash());
  });
});

Deno.test("hubSource() asks nobody for a cached commit, and needs the Hub for a branch", async () => {
  await withHub(async ({ hub, options }) => {
    const first = await rowsOf("lab/sums", options);
    const asked = hub.requests.length;
    assertEquals(await rowsOf(`lab/sums@${NEW}`, options), first);
    assertEquals(hub.requests.length, asked, "online, it is not asked either");
    await hub.stop();
    assertEquals(await rowsOf(`lab/sums@${NEW}`, options), first);
    const branch = await messageFor("lab/sums", options);
    assert(branch.startsWith("data.hub: hf:lab/sums@main/train: cannot reach HUB: "), branch);
    assert(branch.endsWith(`; it was last at ${NEW}: declare this revision to use what is cached`));
    const other = await messageFor(`lab/sums@${NEW}/test`, options);
    assert(other.startsWith(`data.hub: hf:lab/sums@${NEW}/test: cannot reach HUB: `), other);
    const never = await messageFor("lab/none", options);
    assert(never.startsWith("data.hub: hf:lab/none@main/train: cannot reach HUB: "), never);
    assert(!never.includes("last at"));
  });
});

Deno.test("hubSource() keeps the cache as other tools of the Hub do", async () => {
  await withHub(async ({ cacheDir, options }) => {
    await rowsOf("lab/sums", options);
    await rowsOf(`lab/sums@${OLD}`, options);
    const { repos, warnings } = await scanCacheDir(cacheDir);
    assertEquals([warnings, repos.map(({ id }) => id)], [[], [{
      type: "dataset",
      name: "lab/sums",
    }]]);
    assertEquals(
      repos[0]!.revisions.map(({ commitOid, refs }) => [commitOid, refs]).sort(),
      [
        [NEW, ["main"]],
        [OLD, []],
      ].sort(),
    );
    // The same content in two commits is kept once.
    const blobs = await Array.fromAsync(Deno.readDir(`${cacheDir}/datasets--lab--sums/blobs`));
    assertEquals(blobs.length, 2);
  });
});

Deno.test("hubSource() follows HF_ENDPOINT, HF_HOME and HF_TOKEN", async () => {
  await withHub(async ({ hub, cacheDir }) => {
    const environment = { HF_ENDPOINT: `${hub.url}/`, HF_HOME: cacheDir, HF_TOKEN: "hf_secret" };
    for (const name of ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"]) Deno.env.delete(name);
    for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);
    try {
      const rows = await rowsOf("lab/secret", { report: () => {} });
      assertEquals(rows.map(({ value }) => value), [{ question: "whose?" }]);
      const folder = `${cacheDir}/hub/datasets--lab--secret/snapshots/${OLD}`;
      assertEquals(await Deno.readTextFile(`${folder}/train.jsonl`), '{"question":"whose?"}\n');
    } finally {
      for (const name of Object.keys(environment)) Deno.env.delete(name);
    }
  });
});

Deno.test("hubSource() says what to mend where the Hub refuses", async () => {
  await withHub(async ({ options }) => {
    const place = "data.hub: hf:lab/secret@main/train: ";
    const refuses = `${place}the Hub refuses (401): `;
    assertEquals(
      await messageFor("lab/secret", options),
      `${refuses}set HF_TOKEN if it is private or gated, or mend its name`,
    );
    assertEquals(
      await messageFor("lab/secret", { ...options, token: "hf_other" }),
      `${refuses}HF_TOKEN does not give access to it`,
    );
    assertEquals(
      await messageFor("lab/secret", { ...options, token: "secret" }),
      "HF_TOKEN: expected a token that begins with hf_",
    );
    const missing = await messageFor("lab/sums@next", options);
    const text =
      "data.hub: hf:lab/sums@next/train: the Hub has no such dataset, revision or file: ";
    assert(missing.startsWith(text), missing);
  });
});

Deno.test("hubSource() names a Hub that fails, breaks off or falls silent, and keeps nothing of it", async () => {
  const expected: [Fault, string, RegExp][] = [
    [500, "/revision/", /the Hub failed \(500\): fault 500/],
    [503, "/tree/", /the Hub failed \(503\): fault 503/],
    [500, "/resolve/", /the Hub failed \(500\): fault 500/],
    ["silent", "/revision/", /HUB did not answer within 0\.3 s/],
    ["silent", "/resolve/", /HUB did not answer within 0\.3 s/],
    ["broken", "/resolve/", /cannot reach HUB: /],
    ["short", "/resolve/", /found 40 of 41 bytes of data\/test\.jsonl$/],
    ["altered", "/resolve/", /the content of data\/test\.jsonl is not what the Hub lists$/],
  ];
  for (const [fault, where, message] of expected) {
    await withHub(async ({ hub, cacheDir, options }) => {
      hub.fault = (line) => line.includes(where) ? fault : null;
      const found = await messageFor("lab/sums/test", { ...options, patience: 0.3 });
      assert(found.startsWith("data.hub: hf:lab/sums@"), found);
      assert(message.test(found), `${fault} of ${where}: ${found}`);
      const blobs = Deno.readDir(`${cacheDir}/datasets--lab--sums/blobs`);
      const left = await Array.fromAsync(blobs, ({ name }) => name).catch(() => []);
      assertEquals(left, [], `${fault} of ${where}`);
      hub.fault = () => null;
      assertEquals((await rowsOf("lab/sums/test", options)).length, 2, "the next try succeeds");
    });
  }
});

Deno.test("hubSource() checks large files by their SHA-256", async () => {
  await withHub(async ({ hub, options }) => {
    hub.fault = (line) => line.includes("/resolve/") ? "altered" : null;
    const found = await messageFor(`lab/sums@${OLD}`, options);
    assert(found.endsWith("train-00000-of-00001.parquet is not what the Hub lists"), found);
  });
});

Deno.test("hubSource() tells of a download before it begins, and of none for what is cached", async () => {
  await withHub(async ({ options }) => {
    const told: string[] = [];
    for (let time = 0; time < 2; time++) {
      await rowsOf("lab/sums/test", { ...options, report: (line) => told.push(line) });
    }
    assertEquals(told, ["downloading data/test.jsonl of lab/sums (0.0 MB)"]);
  });
});
