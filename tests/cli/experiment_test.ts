import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startFakeTeacher } from "../data/teacher/fake_teacher.ts";
import { until } from "../runs/fixtures.ts";
import { defaultJobs } from "../../src/runs/jobs.ts";
import { Project } from "./project.ts";

Deno.test("experiment runs, prints the comparison, and reuses all of it the next time", async () => {
  using project = new Project();
  const first = await project.run(["five.ts", "--jobs", "3"]);
  assertEquals([first.code, first.err], [0, ""]);
  assertMatch(
    first.out,
    /^five\.ts\nfive: Which is best\?\n5 arms × 1 size × 1 seed = 5 cells; 9 stages: 0 finished already, 9 to run\n3 at once, one thread each \(--jobs\)\n(about|under) .*stated rate/,
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

Deno.test("experiment makes nothing anew for a comment, and only what lies below a changed value", async () => {
  using project = new Project();
  const path = `${project.dir}/five.ts`;
  const text = await Deno.readTextFile(path);
  await project.run(["five.ts"]);
  const renamed = text.replaceAll("steps", "stepWise").replace("updates: 60", "updates: 6e1");
  await Deno.writeTextFile(path, `${renamed} // Nothing else.\n`);
  const same = await project.run(["five.ts"]);
  assertMatch(same.out, /\n0 stages made, 9 reused/);
  await Deno.writeTextFile(path, text.replace("updates: 30", "updates: 31"));
  const changed = await project.run(["five.ts"]);
  assertEquals(changed.out.match(/(?<=^start {3}).*$/gm), [
    "srl → rlvr, 1m, seed 1",
    "evaluate srl → rlvr, 1m, seed 1",
  ]);
  assertMatch(changed.out, /\n2 stages made, 7 reused/);
});

Deno.test("experiment --seeds and --only run only what is new, and show all that is finished", async () => {
  using project = new Project();
  await project.run(["five.ts", "--only", "base,sft"]);
  const more = await project.run(["five.ts", "--only", "srl"]);
  assertMatch(more.out, /2 stages: 0 finished already, 2 to run/);
  assertMatch(more.out, /\nnot finished: 2 of 5 cells\n\n2 stages made, 0 reused/);
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
    /\n {2}srl → rlvr {2}1m +step → whole {2}similarity → answer {2}1 +to run +(?:about|under) .* GiB\n/,
  );
  assertMatch(
    out,
    /\n {2}[0-9a-f]{16} {2}to run {2}(?:about|under) .* srl, 1m, seed 1 \(in 2 cells\)\n/,
  );
  assertEquals(project.names("."), ["five.ts"]);
  await project.run(["five.ts", "--only", "base"]);
  const again = await project.run(["five.ts", "--plan"]);
  assertMatch(again.out, /9 stages: 1 finished already, 8 to run/);
  assertMatch(again.out, /from 1 stage finished on this machine/);
  assertMatch(again.out, /\n {2}base +1m +– +– +1 +cached +\d\.\d\d GiB\n/);
});

Deno.test("experiment --plan --json prints the plan as JSON and nothing else, and writes nothing", async () => {
  using project = new Project();
  const { code, out } = await project.run(["five.ts", "--plan", "--json", "--only", "srl"]);
  const report = JSON.parse(out);
  assertEquals([code, report.experiment, report.cells.length], [0, "five", 1]);
  assertEquals(report.stages.map((stage: { state: string }) => stage.state), ["to run", "to run"]);
  assertEquals(report.stages[0].reason, { kind: "new" });
  assertEquals(report.estimate.memory > 2 ** 27, true);
  assertEquals(project.names("."), ["five.ts"]);
});

Deno.test("experiment --why and --diff answer about cells in 100 columns, and write nothing", async () => {
  using project = new Project();
  await project.run(["five.ts"]);
  const path = `${project.dir}/five.ts`;
  const text = await Deno.readTextFile(path);
  const changed = text.replace(
    "learningRate: 3e-4 });",
    'learningRate: 3e-4, reward: { kind: "similarity", autojunk: false } });',
  );
  await Deno.writeTextFile(path, changed);
  const before = project.names(".stepwise/stages");
  const why = await project.run(["five.ts", "--why", "srl → rlvr"]);
  assertMatch(
    why.out,
    /^five\.ts\nsrl → rlvr\/1m\/1: 3 of 3 stages to run; (?:about|under) .* GiB\n\n1 srl [0-9a-f]{16}: to run; .*\n {2}reward\.autojunk changed: true → false\n {2}compared with [0-9a-f]{16} of the last results\n/,
  );
  const diff = await project.run(["five.ts", "--diff", "rlvr/1", "base/1m"]);
  assertMatch(diff.out, /\n {2}hard greedy {2}50\.0 % +0\.0 % +-50\.0\n/);
  await Deno.writeTextFile(`${project.dir}/before.ts`, text);
  const files = await project.run(["five.ts", "--diff", "before.ts:srl", "srl"]);
  assertMatch(files.out, /\nbefore\.ts:srl\/1m\/1 and srl\/1m\/1\n/);
  assertMatch(files.out, /\n {2}1 srl: reward\.autojunk {2}true +false\n/);
  assertMatch(files.out, /\n {2}not finished: srl\/1m\/1\n/);
  for (const { code, out, err } of [why, diff, files]) {
    assertEquals([code, err], [0, ""]);
    assertEquals(out.split("\n").every((line) => line.length <= 100), true);
  }
  assertEquals(project.names(".stepwise/stages"), before);
});

Deno.test("experiment ends with 2, one message and nothing written for a wrong command line", async () => {
  using project = new Project();
  const cases: [string[], string][] = [
    [["fvie.ts"], "fvie.ts: no such file; did you mean five.ts?"],
    [["."], ".: is a folder; expected an experiment file"],
    [["five.ts", "--seeds", "x"], '--seeds: found "x"; expected how many (1 to 1000), or'],
    [["five.ts", "--jobs", "0"], '--jobs: found "0"; expected a whole number from 1 to 999'],
    [["five.ts", "--only", "slr"], 'arm "slr": not in the experiment "five"; did you mean "srl"?'],
    [["five.ts", "--only", "nonsense"], 'arm "nonsense": not in the experiment "five"; its arms: '],
    [["five.ts", "more.ts"], "too many arguments"],
    [["five.ts", "--json"], "--json: found without --plan; expected both"],
    [
      ["five.ts", "--threads", "1.5"],
      '--threads: found "1.5"; expected a whole number from 1 to 999',
    ],
    [["five.ts", "--emit", "jobs"], "--emit: found without --plan; expected both"],
    [["five.ts", "--plan", "--emit", "jobs"], '--emit: found an experiment with engine "embedded"'],
    [["five.ts", "--plan", "--why", "srl"], "found --plan and --why; expected one of them"],
    [["five.ts", "--why", "slr"], '--why: found "slr"; expected a cell, arm/size/seed; did you'],
    [["five.ts", "--diff", "srl"], "--diff: found 1 cell; expected two, and the experiment file"],
    [["five.ts", "--diff", "srl", "fvie.ts:srl"], "fvie.ts: no such file; did you mean five.ts?"],
    [["five.ts", "--diff", "srl", "five.ts:slr"], '--diff: five.ts: found "slr"; expected a cell'],
    [["five.ts", "--diff", "srl", "stf"], '--diff: found "stf"; expected a cell, arm/size/seed; d'],
    [["five.ts", "--sedes", "3"], "unknown option '--sedes'\n(Did you mean --seeds?)"],
  ];
  for (const [args, message] of cases) {
    const { code, err } = await project.run(args);
    assertEquals([code, err.slice(0, 7 + message.length)], [2, `error: ${message}`]);
    assertEquals(err.includes("    at "), false);
  }
  assertEquals(project.names("."), ["five.ts"]);
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
    "\nnot finished: 2 of 5 cells\n\nfailed: srl, 1m, seed 1: the loss is NaN\n",
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

Deno.test("experiment shows what a failed stage said as text, and --why finds its log", async () => {
  using project = new Project();
  const { out } = await project.run(
    ["five.ts", "--only", "srl"],
    "--fail=srl --because=boom\x1b[2J",
  );
  assertStringIncludes(out, "FAILED  srl, 1m, seed 1: boom\\x1b[2J\n");
  assertStringIncludes(out, "  | RangeError: boom\\x1b[2J\n");
  // deno-lint-ignore no-control-regex
  assertEquals(/\x1b/.test(out), false);
  const why = await project.run(["five.ts", "--why", "srl"]);
  assertMatch(
    why.out,
    /\n {2}failed when it was last run: \.stepwise\/failed\/[0-9a-f]{16}\/log\.txt\n/,
  );
});

Deno.test("experiment lets its stages save at Ctrl-C, and says how to go on", async () => {
  using project = new Project();
  const only = "base,sft,rlvr,srl,srl → rlvr";
  const args = ["five.ts", "--jobs", "4", "--only", only];
  const child = project.start(args, "--slow-srl=100000 --slow-rlvr=100000");
  const stages = () => project.names(".stepwise/stages") ?? [];
  const halves = () => stages().filter((name) => name.includes(".part"));
  // Base and sft get finished, srl and rlvr never do.
  await until(() => stages().length === 5 && halves().length === 2);
  await new Promise((r) => setTimeout(r, 1000));
  // Once from the terminal, once from `deno task`.
  child.kill("SIGINT");
  child.kill("SIGINT");
  const { code, stdout } = await child.output();
  assertEquals(code, 130);
  const out = new TextDecoder().decode(stdout);
  assertStringIncludes(
    out,
    "\nstopping: stages save their state after the update they are at; again",
  );
  assertMatch(out, /\nsaved {3}srl, 1m, seed 1 after update \d+\n/);
  assertMatch(
    out,
    /\ninterrupted after .*; what was finished or saved is kept\. To go on:\n {2}deno task experiment five\.ts --jobs 4 --only 'base,sft,rlvr,srl,srl → rlvr'\n$/,
  );
  assertEquals([halves().length, project.names("results")], [2, null]);
  const next = await project.run(["five.ts"]);
  assertMatch(next.out, /\nresume {2}srl, 1m, seed 1 after update \d+\n/);
  assertMatch(next.out, /\n6 stages made, 3 reused/);
  assertEquals(halves(), []);
});

Deno.test("two experiment commands at once share the work", async () => {
  using project = new Project();
  const fake = `--record=${project.dir}/made --slow-srl=40 --slow-rlvr=40`;
  const [a, b] = await Promise.all([
    project.run(["five.ts", "--jobs", "2"], fake),
    project.run(["five.ts", "--jobs", "2"], fake),
  ]);
  assertEquals([a!.code, b!.code, a!.err, b!.err], [0, 0, "", ""]);
  const made = [a!, b!].map(({ out }) => Number(/\n(\d) stages? made/.exec(out)![1]));
  assertEquals([made[0]! + made[1]!, made.every((count) => count > 0)], [9, true]);
  assertEquals(Deno.readTextFileSync(`${project.dir}/made`).trim().split("\n").length, 9);
  const tables = project.names("results/five")!;
  assertEquals(tables.filter((name) => name.endsWith(".tmp")), []);
  // Each shows the whole table.
  assertEquals([a!, b!].map(({ out }) => /\n *srl → rlvr +50\.0/.test(out)), [true, true]);
});

Deno.test("experiment says before it trains that a folder cannot be written into", async () => {
  for (const [name, reason] of [["results", "it is no folder"], [".stepwise", "it is no folder"]]) {
    using project = new Project();
    Deno.writeTextFileSync(`${project.dir}/${name}`, "a file");
    const { code, err, out } = await project.run(["five.ts"], `--record=${project.dir}/made`);
    assertEquals([code, err], [2, `error: ${name}: cannot be written into: ${reason}\n`]);
    assertEquals([out.includes("start "), project.names(".")!.includes("made")], [false, false]);
  }
});

Deno.test("experiment removes the temporary files of killed runs from its results", async () => {
  using project = new Project();
  Deno.mkdirSync(`${project.dir}/results/five`, { recursive: true });
  Deno.writeTextFileSync(`${project.dir}/results/five/table.md.1.tmp`, "half");
  await project.run(["five.ts", "--only", "base"]);
  assertEquals(project.names("results/five")!.filter((name) => name.endsWith(".tmp")), []);
});

Deno.test("experiment --save-every takes whole seconds", async () => {
  using project = new Project();
  const { code, err } = await project.run(["five.ts", "--save-every", "x"]);
  const expected =
    'error: --save-every: found "x"; expected a whole number of seconds from 0 to 999999\n';
  assertEquals([code, err], [2, expected]);
});

Deno.test("experiment --plan, --why and --diff send a teacher nothing, and say how many rows wait for it", async () => {
  await using teacher = startFakeTeacher(() => "1. Think: b = 1\\n2. #1");
  using project = new Project();
  const rows = ["1. a=1\\n2. #1", "1. b=1\\n2. #1", "no steps: #1"].map((solution, i) => ({
    question: `${"abc"[i]}=1?${"abc"[i]}`,
    solution: solution.replaceAll("\\n", "\n"),
    answer: "1",
  }));
  project.write(
    "taught.ts",
    `export default experiment({
       name: "taught", question: "?",
       policy: { "1m": { init: { hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 1,
         num_key_value_heads: 1, intermediate_size: 16, max_position_embeddings: 1024 } } },
       data: { rows: ${JSON.stringify(rows)}, validation: 0,
         teacher: { baseUrl: ${JSON.stringify(teacher.baseUrl)}, model: "big" } },
       arms: { sft: [sft({ epochs: 1, learningRate: 1e-4 })],
         srl: [srl({ updates: 2, learningRate: 1e-4 })] },
       evaluation: { samples: 2, benchmarks: { hard: relay({ tier: "hard", problems: 2 }) } },
     });`,
  );
  for (const asked of [["--plan"], ["--why", "srl"], ["--diff", "srl", "sft"]]) {
    const { code, out, err } = await project.run(["taught.ts", ...asked]);
    assertEquals([code, err], [0, ""], out);
    assertEquals([teacher.requests.length, project.names(".stepwise")], [0, null]);
    if (asked[0] !== "--plan") continue;
    assertStringIncludes(out, "2 of 3 rows used, 1 dropped (teacher-not-asked 1)");
    assertStringIncludes(out, "a run asks big to rewrite 1 row; a plan sends nothing");
  }
});

Deno.test("experiment --threads gives each stage so many threads, as other stages, and divides the cores by them", async () => {
  using project = new Project();
  const provenance = () => {
    const { cells } = JSON.parse(Deno.readTextFileSync(`${project.dir}/results/five/cells.json`));
    const [{ dir }] = cells[0].stages;
    return JSON.parse(Deno.readTextFileSync(`${project.dir}/${dir}/provenance.json`));
  };
  await project.run(["five.ts", "--only", "base"]);
  assertEquals(provenance().threads, 1);
  const why = await project.run(["five.ts", "--why", "base", "--threads", "3"]);
  assertStringIncludes(why.out, "\n  threads changed: 1 → 3\n");
  const more = await project.run(["five.ts", "--only", "base", "--threads", "3"]);
  const cores = navigator.hardwareConcurrency;
  const { jobs, why: because } = defaultJobs(cores, 3);
  assertStringIncludes(more.out, `\n${jobs} at once, 3 threads each (${because})\n`);
  assertMatch(more.out, /\n1 stage made, 0 reused/);
  assertEquals(provenance().threads, 3);
  const diff = await project.run(["five.ts", "--diff", "base", "five.ts:srl", "--threads", "3"]);
  assertMatch(diff.out, /\nengine\n {2}the same\n/);
});
