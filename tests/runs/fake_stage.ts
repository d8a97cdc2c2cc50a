/** @file A stage that trains nothing: it writes what a stage writes, slowly or wrongly as its arguments say. */
import { InputError } from "../../src/errors.ts";
import type { StageSpec } from "../../src/experiment/specs.ts";
import { TRAINER } from "../../src/runs/provenance.ts";
import { readResume, writeResume } from "../../src/runs/resumable.ts";
import { serveStage } from "../../src/runs/serve.ts";
import type { StageContext } from "../../src/runs/stage.ts";
import { StageStopped } from "../../src/runs/stopped.ts";

/** What a fake stage has saved but for the step. */
const RECORD = { seconds: 100, files: {}, tensors: { file: "none", sha256: "" }, state: null };

/** The value of `--name=value`. */
function option(name: string): string | undefined {
  return Deno.args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
}

async function run(spec: StageSpec, context: StageContext): Promise<void> {
  const kind = spec.kind === "train" ? spec.stage.kind : "evaluate";
  const record = option("record");
  const { dir, parent, seed } = context;
  if (record) Deno.writeTextFileSync(record, `${kind} ${seed}\n`, { append: true });
  const parents = option("parents");
  if (parents) Deno.writeTextFileSync(parents, `${parent}\n`, { append: true });
  context.report({ type: "log", message: `${kind} in its own process` });
  console.log("printed, not said");
  await Deno.writeTextFile(`${dir}/half`, "written");
  const trainer = option("trainer");
  if (trainer) await Deno.writeTextFile(`${dir}/${TRAINER}`, trainer);
  const found = await readResume(dir);
  const begin = found === null || found === "damaged" ? 0 : found.step;
  for (let done = begin; done < Number(option(`slow-${kind}`) ?? 0); done++) {
    if (context.stop?.aborted) {
      if (done > 0) await writeResume(dir, { ...RECORD, step: done });
      throw new StageStopped(done);
    }
    if (option("save") === kind) await writeResume(dir, { ...RECORD, step: done + 1 });
    context.report({ type: "progress", done, total: 1000, unit: "updates", note: "slow" });
    if (record) Deno.writeTextFileSync(`${record}.ticks`, ".", { append: true });
    await new Promise((r) => setTimeout(r, 20));
  }
  if (option("bad-input") === kind) throw new InputError("solutions.jsonl:7: no numbered step");
  if (option("crash") === kind) Deno.kill(Deno.pid, "SIGKILL");
  if (option("full") === kind) {
    throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
  }
  if (option("fail") === kind) {
    throw new RangeError(option("because") ?? "the loss is NaN");
  }
  if (spec.kind === "train") {
    // The declared policy has no such file: only fake stages write it.
    const from = parent && await Deno.readTextFile(`${parent}/weights`).catch(() => "base ");
    await Deno.mkdir(`${dir}/checkpoint`, { recursive: true });
    await Deno.writeTextFile(`${dir}/checkpoint/weights`, `${from ?? ""}${kind}${seed} `);
    const rows = [1, 2].map((step) => JSON.stringify({ step, reward: step / 2 }) + "\n");
    await Deno.writeTextFile(`${dir}/metrics.jsonl`, rows.join(""));
    if (kind === "sft") return;
    const rollout = (step: number, group: number, n: number) => ({
      step,
      group,
      rollout: n,
      instance: `p${group}#1`,
      prompt: "b=m-3;m=7?b",
      target: "b=4",
      completion: group === 2 && n === 1 ? "b=" : "<think>7-3</think>b=4",
      think: group === 2 && n === 1 ? null : "7-3",
      action: group === 2 && n === 1 ? null : "b=4",
      formatError: group === 2 && n === 1 ? "no think" : null,
      reward: group === 1 ? 0.5 : group === 2 ? -n : n,
      rewardError: null,
      parts: { similarity: group === 1 ? 0.5 : n },
      advantage: group === 1 ? null : 2 * n - 1,
      tokens: 9,
    });
    const rollouts = [0, 20].flatMap((step) =>
      [0, 1, 2].flatMap((group) => [0, 1].map((n) => rollout(step, group, n)))
    );
    const lines = rollouts.map((row) => JSON.stringify(row) + "\n").join("");
    return await Deno.writeTextFile(`${dir}/rollouts.jsonl`, lines);
  }
  const outcomes = Object.keys(spec.evaluation.benchmarks).flatMap((benchmark) =>
    ["p1", "p2"].flatMap((problem) => {
      const row = { benchmark, problem, correct: "stage" in spec.policy && problem === "p1" };
      const rest = { extracted: "1", expected: "1", completion: "1", tokens: 1, truncated: false };
      const samples = Array.from({ length: spec.evaluation.samples }, (_, sample) => ({
        ...row,
        decoding: "sampled",
        sample,
        ...rest,
      }));
      return [{ ...row, decoding: "greedy", sample: 0, ...rest }, ...samples];
    })
  );
  await Deno.writeTextFile(
    `${dir}/outcomes.jsonl`,
    outcomes.map((row) => JSON.stringify(row) + "\n").join(""),
  );
}

await serveStage(run, Deno.args.includes("--tied"));
