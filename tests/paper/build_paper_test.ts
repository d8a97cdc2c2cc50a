import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { buildPaper } from "../../src/paper/build_paper.ts";
import { Project } from "./project.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const MADE = [
  "text.pdf",
  ...["svg", "png", "pdf"].map((ending) => `build/figures/scores.${ending}`),
  ...["main", "tests"].flatMap((name) =>
    ["md", "csv", "tex", "typ"].map((ending) => `build/tables/${name}.${ending}`)
  ),
  ...["values.json", "manifest.json", "sample.tex"].map((name) => `build/${name}`),
];

Deno.test("buildPaper() makes every file twice with the same bytes", async () => {
  await using project = await Project.create();
  const { problems } = await buildPaper(project.request());
  assertEquals(problems, []);
  const first = await Promise.all(MADE.map((name) => project.read(name)));
  await project.write("build/figures/stray.svg", "<svg/>");
  await buildPaper(project.request());
  const second = await Promise.all(MADE.map((name) => project.read(name)));
  MADE.forEach((name, i) => assertEquals(second[i], first[i], name));
  await assertRejects(() => project.read("build/figures/stray.svg"), Deno.errors.NotFound);
});

Deno.test("buildPaper() binds what the text calls to results, declarations and constants", async () => {
  await using project = await Project.create();
  await buildPaper(project.request());
  const values = JSON.parse(text(await project.read("build/values.json")));
  assertEquals(values["num(pair/srl/hard greedy)"], "91.7");
  assertEquals(values["const(ten)"], "10");
  assertEquals(values["setting(pair, arms/srl/0/updates)"], "4");
  assertEquals(values["published(Qwen2.5-7B-Instruct, SRL, average)"], "27.6†");
  assertEquals(values["ranking(pair, hard avg@2)"], "SRL (91.7) and RLVR (8.3)");
  assertMatch(
    values["verdict(pair, srl, rlvr, hard avg@2)"],
    /^SRL is ahead of RLVR by 83\.3 points \[/,
  );
  assertMatch(
    values["verdict(pair, srl, rlvr, hard thought)"],
    /^the thoughts of SRL are longer than those of RLVR by 9\.0 characters \[/,
  );
  assertEquals(values["summary(pair)"], "2 of 2 differences remain");
});

Deno.test("buildPaper() says of each figure and table from which experiment and cells it is", async () => {
  await using project = await Project.create();
  await buildPaper(project.request());
  const { figures, tables } = JSON.parse(text(await project.read("build/manifest.json")));
  assertEquals(figures.scores[0].file, `${project.dir}/pair.ts`);
  assertEquals(
    tables.main[0].cells.map(({ name }: { name: string }) => name),
    ["srl/tiny/1", "srl/tiny/2", "rlvr/tiny/1", "rlvr/tiny/2"],
  );
  const latex = text(await project.read("build/tables/main.tex"));
  assertMatch(latex, /pair\.ts \(2 arms × 1 size × 2 seeds\)|pair\.ts \(2 arms .*2 seeds\)/);
  assertStringIncludes(latex, "\\label{tab:main}");
});

Deno.test("buildPaper() refuses a figure that nothing binds, with file and line, and writes nothing", async () => {
  await using project = await Project.create();
  await project.write("text.typ", "= Results\nSRL solves 91.7 % of them.\n");
  const { message } = await assertRejects(() => buildPaper(project.request()), Error);
  assertStringIncludes(message, `${project.dir}/text.typ:2: found "91.7", which nothing binds`);
  await assertRejects(() => Deno.stat(`${project.dir}/build`), Deno.errors.NotFound);
});

Deno.test("buildPaper() names the nearest of a name that does not exist, all at once", async () => {
  await using project = await Project.create();
  await project.write(
    "text.typ",
    '#num("pair/slr/hard greedy")\n#fig("score")\n#setting("pair", "arms/srl/0/update")\n',
  );
  const { message } = await assertRejects(() => buildPaper(project.request()), Error);
  assertStringIncludes(
    message,
    'text.typ:1: #num: found the name "pair/slr/hard greedy"; did you mean "pair/srl/hard greedy"?',
  );
  assertStringIncludes(
    message,
    'text.typ:2: #fig: found the figure "score"; did you mean "scores"?',
  );
  assertStringIncludes(message, 'did you mean "updates"?');
});

Deno.test("buildPaper() names a results file that is missing, and the command that makes it", async () => {
  await using project = await Project.create();
  await Deno.remove(`${project.dir}/results/pair/outcomes.jsonl`);
  const { message } = await assertRejects(() => buildPaper(project.request()), Error);
  assertStringIncludes(message, `missing: ${project.dir}/results/pair/outcomes.jsonl: missing`);
  assertStringIncludes(message, `make it with: deno task experiment ${project.dir}/pair.ts`);
});

Deno.test("buildPaper() refuses results that another declaration made", async () => {
  await using project = await Project.create();
  await project.redeclare();
  const { message } = await assertRejects(() => buildPaper(project.request()), Error);
  assertStringIncludes(message, "stale: ");
  assertStringIncludes(message, "srl/tiny/1, srl/tiny/2, rlvr/tiny/1, rlvr/tiny/2");
  assertStringIncludes(message, `deno task experiment ${project.dir}/other.ts`);
});

Deno.test("buildPaper() refuses results of an uncommitted tree", async () => {
  await using project = await Project.create();
  await project.results(true);
  const { message } = await assertRejects(() => buildPaper(project.request()), Error);
  assertStringIncludes(message, "dirty: ");
  assertStringIncludes(message, "TAINTED");
});

Deno.test("buildPaper() marks a draft from dirty results, under another name", async () => {
  await using project = await Project.create();
  await project.results(true);
  const { pdf, problems } = await buildPaper(project.request(true));
  assertEquals(pdf, `${project.dir}/text-draft.pdf`);
  assert(problems.length > 0);
  assertStringIncludes(text(await project.read("build/figures/scores.svg")), ">DRAFT</text>");
  assertStringIncludes(text(await project.read("build/tables/main.md")), "DRAFT.");
  await assertRejects(() => project.read("text.pdf"), Deno.errors.NotFound);
});

Deno.test("buildPaper() puts a box in a draft where results are missing, and still checks names", async () => {
  await using project = await Project.create();
  await Deno.remove(`${project.dir}/results`, { recursive: true });
  await buildPaper(project.request(true));
  assertStringIncludes(text(await project.read("build/figures/scores.svg")), "no results");
  const values = JSON.parse(text(await project.read("build/values.json")));
  assertEquals(values["num(pair/srl/hard greedy)"], null);
  assertEquals(values["const(ten)"], "10");
  await project.write("text.typ", '#num("pair/slr/hard greedy")');
  await assertRejects(() => buildPaper(project.request(true)), Error, "did you mean");
});

Deno.test("buildPaper() with --draft and whole results makes the paper itself", async () => {
  await using project = await Project.create();
  const { pdf } = await buildPaper(project.request(true));
  assertEquals(pdf, `${project.dir}/text.pdf`);
});
