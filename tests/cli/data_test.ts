import { assertEquals, assertLessOrEqual, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { commitOf, startFakeHub } from "../hub/fake_hub.ts";
import { parquetPath } from "../data/sources/parquet_files.ts";

const SCRIPT = fileURLToPath(new URL("../../src/cli/data.ts", import.meta.url));
const fixture = (name: string) => fileURLToPath(new URL(`../data/${name}`, import.meta.url));
const SOCRATIC = fixture("socratic.jsonl");
const COLUMNS = fixture("columns.jsonl");
const RENAMED =
  '{"kind":"generic","question":"prompt","id":"uid","answer":"gold","reasoning":"trace"}';
const SOLUTIONS = fixture("solutions.jsonl");

/** Runs the command as a user does. */
function data(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return run(["--allow-read"], args);
}

async function run(permissions: string[], args: string[], env: Record<string, string> = {}) {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", ...permissions, "--quiet", SCRIPT, ...args],
    env,
  });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array<ArrayBuffer>) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("data prints counts, drops with rows, and one instance, within 100 columns", async () => {
  const { code, stdout, stderr } = await data(SOLUTIONS, "--parser", "numbered");
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "problems        3       of 8 rows\n");
  assertStringIncludes(stdout, "step instances  5       targets 1..N-1\n");
  assertStringIncludes(stdout, "Dropped 5 of 8 rows:\n");
  assertMatch(stdout, /numbering: 1\n {4}row 6 +gap +the steps do not number/);
  assertStringIncludes(stdout, "Prompt of halves#1:\n");
  assertStringIncludes(stdout, "Target:\n  │ **Double both sides:**\n");
  for (const line of stdout.split("\n")) assertLessOrEqual(line.length, 100);
});

Deno.test("data makes what --targets, --next-title and --show ask for, and reads untitled steps", async () => {
  const { stdout } = await data(
    ...[SOLUTIONS, "--targets", "2..N", "--next-title", "--show", "halves#2"],
  );
  assertStringIncludes(stdout, "problems        4       of 8 rows\n");
  assertStringIncludes(stdout, "targets 2..N, next step's title in the prompt\n");
  assertStringIncludes(stdout, '  │ Its title is "Multiply": write the reasoning only');
  assertStringIncludes(stdout, "Target:\n  │ \\(x = 6\\)\n");
});

Deno.test("data --json prints the whole report", async () => {
  const { code, stdout } = await data(SOLUTIONS, "--parser", "numbered", "--json");
  const report = JSON.parse(stdout);
  assertEquals([code, report.problems, report.instances, report.dropped.length], [0, 3, 5, 5]);
  assertEquals(report.shown.id, "halves#1");
});

Deno.test("data exits with 2 and one line on stderr when the input is bad", async () => {
  const cases: [string[], string][] = [
    [["missing.jsonl"], "error: missing.jsonl: cannot be read: there is no such file\n"],
    [[SOLUTIONS, "--show", "nobody"], `error: ${SOLUTIONS}: there is no problem or step instance`],
    [
      [SOLUTIONS, "--targets", "all"],
      "error: option '--targets <which>' argument 'all' is invalid",
    ],
    [[], "error: missing required argument 'source'\n"],
    [["hf:gsm8k"], 'error: source: found "hf:gsm8k"; expected hf:owner/name[@revision]'],
    [[SOLUTIONS, "more"], "error: too many arguments"],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await data(...args);
    assertEquals([code, stdout, stderr.slice(0, message.length)], [2, "", message]);
    assertEquals(stderr.split("\n").length, 2, stderr);
  }
});

Deno.test("data reports first and then exits with 2 when no row is usable", async () => {
  const path = await Deno.makeTempFile({ suffix: ".jsonl" });
  try {
    await Deno.writeTextFile(path, '{"question":"2+2?","solution":"Four."}\n');
    const { code, stdout, stderr } = await data(path);
    assertEquals(code, 2);
    assertStringIncludes(
      stdout,
      "Dropped 1 of 1 rows:\n  no-steps: 1 (--parser sentence or lines cuts solutions without numbers)\n    row 1 ",
    );
    assertStringIncludes(
      stderr,
      `error: ${path}: none of 1 rows can be used; 1 for "no-steps", e.g. row 1: `,
    );
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("data --help explains the file's form within 100 columns", async () => {
  const { code, stdout } = await data("--help");
  assertEquals(code, 0);
  assertStringIncludes(stdout, "1. **Title** body");
  for (const line of stdout.split("\n")) assertLessOrEqual(line.length, 100);
});

Deno.test("data reads Parquet and datasets of the Hub as it reads lines", async () => {
  const rows = await data(parquetPath("hub"), "--json");
  assertEquals([rows.code, rows.stderr, JSON.parse(rows.stdout).rows], [0, "", 40]);
  const commit = commitOf("one");
  const files = { "train.jsonl": await Deno.readTextFile(SOLUTIONS) };
  await using hub = startFakeHub({
    "lab/sums": { refs: { main: commit }, commits: { [commit]: files } },
  });
  const cache = await Deno.makeTempDir();
  try {
    const { code, stdout, stderr } = await run(["-A"], [
      "hf:lab/sums",
      "--parser",
      "numbered",
      "--json",
    ], {
      HF_ENDPOINT: hub.url,
      HF_HUB_CACHE: cache,
    });
    const report = JSON.parse(stdout);
    assertEquals([code, report.source, report.problems], [0, `hf:lab/sums@${commit}/train`, 3]);
    assertEquals(stderr, "downloading train.jsonl of lab/sums (0.0 MB)\n");
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("data reads rows by --mapping and --parser, and suggests a mapping that fits", async () => {
  const { code, stdout } = await data(SOCRATIC, "--mapping", "gsm8k-socratic", "--next-title");
  assertEquals(code, 0);
  assertStringIncludes(stdout, "problems        2       of 2 rows\n");
  assertStringIncludes(stdout, "answers         2 ");
  assertStringIncludes(stdout, 'Its title is "How many bolts of white?"');
  assertStringIncludes(stdout, "Nothing was dropped.");
  const sentences = await data(SOLUTIONS, "--parser", "sentence", "--json");
  assertEquals(JSON.parse(sentences.stdout).reasons.length, 1);
  const renamed = await data(COLUMNS, "--mapping", RENAMED);
  assertStringIncludes(renamed.stdout, "reasonings      1       problems with a full trace");
  const { code: failed, stderr } = await data(SOCRATIC);
  assertEquals([failed, stderr], [
    2,
    `error: ${SOCRATIC}:1: field "solution" (or "steps") is missing; the row has "question", "answer"; ` +
    'mapping "gsm8k-socratic" reads such rows\n',
  ]);
});

Deno.test("data counts what each granularity, targets and context come to", async () => {
  const report = async (...args: string[]) => {
    const { stdout, stderr } = await data(COLUMNS, "--mapping", RENAMED, "--json", ...args);
    assertEquals(stderr, "");
    return JSON.parse(stdout);
  };
  const count = async (...args: string[]) => (await report(...args)).instances;
  assertEquals(await count(), 5);
  assertEquals(await count("--targets", "1..N"), 7);
  assertEquals(await count("--granularity", "steps:2", "--targets", "1..N"), 4);
  assertEquals(await count("--granularity", "sentence", "--targets", "1..N"), 10);
  assertEquals(await count("--granularity", "whole"), 2);
  assertEquals(await count("--granularity", "answer"), 2);
  const short = await report("--granularity", "steps:2");
  assertEquals([short.instances, short.unused], [2, 1]);
  const { promptLength } = await report("--context", "last:1");
  assertEquals(promptLength.maximum < (await report()).promptLength.maximum, true);
  const { stdout } = await data(
    ...[COLUMNS, "--mapping", RENAMED, "--granularity", "steps:2", "--context", "last:1"],
  );
  assertStringIncludes(stdout, "granularity steps:2, targets 1..N-1, context last 1\n");
  assertStringIncludes(stdout, "without target  1       problems are too short for these targets");
});

Deno.test("data counts tokens with the tokenizer that it is given", async () => {
  const checkpoint = fileURLToPath(new URL("../experiment/policy", import.meta.url));
  const relay = await Deno.makeTempFile({ suffix: ".jsonl" });
  const rows = { problem: "a=1;b=a+1?ab", steps: ["b=2", "c=3", "#12"] };
  await Deno.writeTextFile(relay, JSON.stringify(rows));
  try {
    const { stdout, stderr } = await data(
      ...[relay, "--granularity", "tokens:6", "--targets", "1..N", "--tokenizer", checkpoint],
      "--json",
    );
    assertEquals(stderr, "");
    assertEquals(JSON.parse(stdout).instances, 2);
    const foreign = await data(SOLUTIONS, "--granularity", "tokens:6", "--tokenizer", checkpoint);
    assertEquals(foreign.code, 2);
    assertStringIncludes(
      foreign.stderr,
      `solutions.jsonl: halves: --tokenizer ${checkpoint}: text: expected characters of the alphabet`,
    );
  } finally {
    await Deno.remove(relay);
  }
});

Deno.test("data refuses options that mean nothing together", async () => {
  const cases: [string[], string][] = [
    [["--granularity", "whole", "--next-title"], "--next-title: expected false with granularity"],
    [
      ["--granularity", "answer", "--targets", "2..N"],
      '--targets: expected "1..N" with granularity',
    ],
    [
      ["--granularity", "whole", "--context", "last:2"],
      '--context: expected "all" with granularity',
    ],
    [["--granularity", "tokens:9"], "--tokenizer: missing; --granularity tokens:N needs one"],
    [["--tokenizer", "x"], "--tokenizer: expected none without --granularity tokens:N"],
    [["--granularity", "setp"], '--granularity: found "setp"; expected step or'],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await data(SOLUTIONS, ...args);
    assertEquals([code, stdout, stderr.startsWith(`error: ${message}`)], [2, "", true], stderr);
  }
});

Deno.test("data --benchmark reads problems and answers alone, and accounts for the rest", async () => {
  const path = await Deno.makeTempFile({ suffix: ".jsonl" });
  try {
    const rows = [
      { id: "a", problem: "1 + 2?", answer: 3 },
      { id: "b", problem: "2 + 2?", solution: "It is \\boxed{4}." },
      { id: "c", problem: "Why?" },
    ];
    await Deno.writeTextFile(path, rows.map((row) => JSON.stringify(row)).join("\n"));
    const { code, stdout } = await data(path, "--benchmark", "--show", "b");
    assertEquals(code, 0);
    assertStringIncludes(stdout, "problems        2       of 3 rows, each with an answer\n");
    assertStringIncludes(stdout, "Dropped 1 of 3 rows:\n  no-answer: 1\n");
    assertStringIncludes(stdout, "Problem b:\n  │ 2 + 2?\n\nAnswer:\n  │ 4\n");
    const { stdout: json } = await data(path, "--benchmark", "--json");
    assertEquals(JSON.parse(json).shown, { id: "a", problem: "1 + 2?", answer: "3" });
    const cases: [string[], string][] = [
      [["--show", "c"], `error: ${path}: there is no problem "c"\n`],
      [["--next-title"], "error: option '--benchmark' cannot be used with option '--next-title'\n"],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await data(path, "--benchmark", ...args);
      assertEquals([code, stderr], [2, message]);
    }
  } finally {
    await Deno.remove(path);
  }
});
