import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { relay } from "../../../src/experiment/data.ts";
import { experiment } from "../../../src/experiment/experiment.ts";
import { planExperiment } from "../../../src/experiment/plan.ts";
import { rlvr } from "../../../src/experiment/rlvr.ts";
import { sft } from "../../../src/experiment/sft.ts";
import { srl } from "../../../src/experiment/srl.ts";
import { trl, type TrlDeclaration } from "../../../src/experiment/trl.ts";
import { emitJobs } from "../../../src/trainers/jobs/emit_jobs.ts";
import { BASE } from "../trl/specs.ts";

const few = { updates: 2, groups: 4, rollouts: 2, learningRate: 1e-3, maxTokens: 32 };

/** A plan of two chains that share their first stage. */
async function planOf(engine: TrlDeclaration | "embedded") {
  const steps = srl(few);
  return await planExperiment(experiment({
    ...{ name: "emit", question: "Which jobs?", engine, policy: { base: BASE } },
    data: relay({ tier: "hard", train: 8, validation: 2 }),
    arms: {
      sft: [sft({ updates: 2, batch: 4, learningRate: 1e-3 })],
      both: [steps, rlvr(few)],
    },
    evaluation: { benchmarks: { easy: relay({ tier: "easy", problems: 2 }) } },
  }));
}

Deno.test("emitJobs() writes a folder for each training stage, chained by their policies", async () => {
  const plan = await planOf(trl({ processes: 2 }));
  const dir = `${await Deno.makeTempDir()}/jobs`;
  const jobs = await emitJobs(plan, plan.stages, dir);
  const trained = plan.stages.filter(({ spec }) => spec.kind === "train");
  assertEquals(
    jobs.map((job) => job.dir.slice(dir.length + 1)),
    trained.map(({ id, label }) =>
      `${label.replaceAll(" → ", "-").replaceAll(/, | /g, "-")}-${id.slice(0, 6)}`
    ),
  );
  const configs = jobs.map((job) => JSON.parse(Deno.readTextFileSync(`${job.dir}/config.json`)));
  const [first] = jobs.filter((_, i) => trained[i]!.label.startsWith("srl,"));
  assertEquals(
    configs.map(({ model }) => model.path),
    trained.map(({ parent }) =>
      parent === null ? "policy" : `../${first!.dir.slice(dir.length + 1)}/output/final`
    ),
  );
  for (const [i, { dir, command }] of jobs.entries()) {
    assert(command.endsWith("--nproc_per_node 2 train.py"), command);
    const own = await Deno.stat(`${dir}/policy/model.safetensors`).then(() => true, () => false);
    assertEquals(own, trained[i]!.parent === null);
    // A folder that travels names no place on this machine.
    for (const name of ["config.json", "reward.json", "README.md"]) {
      const text = await Deno.readTextFile(`${dir}/${name}`).catch(() => "");
      assertEquals(text.includes(Deno.cwd()), false, `${dir}/${name}`);
    }
  }
});

Deno.test("emitJobs() says how Ray's own command submits a job", async () => {
  const ray = { address: "http://head:8265", env: { HF_HOME: "/shared/hf" } };
  const plan = await planOf(trl({ processes: 2, ray }));
  const jobs = await emitJobs(plan, plan.stages, `${await Deno.makeTempDir()}/jobs`);
  assertEquals(
    jobs[0]!.command,
    "ray job submit --address http://head:8265 --entrypoint-num-cpus 2 --entrypoint-num-gpus 2 " +
      `--runtime-env-json '{"pip":"requirements.txt","env_vars":{"HF_HOME":"/shared/hf"}}' ` +
      '-- bash -c "cd $PWD && python -m torch.distributed.run --standalone --nproc_per_node 2 train.py"',
  );
});

Deno.test("emitJobs() writes into an empty folder only, and only for a distributed engine", async () => {
  const dir = await Deno.makeTempDir();
  const embedded = await planOf("embedded");
  await assertRejects(
    () => emitJobs(embedded, embedded.stages, dir),
    InputError,
    '--emit: found an experiment with engine "embedded"',
  );
  await Deno.writeTextFile(`${dir}/notes.txt`, "mine");
  const plan = await planOf(trl());
  await assertRejects(
    () => emitJobs(plan, plan.stages, dir),
    InputError,
    `--emit: ${dir}: found notes.txt; expected an empty folder, or a new one`,
  );
  assertEquals(await Deno.readTextFile(`${dir}/notes.txt`), "mine");
});
