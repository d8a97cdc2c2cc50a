/** @file Bad experiment files and data files: exit code 2, one short error that says where, what and what was expected, nothing written. */
import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { experiment } from "../../src/experiment/experiment.ts";
import { random } from "../experiment/declarations.ts";
import { randomDeclaration } from "../experiment/spelling.ts";
import { type BadInput, CASES } from "./cases.ts";
import { BadProject, experimentText } from "./refusal.ts";

/** Lines that an error may have, and characters that a line may. */
const MOST = { lines: 12, characters: 1000 };

const textOf = ({ text, parts }: BadInput) =>
  text === undefined ? experimentText(parts ?? {}) : text;

/** What must hold of every refusal. */
function checkMessage(message: string, { where, found, expected }: BadInput): void {
  const lines = message.split("\n");
  assertEquals(message.startsWith("error: "), true, message);
  assertEquals(lines.length <= MOST.lines, true, message);
  assertEquals(lines.every((line) => line.length <= MOST.characters), true, message);
  // Neither a second error, nor a stack, nor what could steer a terminal.
  assertEquals(lines.slice(1).some((line) => /^(error:|\s+at )/.test(line)), false, message);
  // deno-lint-ignore no-control-regex
  assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(message), false, message);
  for (const part of [where, found, expected]) {
    assertNotEquals(part, "");
    assertStringIncludes(message, part);
  }
}

for (const bad of CASES) {
  Deno.test(`experiment refuses ${bad.title}`, async () => {
    await using project = new BadProject();
    await project.fill(textOf(bad), bad.files);
    const { exitCode, message, touched } = await project.refusal();
    assertEquals([exitCode, touched], [2, []], message);
    checkMessage(message, bad);
  });
}

Deno.test("there are at least sixty bad inputs, of different titles", () => {
  assertEquals(CASES.length >= 60, true);
  assertEquals(new Set(CASES.map(({ title }) => title)).size, CASES.length);
});

/** Through the command itself, in a process of its own: one of each sort. */
const THROUGH_CLI = [
  "a syntax error",
  "forty problems at once",
  "less memory than a stage takes",
  "a line that is cut off",
  "a checkpoint of another architecture",
];

for (const title of THROUGH_CLI) {
  Deno.test(`deno task experiment ends with 2 for ${title}`, async () => {
    const bad = CASES.find((bad) => bad.title === title)!;
    await using project = new BadProject();
    await project.fill(textOf(bad), bad.files);
    const before = await project.snapshot();
    const script = new URL("../../src/cli/experiment.ts", import.meta.url).href;
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "-q", "--no-check", "--config", config, script, "bad.ts", "--jobs", "1"],
      cwd: project.dir,
      env: { NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const message = text(stderr).trimEnd().replaceAll(project.dir, "DIR");
    assertEquals([code, text(stdout)], [2, "bad.ts\n"], message);
    const where = bad.where.replace(/^DIR\/bad/, "bad");
    checkMessage(message, { ...bad, where });
    assertEquals(project.changed(before, await project.snapshot()), []);
  });
}

/** What a key may hold that nobody foresaw. */
function hostileValues(): unknown[] {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  let deep: unknown = 1;
  for (let i = 0; i < 2000; i++) deep = [deep];
  return [
    ...[
      null,
      undefined,
      NaN,
      Infinity,
      -1,
      0,
      1e300,
      10n,
      "",
      "x",
      "x".repeat(1e5),
      "\ud800",
      true,
    ],
    ...[[], {}, [null], [[]], () => 1, Symbol("s"), new Date(0), new Map(), /x/, cyclic, deep],
    Object.create(null),
    JSON.parse('{"__proto__": {"kind": "srl"}, "constructor": 1}'),
  ];
}

/** Every way to put a value in the place of one part of plain data. */
function* replaced(root: unknown, value: unknown): Generator<unknown> {
  yield value;
  if (Array.isArray(root)) {
    for (const [i, item] of root.entries()) {
      for (const made of replaced(item, value)) yield root.with(i, made);
    }
  } else if (typeof root === "object" && root !== null) {
    for (const [key, item] of Object.entries(root)) {
      for (const made of replaced(item, value)) yield { ...root, [key]: made };
    }
  }
}

Deno.test("experiment() answers any value in any place with an experiment or one short InputError", () => {
  const next = random(9);
  let refused = 0;
  const right = randomDeclaration(next, "p");
  for (const value of hostileValues()) {
    for (const wrong of replaced(right, value)) {
      try {
        experiment(wrong as never);
      } catch (error) {
        refused++;
        if (!(error instanceof InputError)) throw error;
        const lines = error.message.split("\n");
        assertEquals(lines.length <= MOST.lines, true, error.message);
        const long = lines.find((line) => line.length > MOST.characters);
        assertEquals(long, undefined);
      }
    }
  }
  assertEquals(refused > 1000, true);
});
