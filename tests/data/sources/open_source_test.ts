import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { openSource, pinSource } from "../../../src/data/sources/open_source.ts";
import { InputError } from "../../../src/errors.ts";
import { commitOf, startFakeHub } from "../../hub/fake_hub.ts";

Deno.test("openSource() opens an array, whose hash is that of its content", async () => {
  const rows = [{ question: "1+1?", n: 1 }, { question: "2+2?" }];
  const source = await openSource({ rows }, "data");
  assertEquals(await Array.fromAsync(source.rows()), [
    { row: 1, place: "data.rows[0]", value: rows[0] },
    { row: 2, place: "data.rows[1]", value: rows[1] },
  ]);
  const hashOf = async (rows: unknown[]) => await (await openSource({ rows })).contentHash();
  assertEquals(await hashOf([{ n: 1, question: "1+1?" }, rows[1]]), await source.contentHash());
  assertNotEquals(await hashOf(rows.toReversed()), await source.contentHash());
  await assertRejects(
    () => openSource({ rows: [] }),
    InputError,
    "data.rows: expected at least one row, found none",
  );
});

Deno.test("pinSource() puts the commit in a branch's place, and openSource() does so by itself", async () => {
  const commit = commitOf("one");
  const commits = { [commit]: { "train.jsonl": '{"question":"1+1?"}\n' } };
  await using hub = startFakeHub({ "lab/sums": { refs: { main: commit }, commits } });
  const cacheDir = await Deno.makeTempDir();
  const environment = { HF_ENDPOINT: hub.url, HF_HUB_CACHE: cacheDir };
  for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);
  try {
    const dataset = {
      hub: "lab/sums",
      revision: "main",
      config: null,
      split: "train",
      files: null,
    };
    const declared = { ...dataset, seed: 1 };
    assertEquals(await pinSource(declared, "data"), { ...declared, revision: commit });
    const { name } = await openSource(dataset);
    assertEquals(name, `hf:lab/sums@${commit}/train`);
    const asked = hub.requests.length;
    assertEquals((await pinSource({ ...dataset, revision: commit }, "data")).revision, commit);
    assertEquals(hub.requests.length, asked);
  } finally {
    for (const name of Object.keys(environment)) Deno.env.delete(name);
    await Deno.remove(cacheDir, { recursive: true });
  }
});
