import {
  assertEquals,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { fileURLToPath } from "node:url";
import { BYTE_CHARACTERS } from "../../src/policy/tokenizer/byte_level.ts";
import { formatTokenizer } from "../../src/policy/tokenizer/tokenizer_files.ts";
import { CORRUPTIONS } from "../../src/rewards/corruptions.ts";

const SCRIPT = fileURLToPath(new URL("../../src/cli/rewards.ts", import.meta.url));
const SOLUTIONS = fileURLToPath(new URL("../data/solutions.jsonl", import.meta.url));

const TOKENS = '{"kind":"similarity","unit":"token"}';
/** Its tokenizer has the characters of relay problems alone. */
const POLICY = fileURLToPath(new URL("../experiment/policy", import.meta.url));

const NUMBERED = ["--parser", "numbered"];

/** Runs the command as a user does, in an empty folder. */
async function rewards(...args: string[]) {
  const dir = await Deno.makeTempDir();
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", SCRIPT, ...args],
      cwd: dir,
    }).output();
    const text = (bytes: Uint8Array<ArrayBuffer>) => new TextDecoder().decode(bytes);
    const files: Record<string, Uint8Array> = {};
    await collect(dir, "", files);
    return { code, stdout: text(stdout), stderr: text(stderr), files };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function collect(dir: string, under: string, files: Record<string, Uint8Array>) {
  for await (const { name, isDirectory } of Deno.readDir(`${dir}/${under}`)) {
    const path = `${under}${name}`;
    if (isDirectory) await collect(dir, `${path}/`, files);
    else files[path] = await Deno.readFile(`${dir}/${path}`);
  }
}

Deno.test("rewards prints the table and writes the plot and every score", async () => {
  const { code, stdout, stderr, files } = await rewards(SOLUTIONS, ...NUMBERED);
  // Progress is told where the machine is slow.
  assertEquals([code, stderr.replaceAll(/^scored \d+ of \d+\n/gm, "")], [0, ""]);
  assertStringIncludes(stdout, "solutions.jsonl: mean scores of all 5 steps\n");
  assertMatch(stdout, /\nsimilarity +1\.00 .*\nsimilarity autojunk=off +1\.00 /);
  for (const line of stdout.split("\n")) assertLessOrEqual(line.length, 100);
  const folder = "results/rewards/solutions";
  assertEquals(
    Object.keys(files).sort(),
    ["landscape.png", "landscape.svg", "scores.csv"].map((name) => `${folder}/${name}`),
  );
  const lines = new TextDecoder().decode(files[`${folder}/scores.csv`]).trimEnd().split("\n");
  const copies = lines.filter((line) => /^bleu,copy,/.test(line));
  assertEquals(copies.length, 5);
  for (const line of copies) assertMatch(line, /,1,$/);
});

Deno.test("rewards makes what --reward, --steps, --seed, --mapping, --parser, --out and --json ask for", async () => {
  const ask = (...more: string[]) =>
    rewards(SOLUTIONS, "--reward", "levenshtein", "--out", "here", "--json", ...NUMBERED, ...more);
  const { code, stdout, files } = await ask("--steps", "2", "--seed", "4");
  const table = JSON.parse(stdout);
  assertEquals([code, table.steps, table.of, table.seed], [0, 2, 5, 4]);
  assertEquals(table.rewards.map(({ name }: { name: string }) => name), ["levenshtein"]);
  assertEquals(table.cells.length, CORRUPTIONS.length);
  assertEquals(Object.keys(files).every((path) => path.startsWith("here/")), true);
  const again = await ask("--steps", "2", "--seed", "4");
  assertEquals([again.stdout, again.files], [stdout, files]);
  const other = await ask("--seed", "5", "--parser", "plain-numbered");
  assertEquals(JSON.parse(other.stdout).of > 5, true);
  assertMatch((await ask("--mapping", "gsm8k")).stderr, /^error: .*field "answer" is missing/);
  assertEquals((await ask("--seed", "5")).stdout === (await ask("--seed", "6")).stdout, false);
});

Deno.test("rewards exits with 2 and one line on stderr, and writes nothing, when the input is bad", async () => {
  const cases: [string[], string][] = [
    [["missing.jsonl"], "error: missing.jsonl: cannot be read: there is no such file\n"],
    [[SOLUTIONS, "--reward", "blue"], 'error: --reward: found "blue"'],
    [[SOLUTIONS, "--reward", "length"], 'error: --reward: found "length"; that kind needs an obj'],
    [
      [SOLUTIONS, ...NUMBERED, "--reward", "bleu", "--reward", "answer"],
      "error: --reward answer: ",
    ],
    [
      [SOLUTIONS, ...NUMBERED, "--reward", "patch"],
      "error: --reward patch: none of the 5 steps can",
    ],
    [
      [SOLUTIONS, ...NUMBERED, "--reward", TOKENS],
      "error: --reward similarity unit=token: needs a",
    ],
    [
      [SOLUTIONS, ...NUMBERED, "--reward", TOKENS, "--tokenizer", POLICY],
      `error: --tokenizer ${POLICY}: halves#1: text: expected characters of the alphabet, f`,
    ],
    [[SOLUTIONS, "--tokenizer", POLICY], "error: --tokenizer: expected none without a --reward"],
    [[SOLUTIONS, "--steps", "0"], 'error: --steps: found "0"; expected a whole number from 1\n'],
    [[SOLUTIONS, "--seed", "x"], 'error: --seed: found "x"; expected a whole number from 0\n'],
    [[], "error: missing required argument 'source'\n"],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr, files } = await rewards(...args);
    assertEquals([code, stdout, stderr.slice(0, message.length)], [2, "", message]);
    assertEquals([stderr.split("\n").length, Object.keys(files)], [2, []], stderr);
  }
});

Deno.test("rewards ends soon, and in peace, though a reward is stuck in an endless loop", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      file,
      `export default ({ action }, { target }) => {
         console.log("printed");
         if (action === target) for (;;);
         return { value: 0.5, parts: {} };
       };`,
    );
    const reward = JSON.stringify({ kind: "module", file });
    const begun = performance.now();
    const { code, stdout, stderr, files } = await rewards(
      ...[SOLUTIONS, ...NUMBERED, "--steps", "1", "--reward", reward],
    );
    assertEquals(code, 0, stderr);
    assertMatch(stderr, /printed/);
    assertEquals(stdout.includes("printed"), false);
    const scores = new TextDecoder().decode(files["results/rewards/solutions/scores.csv"]);
    assertMatch(scores, /,copy,.*timeout: no score after 5000 ms/);
    assertMatch(scores, /,half,.*,0\.5/);
    // One deadline of 5 s, two starts, and what the command does anyway.
    assertLess(performance.now() - begun, 30_000);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("rewards scores tokens by --tokenizer", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const vocab = new Map(BYTE_CHARACTERS.map((text, id) => [text, id]));
    const files = formatTokenizer({ vocab, merges: [] }, []);
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${dir}/${name}`, text);
    }
    const { code, stdout, stderr } = await rewards(
      ...[SOLUTIONS, ...NUMBERED, "--reward", TOKENS, "--reward", "similarity", "--json"],
      ...["--tokenizer", dir],
    );
    assertEquals([code, stderr], [0, ""]);
    const { cells, failures } = JSON.parse(stdout);
    assertEquals(failures, []);
    // A token a byte: the same as by characters, in texts of ASCII.
    const spreads = (name: string) =>
      cells.filter(({ reward }: { reward: string }) => reward === name)
        .map(({ spread }: { spread: unknown }) => spread);
    assertEquals(spreads("similarity unit=token"), spreads("similarity"));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("rewards prints the table and exits with 2 when a reward failed on every step", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, 'export default () => { throw new Error("no luck"); };');
    const reward = JSON.stringify({ kind: "module", file });
    const asked = ["--reward", "bleu", "--reward", reward];
    const { code, stdout, stderr } = await rewards(SOLUTIONS, ...NUMBERED, ...asked);
    assertEquals(code, 2);
    assertMatch(stdout, /\nbleu +1\.00 /);
    assertMatch(
      stderr,
      /^error: --reward module file=.*: found no score, 49 failures; .*no luck\n$/,
    );
  } finally {
    await Deno.remove(file);
  }
});
