import { assertEquals, assertLessOrEqual, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { commitOf, startFakeHub } from "../data/sources/fake_hub.ts";
import { parquetPath } from "../data/sources/parquet_files.ts";

const SCRIPT = fileURLToPath(new URL("../../src/cli/data.ts", import.meta.url));
const SOLUTIONS = fileURLToPath(new URL("../data/solutions.jsonl", import.meta.url));

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
  const { code, stdout, stderr } = await data(SOLUTIONS);
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "problems        3       of 8 rows\n");
  assertStringIncludes(stdout, "step instances  5       targets 1..N-1\n");
  assertStringIncludes(stdout, "Dropped 5 of 8 rows:\n");
  assertMatch(stdout, /numbering: 1\n {4}row 6 +gap +the steps do not number/);
  assertStringIncludes(stdout, "Prompt of halves#1:\n");
  assertStringIncludes(stdout, "Target:\n  │ **Double both sides:**\n");
  for (const line of stdout.split("\n")) assertLessOrEqual(line.length, 100);
});

Deno.test("data makes what --targets, --next-title, --untitled and --show ask for", async () => {
  const { stdout } = await data(
    ...[SOLUTIONS, "--targets", "2..N", "--next-title", "--untitled", "--show", "halves#2"],
  );
  assertStringIncludes(stdout, "problems        4       of 8 rows\n");
  assertStringIncludes(stdout, "targets 2..N, next step's title in the prompt\n");
  assertStringIncludes(stdout, '  │ Write step 2, titled "Multiply": its reasoning only');
  assertStringIncludes(stdout, "Target:\n  │ \\(x = 6\\)\n");
});

Deno.test("data --json prints the whole report", async () => {
  const { code, stdout } = await data(SOLUTIONS, "--json");
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
      "error: option '--targets <steps>' argument 'all' is invalid",
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
    assertStringIncludes(stdout, "Dropped 1 of 1 rows:\n  no-steps: 1\n    row 1 ");
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
    const { code, stdout, stderr } = await run(["-A"], ["hf:lab/sums", "--json"], {
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
