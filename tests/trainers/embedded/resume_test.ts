import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { r3, r3Schema } from "../../../src/experiment/r3.ts";
import { rlvr, type RlvrOptions, rlvrSchema } from "../../../src/experiment/rlvr.ts";
import { sft, type SftOptions, sftSchema } from "../../../src/experiment/sft.ts";
import type { TrainingSpec } from "../../../src/experiment/specs.ts";
import { srl, type SrlOptions, srlSchema } from "../../../src/experiment/srl.ts";
import { annealed } from "../../../src/rewards/annealed.ts";
import { readResume } from "../../../src/runs/resumable.ts";
import { StageStopped } from "../../../src/runs/stopped.ts";
import { useSoftwareVulkan, WITHOUT_VULKAN } from "../../vulkan/driver.ts";
import { folder, runIn, type RunOptions, startFolder } from "./runs.ts";

type Stage = TrainingSpec["stage"];

/** What a seed fixes of a stage's folder: SHA-256 of each file, those of its checkpoint too. */
async function fingerprint(dir: string): Promise<Record<string, string>> {
  const prints: Record<string, string> = {};
  for (
    const { name, isDirectory } of [...Deno.readDirSync(dir)].sort((a, b) =>
      a.name < b.name ? -1 : 1
    )
  ) {
    if (name === "timings.jsonl" || name.startsWith("resume")) continue;
    if (isDirectory) {
      for (const [file, hash] of Object.entries(await fingerprint(`${dir}/${name}`))) {
        prints[`${name}/${file}`] = hash;
      }
    } else {
      const bytes = await Deno.readFile(`${dir}/${name}`);
      prints[name] = createHash("sha256").update(bytes).digest("hex");
    }
  }
  return prints;
}

/** Runs a stage that is stopped after each `every` updates and then goes on; returns how often it was. */
async function runInParts(dir: string, stage: Stage, options: RunOptions, every: number) {
  for (let stops = 0;; stops++) {
    const stop = new AbortController();
    let seen = 0;
    try {
      await runIn(dir, stage, {
        ...options,
        context: { saveEvery: 1e9, stop: stop.signal },
        report: ({ type }) => {
          // The first one says that nothing is done yet.
          if (type === "progress" && seen++ === every) stop.abort();
        },
      });
      return stops;
    } catch (error) {
      if (!(error instanceof StageStopped)) throw error;
    }
  }
}

/** Asserts that a stage in parts leaves what it leaves in one. */
async function assertSame(stage: Stage, options: RunOptions, stops: number, every = 1) {
  const [whole, parts] = [folder(), folder()];
  await runIn(whole, stage, options);
  const counted = await runInParts(parts, stage, options, every);
  assertEquals(counted, stops);
  const expected = await fingerprint(whole);
  assertEquals(await fingerprint(parts), expected);
  assert(Object.keys(expected).includes("checkpoint/model.safetensors"));
  const times = (await Deno.readTextFile(`${parts}/timings.jsonl`)).trim().split("\n");
  const steps = times.map((line) => JSON.parse(line).step);
  assertEquals(steps, Array.from({ length: steps.length }, (_, i) => i));
}

const HELD = { data: { validation: 4 } };
const smallSrl = (more: Partial<SrlOptions>) =>
  srlSchema.parse(
    srl({ updates: 4, groups: 4, rollouts: 6, learningRate: 3e-3, maxTokens: 24, ...more }),
  );
const smallRlvr = (more: Partial<RlvrOptions>) =>
  rlvrSchema.parse(
    rlvr({ updates: 4, groups: 4, rollouts: 6, learningRate: 3e-3, maxTokens: 60, ...more }),
  );
const smallSft = (more: Partial<SftOptions>) =>
  sftSchema.parse(sft({ batch: 4, learningRate: [3e-3, 1e-2, 1e-3], updates: 3, ...more }));

Deno.test("trainSft() stopped after every update leaves what it leaves in one go, with several rates", async () => {
  await assertSame(smallSft({ validateEvery: 2 }), HELD, 9);
});

Deno.test("trainSft() goes on bit for bit with an adapter, its dropout and without validation", async () => {
  const parent = await startFolder();
  const lora = { rank: 2, dropout: 0.3 };
  await assertSame(smallSft({ lora, learningRate: 1e-2, updates: 5 }), { parent }, 5);
});

Deno.test("trainSft() goes on bit for bit from data without end", async () => {
  await assertSame(smallSft({ learningRate: 1e-2 }), { data: { train: null } }, 3);
});

Deno.test("trainGrpo() goes on bit for bit: SRL with dynamic sampling, annealed rewards and validation", async () => {
  const reward = annealed({ from: "similarity", to: "levenshtein", end: 3 });
  const stage = smallSrl({ reward, validateEvery: 2, warmup: 0.5 });
  await assertSame(stage, { ...HELD, parent: await startFolder() }, 4);
});

Deno.test("trainGrpo() goes on bit for bit: RLVR with a reference, several updates a batch and an adapter", async () => {
  const parent = await startFolder();
  await assertSame(
    smallRlvr({ klCoefficient: 0.1, updatesPerBatch: 2, updates: 6 }),
    { parent },
    3,
  );
  await assertSame(
    smallRlvr({ klCoefficient: 0.1, lora: { rank: 2, dropout: 0.2 } }),
    { parent },
    4,
  );
});

Deno.test("trainGrpo() goes on bit for bit: R3, wherever its curriculum is, from problems with and without an end", async () => {
  const parent = await startFolder();
  const small = { updates: 4, groups: 4, rollouts: 6, learningRate: 3e-3, maxTokens: 60 };
  // Any batch moves the start back, and half of the prompts start elsewhere.
  const stage = r3Schema.parse(r3({ ...small, stages: 4, success: 0, mix: 0.5 }));
  await assertSame(stage, { ...HELD, parent }, 4);
  await assertSame(stage, { data: { train: null }, parent }, 4);
});

Deno.test({
  name: `trainGrpo() and trainSft() go on on a GPU, where their weights lie${
    WITHOUT_VULKAN === null ? "" : ` (${WITHOUT_VULKAN})`
  }`,
  ignore: WITHOUT_VULKAN !== null,
  async fn() {
    useSoftwareVulkan();
    const parent = await startFolder();
    const half = { device: "gpu", precision: "float16" } as const;
    const srl = smallSrl({ ...half, klCoefficient: 0.1, validateEvery: 2 });
    await assertSame(srl, { ...HELD, parent }, 4);
    await assertSame(smallSft({ device: "gpu", learningRate: [1e-2, 3e-3] }), HELD, 6);
  },
});

Deno.test("trainGrpo() leaves the same however often its state is saved", async () => {
  const options = { ...HELD, parent: await startFolder() };
  const stage = smallSrl({ validateEvery: 1 });
  const [never, always] = [folder(), folder()];
  await runIn(never, stage, options);
  await runIn(always, stage, { ...options, context: { saveEvery: 0 } });
  assertEquals(await fingerprint(always), await fingerprint(never));
  assertEquals(await readResume(never), null);
  const saved = await readResume(always);
  assert(saved !== null && saved !== "damaged");
  assertEquals(saved.step, 4);
});

Deno.test("a stage does without what was written after its last saving, and says where it goes on", async () => {
  const options = { parent: await startFolder() };
  const stage = smallSrl({});
  const [whole, cut] = [folder(), folder()];
  await runIn(whole, stage, options);
  const stop = new AbortController();
  const report = () => stop.abort();
  const context = { saveEvery: 1e9, stop: stop.signal };
  // Told before its first update: it begins anew.
  const error = await assertRejects(
    () => runIn(cut, stage, { ...options, context, report }),
    StageStopped,
  );
  assertEquals([error.step, await readResume(cut)], [0, null]);
  const crash = (event: { type: string; done?: number }) => {
    if (event.done === 3) throw new Error("the power is cut");
  };
  const run = () => runIn(cut, stage, { ...options, context: { saveEvery: 0 }, report: crash });
  await assertRejects(run, Error, "the power is cut");
  // Half a row, and files that no earlier process finished.
  await Deno.writeTextFile(`${cut}/metrics.jsonl`, '{"step":9', { append: true });
  await Deno.mkdir(`${cut}/checkpoint.1.tmp`);
  const events = await runIn(cut, stage, options);
  assertEquals(events[0], { type: "log", message: "goes on after update 2" });
  assertEquals(await fingerprint(cut), await fingerprint(whole));
});

Deno.test("a stage whose saved state is damaged begins anew, says so, and ends the same", async () => {
  const options = { parent: await startFolder() };
  const stage = smallSrl({});
  const whole = folder();
  await runIn(whole, stage, options);
  const damage: Record<string, (dir: string) => void> = {
    "a flipped bit": (dir) => {
      const saved = [...Deno.readDirSync(dir)].find(({ name }) => /^resume-/.test(name))!;
      const bytes = Deno.readFileSync(`${dir}/${saved.name}`);
      bytes[bytes.length >> 1]! ^= 1;
      Deno.writeFileSync(`${dir}/${saved.name}`, bytes);
    },
    "a changed digit": (dir) => {
      const text = Deno.readTextFileSync(`${dir}/resume.json`);
      Deno.writeTextFileSync(
        `${dir}/resume.json`,
        text.replace('"sampledTokens":', '"sampledTokens":1'),
      );
    },
    "half a record": (dir) => Deno.truncateSync(`${dir}/resume.json`, 40),
    "rows that are gone": (dir) => Deno.truncateSync(`${dir}/rollouts.jsonl`, 10),
    "numbers that are gone": (dir) => {
      for (const { name } of [...Deno.readDirSync(dir)]) {
        if (name.startsWith("resume-")) Deno.removeSync(`${dir}/${name}`);
      }
    },
  };
  for (const [what, harm] of Object.entries(damage)) {
    const dir = folder();
    const stop = new AbortController();
    const report = (event: { type: string; done?: number }) => event.done === 2 && stop.abort();
    const context = { stop: stop.signal };
    await assertRejects(() => runIn(dir, stage, { ...options, context, report }), StageStopped);
    assertNotEquals(await readResume(dir), null);
    harm(dir);
    const [first] = await runIn(dir, stage, options);
    assertEquals(first, {
      type: "log",
      message: "what was saved is damaged; the stage begins anew",
    }, what);
    assertEquals(await fingerprint(dir), await fingerprint(whole), what);
  }
});
