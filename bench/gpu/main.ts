/**
 * @file The engine on this machine's GPU beside PyTorch and `transformers.generate` on the same: what products of matrices
 * reach, training and rollouts of policies from 1M to 0.5B parameters. One call: `deno run -A bench/gpu/main.ts [POLICY…] [--small]`.
 * Prints the table that `bench/gpu/README.md` has a place for.
 */
import { parseArgs } from "node:util";
import { adapterText, findAdapter } from "../../src/engine/adapter.ts";
import { gpuFault, gpuProvider } from "../../src/engine/gpu.ts";
import { parametersOf } from "../../src/trainers/jobs/demand/gpu_memory.ts";
import { PYTHON } from "../../tests/python/environment.ts";
import { missingReference } from "../reference.ts";
import { FULL, POLICIES, SMALL, type Work } from "./shapes.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { small: { type: "boolean", default: false } },
});
const work: Work = values.small ? SMALL : FULL;
const names = positionals.length > 0 ? positionals : Object.keys(POLICIES);
for (const name of names) {
  if (name in POLICIES) continue;
  console.error(`found ${name}; expected some of ${Object.keys(POLICIES).join(", ")}`);
  Deno.exit(2);
}
const fault = gpuFault();
if (fault !== null) {
  console.error(`no GPU can be used through ${gpuProvider()}: ${fault}`);
  Deno.exit(1);
}

/** What a process printed, or the last line of its error. */
async function rateOf(command: string, args: readonly string[]): Promise<number | string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (success) return JSON.parse(text(stdout).split("\n").at(-1)!).rate;
  return text(stderr).split("\n").findLast((line) => /error/i.test(line)) ?? "it failed";
}

const here = new URL("./", import.meta.url).pathname;
const ours = (task: string, name: string, precision: string) => {
  console.error(`${task} ${name} ${precision} …`);
  const args = ["run", "-A", `${here}measure.ts`, task, name, precision, JSON.stringify(work)];
  return rateOf(Deno.execPath(), args);
};
const theirs = async (task: string, name: string): Promise<number | string> => {
  if (missing !== null) return missing;
  console.error(`${task} ${name} PyTorch …`);
  const config = JSON.stringify(POLICIES[name]);
  return await rateOf(PYTHON, [`${here}reference.py`, task, config, JSON.stringify(work)]);
};

/** Why PyTorch cannot use the GPU; null where it can. */
async function missingGpuReference(): Promise<string | null> {
  const missing = await missingReference();
  if (missing !== null) return missing;
  const { stdout } = await new Deno.Command(PYTHON, {
    args: ["-c", "import torch; print(torch.cuda.is_available())"],
  }).output();
  return new TextDecoder().decode(stdout).trim() === "True" ? null : "PyTorch finds no CUDA";
}
const missing = await missingGpuReference();

const adapter = await findAdapter();
const precisions = adapter?.halfPrecision ? ["float32", "float16"] : ["float32"];
const lines: string[] = [
  `${new Date().toISOString().slice(0, 10)}, ${gpuProvider()}, ${
    adapter ? adapterText(adapter) : "a GPU without a name"
  }, ${await driverVersion()}.`,
  ...missing === null ? [] : ["", `Without a reference: ${missing}.`],
  "",
  "| what | policy | precision | ours | reference | ratio | of the ceiling |",
  "| --- | --- | --- | --- | --- | --- | --- |",
];
const shown = (rate: number | string, unit: number) =>
  typeof rate === "number" ? (rate / unit).toPrecision(3) : rate;
const failures: string[] = [];
const row = (
  cells: readonly [string, string, string],
  mine: number | string,
  other: number | string,
  share: string,
  unit = 1,
) => {
  if (typeof mine === "string") failures.push(`${cells.join(" ")}: ${mine}`);
  const ratio = typeof mine === "number" && typeof other === "number"
    ? (mine / other).toFixed(2)
    : "–";
  const reference = typeof other === "number" ? shown(other, unit) : "–";
  lines.push(
    `| ${[...cells, shown(mine, unit), reference, ratio, share].join(" | ")} |`,
  );
};

const ceilings = new Map<string, number | string>();
const theirCeiling = await theirs("matmul", names[0]!);
for (const precision of precisions) {
  const rate = await ours("matmul", names[0]!, precision);
  ceilings.set(precision, rate);
  row(["product, Tflop/s", "–", precision], rate, theirCeiling, "–", 1e12);
}
for (const name of names) {
  const parameters = parametersOf(POLICIES[name]!);
  for (
    const [task, what, passes] of [["train", "training, tokens/s", 6], [
      "rollout",
      "rollouts, tokens/s",
      2,
    ]] as const
  ) {
    const reference = await theirs(task, name);
    for (const precision of precisions) {
      const rate = await ours(task, name, precision);
      const top = ceilings.get(precision);
      const share = typeof rate === "number" && typeof top === "number"
        ? `${(100 * passes * parameters * rate / top).toFixed(1)} %`
        : "–";
      row([what, name, precision], rate, reference, share);
    }
  }
}
console.log(lines.join("\n"));
for (const failure of failures) console.error(failure);
if (failures.length > 0) Deno.exit(1);

/** What NVIDIA's own tool says, where there is one. */
async function driverVersion(): Promise<string> {
  try {
    const { stdout } = await new Deno.Command("nvidia-smi", {
      args: ["--query-gpu=name,driver_version", "--format=csv,noheader"],
    }).output();
    return new TextDecoder().decode(stdout).trim();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "no nvidia-smi";
  }
}
