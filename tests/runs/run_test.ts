import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";

const ROOT = new URL("../../", import.meta.url);

/** Runs code in a folder of its own: `run` works in the working directory, which a process has one of. */
async function script(dir: string, code: string): Promise<{ out: string; err: string }> {
  const imports = ["experiment", "loadResults", "loadRollouts", "relay", "run", "sft", "srl"];
  await Deno.writeTextFile(
    `${dir}/script.ts`,
    `import { ${imports.join(", ")} } from "${new URL("mod.ts", ROOT).href}";\n${code}`,
  );
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "-q",
      "--no-check",
      "--config",
      new URL("deno.json", ROOT).pathname,
      "script.ts",
    ],
    cwd: dir,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

const START = `const start = sft({
  target: "solution", learningRate: 1e-2, updates: 4, batch: 6, validateEvery: 2,
});`;
const TINY = `experiment({
  name: "tiny",
  question: "Does it run from code?",
  policy: { tiny: { init: {
    hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, intermediate_size: 64,
    max_position_embeddings: 256, initializer_range: 0.1,
  } } },
  data: relay({ tier: "easy", train: 6, validation: 4 }),
  arms: { sft: [start], srl: [
    start,
    srl({ updates: 1, groups: 2, rollouts: 2, learningRate: 3e-3, maxTokens: 24, validateEvery: 1 }),
  ] },
  evaluation: { samples: 2, benchmarks: { easy: relay({ tier: "easy", problems: 3 }) } },
})`;

Deno.test("run() trains, measures, keeps results, and returns what loadResults() reads of them", async () => {
  const dir = await Deno.makeTempDir();
  const code = `${START}
    const results = await run(${TINY});
    const again = await loadResults("results/tiny");
    const rollouts = await loadRollouts("results/tiny", { arm: "srl" });
    console.log(JSON.stringify({
      same: JSON.stringify(results) === JSON.stringify(again),
      arms: results.arms,
      outcomes: results.outcomes.length,
      stages: [...new Set(results.metrics.map(({ stage }) => stage))],
      columns: results.table.columns.map(({ label }) => label),
      rollouts: rollouts.length,
      written: Deno.statSync("results/tiny/table.md").isFile,
    }));`;
  const { out, err } = await script(dir, code);
  assertEquals(err, "");
  const { rollouts, ...rest } = JSON.parse(out);
  assertEquals(rest, {
    same: true,
    arms: ["sft", "srl"],
    outcomes: 2 * 3 * 3,
    stages: ["sft", "srl"],
    columns: ["easy greedy", "easy avg@2", "easy pass@2"],
    written: true,
  });
  assert(rollouts >= 4);
  // What is finished is reused: the same stages, and no further one.
  const stages = () =>
    [...Deno.readDirSync(`${dir}/.stepwise/stages`)].map(({ name }) => name).sort();
  const before = stages();
  assertEquals((await script(dir, code)).out, out);
  assertEquals(stages(), before);
  const missing = await script(dir, `await loadRollouts("results/tiny", { arm: "sft" });`);
  assert(missing.err.includes('arm "sft" has no rollouts'), missing.err);
});

Deno.test({
  name: "run() throws with the stage and how its process ended, and the next run goes on",
  // Elsewhere the children of a process are not to be found without other programs.
  ignore: Deno.build.os !== "linux",
  async fn() {
    const dir = await Deno.makeTempDir();
    const killing = `${START}
      const timer = setInterval(() => {
        for (const { name } of Deno.readDirSync("/proc/self/task")) {
          const children = Deno.readTextFileSync("/proc/self/task/" + name + "/children").trim();
          for (const child of children.split(" ").filter((pid) => pid !== "")) {
            // Only the stages: what asks git for the commit is to live.
            if (!Deno.readTextFileSync("/proc/" + child + "/cmdline").includes("stage.ts")) continue;
            clearInterval(timer);
            return Deno.kill(Number(child), "SIGKILL");
          }
        }
      }, 5);
      try { await run(${TINY}); } catch (error) { console.log(error.name + ": " + error.message); }`;
    const { out, err } = await script(dir, killing);
    assertEquals(err, "");
    assert(/^InputError: failed: .*: its process was killed \(SIGKILL\)/.test(out), out);
    const next = await script(dir, `${START} console.log((await run(${TINY})).arms.join());`);
    assertEquals(next, { out: "sft,srl\n", err: "" });
  },
});

Deno.test("run() refuses what experiment() did not return", async () => {
  const { run } = await import("../../src/runs/run.ts");
  await assertRejects(
    () => run({ name: "x" } as never),
    InputError,
    "what experiment({…}) returns",
  );
});
