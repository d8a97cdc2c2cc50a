import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { runsCommand } from "../../src/cli/runs.ts";
import { InputError } from "../../src/errors.ts";
import { StageStore } from "../../src/runs/store.ts";
import { writeResume } from "../../src/runs/resumable.ts";
import { Project } from "./project.ts";

/** What the command says in a project. */
async function said(
  project: Project,
  args: readonly string[],
  ask: ((question: string) => boolean) | null = null,
  now = new Date(),
): Promise<string[]> {
  const lines: string[] = [];
  const [root, results] = [`${project.dir}/.stepwise`, `${project.dir}/results`];
  const before = Deno.cwd();
  Deno.chdir(project.dir);
  try {
    await runsCommand(args, { root, results, now, ask, say: (line) => lines.push(line) });
  } finally {
    Deno.chdir(before);
  }
  return lines;
}

const stages = (project: Project) => project.names(".stepwise/stages") ?? [];

/** A project whose experiment was run for two seeds, and then for one. */
async function twice(): Promise<Project> {
  const project = new Project();
  await project.run(["five.ts", "--only", "base,srl", "--seeds", "2"]);
  await project.run(["five.ts", "--only", "base,srl", "--seeds", "1"]);
  return project;
}

Deno.test("runs lists every stage with its size, its age and the experiments that refer to it", async () => {
  using project = await twice();
  const hour = new Date(Date.now() + 3_600_000);
  const [head, ...lines] = await said(project, [], null, hour);
  assertMatch(head!, /\.stepwise: 6 folders, \d+\.\d kB$/);
  assertEquals(lines.length, 6);
  const needed = lines.filter((line) => line.endsWith(" five"));
  assertEquals(needed.length, 3);
  assert(
    needed.some((line) =>
      /^ {2}[0-9a-f]{16} {2}finished +\d\.\d kB +1 h 00 min {2}srl, 1m, seed 1 +five$/.test(line)
    ),
    needed.join("\n"),
  );
  assertEquals(lines.filter((line) => /seed 2 +–$/.test(line)).length, 3);
});

Deno.test("runs --gc says what it would remove and why, and removes it when it is told to", async () => {
  using project = await twice();
  const before = stages(project);
  const silent = await said(project, ["--gc"]);
  assertMatch(silent[0]!, /to remove 3 folders of 6, \d+\.\d kB$/);
  assertEquals(silent[1], "no experiment's plan refers to it:");
  assertEquals(silent.slice(2, 5).every((line) => / finished .* seed 2 +–$/.test(line)), true);
  assertEquals(silent.slice(5), ["removed nothing; --yes removes them"]);
  assertEquals((await said(project, ["--gc"], () => false)).at(-1), "removed nothing");
  assertEquals(stages(project), before);
  const asked: string[] = [];
  const agreed = await said(project, ["--gc"], (question) => asked.push(question) > 0);
  assertEquals(asked, ["remove 3 folders?"]);
  assertMatch(agreed.at(-1)!, /^removed 3 folders, /);
  assertEquals(stages(project).length, 3);
  assertMatch((await said(project, ["--gc"]))[0]!, /: nothing to remove; 3 folders are needed$/);
  const again = await project.run(["five.ts", "--only", "base,srl", "--seeds", "1"]);
  assertMatch(again.out, /\n0 stages made, 3 reused/);
});

Deno.test("runs --gc --yes removes what is broken, what failed and what was begun for nothing", async () => {
  using project = new Project();
  await project.run(["five.ts", "--only", "base"]);
  const store = new StageStore(`${project.dir}/.stepwise`);
  const [half, begun, failed] = ["1", "2", "3"].map((digit) => digit.repeat(16));
  const made = stages(project);
  Deno.mkdirSync(store.dir(half!));
  Deno.mkdirSync(`${store.dir(begun!)}.part`);
  await writeResume(`${store.dir(begun!)}.part`, {
    ...{ step: 7, seconds: 1, files: {}, state: null },
    tensors: { file: "none", sha256: "" },
  });
  Deno.mkdirSync(`${store.root}/failed/${failed}`, { recursive: true });
  const lines = await said(project, []);
  assertEquals(
    lines.some((line) => /unfinished .* not a stage, after update 7 +–$/.test(line)),
    true,
  );
  const gone = await said(project, ["--gc", "--yes"]);
  assertEquals(gone[1], "it is not whole, and would be made anew:");
  assertMatch(gone[2]!, / broken /);
  assertEquals(gone[3], "no experiment's plan refers to it:");
  assertMatch(gone[4]!, / unfinished /);
  assertMatch(gone[5]!, / failed /);
  assertMatch(gone[6]!, /^removed 3 folders, /);
  assertEquals([stages(project), project.names(".stepwise/failed")], [made, []]);
});

Deno.test("runs --gc leaves what another process is making", async () => {
  using project = new Project();
  const store = new StageStore(`${project.dir}/.stepwise`);
  const id = "4".repeat(16);
  Deno.mkdirSync(`${store.dir(id)}.part`, { recursive: true });
  using _held = await store.lock(id);
  const lines = await said(project, ["--gc", "--yes"]);
  assertEquals(lines.slice(3), [
    `  ${id} is being made by another process, and stays`,
    "removed 0 folders, 0 B",
  ]);
  assertEquals(stages(project), [`${id}.part`]);
});

Deno.test("runs --gc needs neither experiment files that are gone nor results, but knows both", async () => {
  using project = await twice();
  Deno.removeSync(`${project.dir}/five.ts`);
  // The table of seed 1 is still there.
  const kept = (await said(project, [])).filter((line) => line.endsWith(" five (results)"));
  assertEquals(kept.length, 3);
  Deno.removeSync(`${project.dir}/results`, { recursive: true });
  assertMatch((await said(project, ["--gc"]))[0]!, /to remove 6 folders of 6/);
});

Deno.test("runs --gc removes nothing where it cannot know what is needed", async () => {
  using project = await twice();
  const [plan] = project.names(".stepwise/plans")!;
  Deno.writeTextFileSync(`${project.dir}/.stepwise/plans/${plan}`, "{");
  const error = await assertRejects(() => said(project, ["--gc", "--yes"]), InputError);
  assertMatch(error.message, /plans\/[0-9a-f]{16}\.json: cannot be read \(/);
  assertEquals(stages(project).length, 6);
});

Deno.test("runs names a folder that is none", async () => {
  using project = new Project();
  Deno.writeTextFileSync(`${project.dir}/.stepwise`, "");
  const error = await assertRejects(() => said(project, []), InputError);
  assertMatch(error.message, /\.stepwise\/plans: cannot be read: it is no folder$/);
});

Deno.test("runs lists nothing where nothing was run", async () => {
  using project = new Project();
  assertMatch((await said(project, []))[0]!, /\.stepwise: 0 folders, 0 B$/);
});
