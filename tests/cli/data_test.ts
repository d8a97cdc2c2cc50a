import { assertEquals, assertLessOrEqual, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../../src/cli/data.ts", import.meta.url));
const SOLUTIONS = fileURLToPath(new URL("../data/solutions.jsonl", import.meta.url));

/** Runs the command as a user does. */
async function data(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--quiet", SCRIPT, ...args],
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
  assertStringIncludes(stdout, '  │ Its title is "Multiply": write the reasoning only');
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
    [[], "error: missing required argument 'file.jsonl'\n"],
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
    assertStringIncludes(stderr, `error: ${path}: none of 1 rows can be used; most often (1) for`);
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
