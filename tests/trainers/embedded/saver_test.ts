import { assertEquals, assertRejects } from "@std/assert";
import { readResume } from "../../../src/runs/resumable.ts";
import type { StageContext } from "../../../src/runs/stage.ts";
import { StageStopped } from "../../../src/runs/stopped.ts";
import { Saver } from "../../../src/trainers/embedded/saver.ts";
import { folder } from "./runs.ts";

const context = (dir: string, more: Partial<StageContext> = {}): StageContext => ({
  ...{ dir, parent: null, seed: 1, threads: 1, report: () => {} },
  ...more,
});
const state = (n: number) => () => ({
  state: { n },
  tensors: new Map([["w", { shape: [1], data: Float32Array.of(n) }]]),
});
const step = async (dir: string) => {
  const record = await readResume(dir);
  return record === null || record === "damaged" ? record : record.step;
};

Deno.test("Saver saves no more often than it is told to", async () => {
  const [always, never, usual] = [folder(), folder(), folder()];
  for (const [dir, saveEvery] of [[always, 0], [never, 1000], [usual, undefined]] as const) {
    using saver = await Saver.open(context(dir, saveEvery === undefined ? {} : { saveEvery }));
    for (const n of [1, 2, 3]) await saver.boundary(n, state(n));
  }
  assertEquals([await step(always), await step(never), await step(usual)], [3, null, null]);
  // Only the file in force is left.
  const names = [...Deno.readDirSync(always)].map(({ name }) => name).sort();
  assertEquals(names, ["resume-a.safetensors", "resume.json"]);
});

Deno.test("Saver saves when it is told to stop, but nothing twice", async () => {
  const dir = folder();
  const stop = AbortSignal.abort();
  {
    using saver = await Saver.open(context(dir, { stop, saveEvery: 1000 }));
    const begun = await assertRejects(() => saver.boundary(0, state(0)), StageStopped);
    assertEquals([begun.step, await step(dir)], [0, null]);
    const stopped = await assertRejects(() => saver.boundary(4, state(4)), StageStopped);
    assertEquals([stopped.step, await step(dir)], [4, 4]);
  }
  using again = await Saver.open<{ n: number }>(context(dir, { stop }));
  assertEquals([again.step, again.saved?.state.n], [4, 4]);
  const before = Deno.statSync(`${dir}/resume.json`).mtime;
  const stopped = await assertRejects(() => again.boundary(4, state(5)), StageStopped);
  assertEquals([stopped.step, Deno.statSync(`${dir}/resume.json`).mtime], [4, before]);
});

Deno.test("Saver.open() leaves the runner's files, and removes what nobody knows", async () => {
  const dir = folder();
  {
    using saver = await Saver.open(context(dir, { saveEvery: 0 }));
    saver.lines("metrics.jsonl").write({ a: 1 });
    await saver.boundary(1, state(1));
  }
  for (const name of ["stage.json", "log.txt", "candidates.json", "resume-b.safetensors"]) {
    await Deno.writeTextFile(`${dir}/${name}`, "");
  }
  using _saver = await Saver.open(context(dir));
  assertEquals([...Deno.readDirSync(dir)].map(({ name }) => name).sort(), [
    "log.txt",
    "metrics.jsonl",
    "resume-a.safetensors",
    "resume.json",
    "stage.json",
  ]);
});
