import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { POLICY } from "../experiment/declarations.ts";
import { until } from "../runs/fixtures.ts";

const ROOT = new URL("../../", import.meta.url);

/** A project folder of one test, with an experiment of five arms in it. */
class Project implements Disposable {
  readonly dir = Deno.makeTempDirSync();

  constructor() {
    const mod = (name: string) => JSON.stringify(new URL(`src/experiment/${name}.ts`, ROOT).href);
    Deno.writeTextFileSync(
      `${this.dir}/five.ts`,
      `import { experiment } from ${mod("experiment")};
       import { relay } from ${mod("data")};
       import { sft } from ${mod("sft")};
       import { srl } from ${mod("srl")};
       import { rlvr } from ${mod("rlvr")};
       const steps = srl({ updates: 60, learningRate: 3e-4 });
       export default experiment({
         name: "five", question: "Which is best?",
         policy: { "1m": ${JSON.stringify(POLICY)} },
         data: relay({ tier: "hard", train: 400 }),
         arms: { base: [], sft: [sft({ learningRate: 1e-3 })],
           rlvr: [rlvr({ updates: 60, learningRate: 3e-4 })], srl: [steps],
           "srl → rlvr": [steps, rlvr({ updates: 30, learningRate: 1e-4 })] },
         evaluation: { samples: 2, benchmarks: { hard: relay({ tier: "hard", problems: 2 }) } },
       });`,
    );
  }

  /** Starts the command in the project. */
  start(args: readonly string[], fake = ""): Deno.ChildProcess {
    const config = new URL("deno.json", ROOT).pathname;
    const script = new URL("fake_experiment.ts", import.meta.url).href;
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "-q", "--no-check", "--config", config, script, ...args],
      cwd: this.dir,
      env: { FAKE_STAGE: fake, NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Runs the command to its end. */
  async run(
    args: readonly string[],
    fake = "",
  ): Promise<{ code: number; out: string; err: string }> {
    const { code, stdout, stderr } = await this.start(args, fake).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, out: text(stdout), err: text(stderr) };
  }

  /** Names in a folder of the project; null where there is none. */
  names(path: string): string[] | null {
    try {
      return [...Deno.readDirSync(`${this.dir}/${path}`)].map(({ name }) => name).sort();
    } catch {
      return null;
    }
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}

Deno.test("experiment runs, prints the comparison, and reuses all of it the next time", async () => {
  using project = new Project();
  const first = await project.run(["five.ts", "--jobs", "3"]);
  assertEquals([first.code, first.err], [0, ""]);
  assertMatch(
    first.out,
    /^five\.ts\nfive: Which is best\?\n5 arms × 1 size × 1 seed = 5 cells; 9 stages: 0 finished already, 9 to run\n3 at once, one thread each \(--jobs\); about .*stated rate/,
  );
  assertStringIncludes(first.out, "start   srl, 1m, seed 1\n");
  assertMatch(first.out, /\n *srl → rlvr +50\.0/);
  assertStringIncludes(first.out, "hard pass@2");
  assertStringIncludes(first.out, "\n  results/five/table.md\n");
  assertMatch(first.out, /\n9 stages made, 0 reused from \.stepwise; .* s\n$/);
  const table = await Deno.readTextFile(`${project.dir}/results/five/table.csv`);
  const second = await project.run(["five.ts"]);
  assertMatch(second.out, /9 finished already, 0 to run\n\n/);
  assertMatch(second.out, /\n0 stages made, 9 reused from \.stepwise; .* s\n$/);
  assertEquals(await Deno.readTextFile(`${project.dir}/results/five/table.csv`), table);
  const cells = JSON.parse(await Deno.readTextFile(`${project.dir}/results/five/cells.json`));
  assertEquals(cells.cells.map((c: { arm: string }) => c.arm), [
    "base",
    "sft",
    "rlvr",
    "srl",
    "srl → rlvr",
  ]);
});

Deno.test("experiment --seeds and --only run only what is new, and show all that is finished", async () => {
  using project = new Project();
  await project.run(["five.ts", "--only", "base,sft"]);
  const more = await project.run(["five.ts", "--only", "srl"]);
  assertMatch(more.out, /2 stages: 0 finished already, 2 to run/);
  assertMatch(more.out, /\n2 of 5 cells are not finished\n\n2 stages made, 0 reused/);
  assertMatch(more.out, /\n *sft +50\.0/);
  const seeds = await project.run(["five.ts", "--seeds", "2", "--only", "srl,base"]);
  assertMatch(seeds.out, /6 stages: 3 finished already, 3 to run/);
});

Deno.test("experiment --plan says what would be done, and writes nothing", async () => {
  using project = new Project();
  const { code, out } = await project.run(["five.ts", "--plan"]);
  assertEquals(code, 0);
  assertMatch(
    out,
    /\n {2}srl → rlvr {2}1m {2}seed 1 {2}3 to run {2}srl [0-9a-f]{16} → rlvr [0-9a-f]{16} → evaluate [0-9a-f]{16}\n/,
  );
  assertMatch(out, /\n {2}[0-9a-f]{16} {2}to run {2}about .* srl, 1m, seed 1 +shared by 2 cells\n/);
  assertEquals(project.names("."), ["five.ts"]);
  await project.run(["five.ts", "--only", "base"]);
  const again = await project.run(["five.ts", "--plan"]);
  assertMatch(again.out, /9 stages: 1 finished already, 8 to run/);
  assertMatch(again.out, /from 1 stage finished on this machine/);
  assertMatch(again.out, /\n {2}base +1m {2}seed 1 {2}cached +evaluate/);
});

Deno.test("experiment ends with 2, one message and nothing written for what the user can mend", async () => {
  using project = new Project();
  const text = await Deno.readTextFile(`${project.dir}/five.ts`);
  const variant = async (from: string, to: string) => {
    await Deno.writeTextFile(`${project.dir}/bad.ts`, text.replace(from, to));
  };
  const fails = async (args: string[], message: string) => {
    const { code, err } = await project.run(args);
    assertStringIncludes(err, message);
    assertEquals([code, err.startsWith("error: "), err.includes("    at ")], [2, true, false]);
  };
  await variant("updates: 60", "updatse: 60");
  await fails(["bad.ts"], "arms.srl[0].updatse: unknown key (found 60); did you mean `updates`?");
  await variant(`data: relay({ tier: "hard", train: 400 })`, `data: { file: "none.jsonl" }`);
  await fails(["bad.ts"], "data.file: cannot read none.jsonl");
  await Deno.writeTextFile(`${project.dir}/solutions.jsonl`, '{"id": "a",\n');
  await variant(`data: relay({ tier: "hard", train: 400 })`, `data: { file: "solutions.jsonl" }`);
  await fails(["bad.ts"], "solutions.jsonl:1");
  await Deno.writeTextFile(`${project.dir}/solutions.jsonl`, "");
  await fails(["bad.ts"], "solutions.jsonl");
  await fails(["fvie.ts"], "fvie.ts: no such file; did you mean five.ts?");
  await fails(["five.ts", "--seeds", "x"], '--seeds: found "x"');
  await fails(
    ["five.ts", "--jobs", "0"],
    '--jobs: found "0"; expected a whole number from 1 to 999',
  );
  await fails(
    ["five.ts", "--only", "slr"],
    'arm "slr": not in the experiment "five"; did you mean',
  );
  const unknown = await project.run(["five.ts", "--sedes", "3"]);
  assertEquals(unknown.code, 2);
  assertStringIncludes(unknown.err, "Did you mean --seeds?");
  assertEquals(project.names("."), ["bad.ts", "five.ts", "solutions.jsonl"]);
});

Deno.test("experiment ends with 2 for what only a stage can find, and writes no results", async () => {
  using project = new Project();
  const { code, err } = await project.run(["five.ts"], "--bad-input=sft");
  assertEquals([code, err], [2, "error: solutions.jsonl:7: no numbered step\n"]);
  assertEquals(project.names("results"), null);
});

Deno.test("experiment ends with 1 for a stage that failed, after all the others, with its log", async () => {
  using project = new Project();
  const { code, out } = await project.run(["five.ts"], "--fail=srl");
  assertEquals(code, 1);
  assertStringIncludes(out, "FAILED  srl, 1m, seed 1: the loss is NaN\n");
  assertMatch(out, /\n *rlvr +50\.0/);
  assertStringIncludes(
    out,
    "\n2 of 5 cells are not finished\n\nfailed: srl, 1m, seed 1: the loss is NaN\n",
  );
  assertMatch(
    out,
    /\n {2}log: \.stepwise\/failed\/[0-9a-f]{16}\/log\.txt\n(.*\n)* {2}\| RangeError: the loss is NaN\n/,
  );
  assertMatch(
    out,
    /\n5 stages made, 0 reused from \.stepwise, 1 failed, 3 not begun for it; .*\n$/,
  );
});

Deno.test("experiment ends its stages at Ctrl-C and says that what is finished is kept", async () => {
  using project = new Project();
  const child = project.start(["five.ts", "--jobs", "4"], "--slow-srl=100000 --slow-rlvr=100000");
  const stages = () => project.names(".stepwise/stages") ?? [];
  const halves = () => stages().filter((name) => name.includes(".tmp"));
  // Base and sft get finished, srl and rlvr never do.
  await until(() => stages().length === 5 && halves().length === 2);
  child.kill("SIGINT");
  const { code, stdout } = await child.output();
  assertEquals(code, 130);
  const out = new TextDecoder().decode(stdout);
  assertMatch(
    out,
    /\ninterrupted after .*; what was finished is kept, and the next run goes on from it\n$/,
  );
  assertEquals(halves(), []);
  assertEquals(project.names("results"), null);
  const next = await project.run(["five.ts"]);
  assertMatch(next.out, /\n6 stages made, 3 reused/);
});
