import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { scanCacheDir } from "@huggingface/hub";
import { InputError } from "../../src/errors.ts";
import type { HubOptions } from "../../src/hub/hub_files.ts";
import { CheckpointFiles, writeCheckpoint } from "../../src/policy/checkpoint.ts";
import {
  checkpointFolder,
  parseHubCheckpoint,
  pinCheckpoint,
} from "../../src/policy/hub_checkpoint.ts";
import { Policy } from "../../src/policy/policy.ts";
import { commitOf, type FakeHub, startFakeHub } from "../hub/fake_hub.ts";
import { SMALL, tensorsOf, TOKENIZER } from "./fixtures.ts";

const OLD = commitOf("old");
const NEW = commitOf("new");

/** A checkpoint's files as a Hub has them: weights as large files. */
async function filesOf(
  maxShardBytes?: number,
  tensors = tensorsOf(SMALL),
): Promise<Record<string, string | Uint8Array>> {
  const dir = await Deno.makeTempDir();
  const parts = { config: SMALL, tokenizer: TOKENIZER, tensors };
  await writeCheckpoint(`${dir}/p`, parts, maxShardBytes);
  const files: Record<string, string | Uint8Array> = {
    ".gitattributes": "*.safetensors filter=lfs",
    "README.md": "# Small",
    "original/consolidated.00.pth": new Uint8Array(3),
  };
  for await (const { name } of Deno.readDir(`${dir}/p`)) {
    files[name] = name.endsWith(".safetensors")
      ? await Deno.readFile(`${dir}/p/${name}`)
      : await Deno.readTextFile(`${dir}/p/${name}`);
  }
  await Deno.remove(dir, { recursive: true });
  return files;
}

const WHOLE = await filesOf();
const SHARDED = await filesOf(10_000);
const SHARDS = Object.keys(SHARDED).filter((name) => name.includes("-of-")).sort();
const { [SHARDS[1]!]: _, ...UNFINISHED } = SHARDED;
/** A later state of the same model. */
const TRAINED = tensorsOf(SMALL);
for (const { data } of TRAINED.values()) data.forEach((x, i) => data[i] = x / 2);
const { "model.safetensors": weights, ...WEIGHTLESS } = WHOLE;

const MODELS = {
  "lab/small": { refs: { main: NEW, v1: OLD }, commits: { [OLD]: WHOLE, [NEW]: SHARDED } },
  "lab/trained": {
    refs: { main: NEW, v1: OLD },
    commits: { [OLD]: WHOLE, [NEW]: await filesOf(undefined, TRAINED) },
  },
  "lab/unfinished": { refs: { main: OLD }, commits: { [OLD]: UNFINISHED } },
  "lab/pickled": {
    refs: { main: OLD },
    commits: { [OLD]: { ...WEIGHTLESS, "pytorch_model.bin": weights! } },
  },
  "lab/words": {
    refs: { main: OLD },
    commits: { [OLD]: { "vocab.json": "{}", "config.json": "{}" } },
  },
  "lab/secret": { refs: { main: OLD }, token: "hf_secret", commits: { [OLD]: WHOLE } },
};

async function withHub(
  body: (
    stand: { hub: FakeHub; cacheDir: string; options: HubOptions; said: string[] },
  ) => Promise<void>,
): Promise<void> {
  await using hub = startFakeHub({}, MODELS);
  const cacheDir = await Deno.makeTempDir();
  const said: string[] = [];
  try {
    const report = (line: string) => void said.push(line);
    await body({ hub, cacheDir, said, options: { hubUrl: hub.url, cacheDir, report } });
  } finally {
    await Deno.remove(cacheDir, { recursive: true });
  }
}

const folderOf = (where: string, options: HubOptions) =>
  checkpointFolder(where, "policy", "all", options);

Deno.test("parseHubCheckpoint() reads owner, name and revision, and leaves folders alone", () => {
  const parse = (text: string) => parseHubCheckpoint(text, "policy");
  assertEquals(parse("hf:a/b"), { hub: "a/b", revision: "main" });
  assertEquals(parse("hf:a/b@v1.0"), { hub: "a/b", revision: "v1.0" });
  assertEquals(parse("hf:a/b@refs/pr/3"), { hub: "a/b", revision: "refs/pr/3" });
  for (const folder of ["a/b", "./hf:a/b", "", "checkpoints/x@y"]) {
    assertEquals(parse(folder), null);
  }
  for (
    const wrong of ["hf:", "hf:a", "hf:a/b/c", "hf:a/b@", "hf:a/b@x y", "hf:../b", "hf:a/b@x@y"]
  ) {
    assertThrows(
      () => parse(wrong),
      InputError,
      `policy: expected hf:owner/name[@revision], found ${JSON.stringify(wrong)}`,
    );
  }
});

Deno.test("checkpointFolder() downloads what is read of a model, once, and nothing else", async () => {
  await withHub(async ({ hub, cacheDir, options, said }) => {
    const folder = await folderOf("hf:lab/small@v1", options);
    assertEquals(folder, `${cacheDir}/models--lab--small/snapshots/${OLD}`);
    const names = Object.keys(WHOLE).filter((name) => !/README|\.git|original/.test(name));
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), names.sort());
    assertEquals(said.length, names.length);
    const asked = hub.requests.length;
    assertEquals(await folderOf(`hf:lab/small@${OLD}`, options), folder);
    assertEquals(hub.requests.length, asked, "a commit that is cached is not asked for");
    await hub.stop();
    assertEquals(await folderOf(`hf:lab/small@${OLD}`, options), folder);
    const { repos, warnings } = await scanCacheDir(cacheDir);
    assertEquals([warnings, repos.map(({ id }) => id.type)], [[], ["model"]]);
  });
});

Deno.test("checkpointFolder() has the weights of the revision that is named: branch, tag or commit", async () => {
  await withHub(async ({ options }) => {
    const tensors = async (where: string) =>
      await (await CheckpointFiles.open(await folderOf(where, options))).tensors();
    const [before, after] = [tensorsOf(SMALL), TRAINED];
    assert(before.get("model.norm.weight")!.data[1] !== after.get("model.norm.weight")!.data[1]);
    for (
      const [revision, expected] of [
        ["", after],
        ["@main", after],
        ["@v1", before],
        [`@${NEW}`, after],
        [`@${OLD}`, before],
        ["@main", after],
      ] as const
    ) assertEquals(await tensors(`hf:lab/trained${revision}`), expected, revision);
  });
});

Deno.test("checkpointFolder() downloads every shard that the index names", async () => {
  await withHub(async ({ options }) => {
    const files = await CheckpointFiles.open(await folderOf("hf:lab/small", options));
    assertEquals(await files.tensors(), tensorsOf(SMALL));
  });
});

Deno.test("checkpointFolder() of a tokenizer alone leaves the weights where they are", async () => {
  await withHub(async ({ options, hub }) => {
    const folder = await checkpointFolder("hf:lab/small", "--tokenizer", "tokenizer", options);
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(names, ["tokenizer.json", "tokenizer_config.json"]);
    assert(!hub.requests.some((line) => line.includes("safetensors")));
  });
});

Deno.test("pinCheckpoint() puts the commit in the place of a branch, and names the last one offline", async () => {
  await withHub(async ({ hub, options }) => {
    assertEquals(await pinCheckpoint("hf:lab/small", "policy", options), `hf:lab/small@${NEW}`);
    assertEquals(await pinCheckpoint("hf:lab/small@v1", "policy", options), `hf:lab/small@${OLD}`);
    await hub.stop();
    const error = await assertRejects(
      () => pinCheckpoint("hf:lab/small", "policy.1m", options),
      InputError,
      `policy.1m: hf:lab/small: cannot reach ${hub.url}: `,
    );
    assert(
      error.message.endsWith(`it was last at ${NEW}: declare this revision to use what is cached`),
    );
  });
});

const refused: [string, string, string][] = [
  [
    "a model that does not exist",
    "hf:lab/none",
    "policy: hf:lab/none: the Hub refuses (401): set HF_TOKEN if it is private or gated, or mend",
  ],
  [
    "a private model",
    "hf:lab/secret",
    "policy: hf:lab/secret: the Hub refuses (401): set HF_TOKEN",
  ],
  ["a missing revision", "hf:lab/small@v9", "the Hub has no such model, revision or file"],
  [
    "a missing shard",
    "hf:lab/unfinished",
    `policy: hf:lab/unfinished@${OLD}: there is no ${SHARDS[1]}; it has ${SHARDS[0]}`,
  ],
  [
    "weights of another kind",
    "hf:lab/pickled",
    `policy: hf:lab/pickled@${OLD}: there is no model.safetensors; it has original/consolidated.00.pth, pytorch`,
  ],
  [
    "a tokenizer of another kind",
    "hf:lab/words",
    `policy: hf:lab/words@${OLD}: there is no tokenizer.json; it has vocab.json`,
  ],
];
for (const [what, where, message] of refused) {
  Deno.test(`checkpointFolder() throws an InputError that says what there is for ${what}`, async () => {
    await withHub(async ({ options }) => {
      await assertRejects(() => folderOf(where, options), InputError, message);
    });
  });
}

Deno.test("checkpointFolder() keeps no weights that are not what the Hub lists", async () => {
  await withHub(async ({ hub, options }) => {
    hub.fault = (line) => line.endsWith("resolve/" + OLD + "/model.safetensors") ? "altered" : null;
    await assertRejects(
      () => folderOf("hf:lab/small@v1", options),
      InputError,
      "the content of model.safetensors is not what the Hub lists",
    );
    hub.fault = () => null;
    await CheckpointFiles.open(await folderOf("hf:lab/small@v1", options));
  });
});

Deno.test("Policy.load() opens a model on the Hub that the environment names", async () => {
  await withHub(async ({ hub, cacheDir }) => {
    const environment = { HF_ENDPOINT: hub.url, HF_HUB_CACHE: cacheDir };
    for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);
    try {
      using policy = await Policy.load("hf:lab/small");
      assertEquals(policy.config, SMALL);
      assertEquals(
        policy.weights.get("norm")!.data,
        tensorsOf(SMALL).get("model.norm.weight")!.data,
      );
    } finally {
      for (const name of Object.keys(environment)) Deno.env.delete(name);
    }
  });
});
