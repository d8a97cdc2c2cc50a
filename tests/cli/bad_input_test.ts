/** @file What a user gets wrong most: one clear error each, exit code 2, and nothing written. */
import { REWARD_KINDS } from "../../src/rewards/schema.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { POLICY } from "../experiment/declarations.ts";
import { Project } from "./project.ts";

/** An experiment, right but for what a case changes. */
const RIGHT = {
  policy: JSON.stringify(POLICY),
  data: `relay({ tier: "easy", train: 8, validation: 2 })`,
  stage: `srl({ updates: 6, learningRate: 3e-4, maxTokens: 24 })`,
};

/** Runs the command on an experiment; its exit code, what it says on stderr, and the names of what is there afterwards. */
async function run(changes: Partial<typeof RIGHT>, files: Record<string, string> = {}) {
  using project = new Project();
  const { policy, data, stage } = { ...RIGHT, ...changes };
  project.write(
    "bad.ts",
    `export default experiment({
       name: "bad", question: "Why?", policy: { small: ${policy} }, data: ${data},
       arms: { srl: [${stage}] },
       evaluation: { benchmarks: { easy: relay({ tier: "easy", problems: 2 }) } },
     });`,
  );
  for (const [name, text] of Object.entries(files)) {
    const path = `${project.dir}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
  const { code, err } = await project.run(["bad.ts"]);
  const given = new Set(["bad.ts", "five.ts", ...Object.keys(files).map((f) => f.split("/")[0]!)]);
  return { code, err, written: project.names(".")!.filter((name) => !given.has(name)) };
}

/** Expects one error and nothing else; any number where the message has an N. */
async function refused(
  message: string,
  changes: Partial<typeof RIGHT>,
  files: Record<string, string> = {},
): Promise<void> {
  const { code, err, written } = await run(changes, files);
  const expected = `error: ${message}\n`;
  const numbered = expected.includes("N") ? err.replaceAll(/\d+/g, "N") : err;
  const wanted = expected.includes("N") ? expected.replaceAll(/\d+/g, "N") : expected;
  assertEquals([code, numbered, written], [2, wanted, []]);
}

/** A row of a file of solutions. */
function row(id: string, question = "x/2 = 3?"): string {
  const solution = "1. **Double** x = 6\n\n2. **Answer** \\boxed{6}";
  return `${JSON.stringify({ id, question, solution })}\n`;
}

const FROM_FILE = { data: `{ file: "solutions.jsonl", validation: 0 }` };
const withRows = (text: string) => ({ "solutions.jsonl": text });

/** Random weights in a context of so many tokens. */
const init = (context: number) =>
  `{ init: { hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 1, intermediate_size: 16,
     max_position_embeddings: ${context} } }`;

Deno.test("experiment refuses a misspelt key with the name that was meant", async () => {
  await refused(
    'bad.ts:2:16: 1 problem in the experiment "bad"\n' +
      "  arms.srl[0].updatse: unknown key (found 6); did you mean `updates`?",
    { stage: "srl({ updatse: 6, learningRate: 3e-4 } as never)" },
  );
});

const REWARDS = REWARD_KINDS.map((kind) => JSON.stringify(kind)).join(" or ");

Deno.test("experiment refuses a reward that does not exist", async () => {
  await refused(
    'bad.ts:2:16: 1 problem in the experiment "bad"\n' +
      `  arms.srl[0].reward.kind: found "similar"; expected ${REWARDS}; did you mean "similarity"?`,
    { stage: `srl({ updates: 6, learningRate: 3e-4, reward: { kind: "similar" } as never })` },
  );
});

Deno.test("experiment refuses a data file that cannot be read, or has no rows", async () => {
  const cannot = "data.file: cannot read";
  await refused(`${cannot} solutions.jsonl: there is no such file`, FROM_FILE);
  await refused(`${cannot} .: it is a folder`, { data: `{ file: "." }` });
  await refused(
    "solutions.jsonl: the file has no rows; expected at least one",
    FROM_FILE,
    withRows(""),
  );
});

Deno.test("experiment refuses a malformed line of data with its number", async () => {
  await refused(
    "solutions.jsonl:2: not valid JSON: Unexpected end of JSON input",
    FROM_FILE,
    withRows(`${row("p1")}{"id": "p2", "question":\n`),
  );
  await refused(
    'solutions.jsonl:1: field "solution" (or "steps") is missing; the row has "question"',
    FROM_FILE,
    withRows('{"question": "x/2 = 3?"}\n'),
  );
});

Deno.test("experiment refuses prompts longer than the context, and says what would be enough", async () => {
  const field = "policy.small.init.max_position_embeddings";
  await refused(
    `${field}: found 40; expected at least N: ` +
      "relay-easy-validation-1-1 has a prompt of N tokens, and its budget in validation is N",
    { policy: init(40) },
  );
  await refused(
    `${field}: found 256; expected at least N: ` +
      "p2#2 has a prompt of N tokens, and arms.srl[0].maxTokens is 24; " +
      "N of N prompts do not fit, at most N % may be dropped",
    { ...FROM_FILE, policy: init(256) },
    withRows(row("p1") + row("p2", "Is it far? ".repeat(99))),
  );
});

Deno.test("experiment refuses a template with a wrong slot, naming file and line", async () => {
  await refused(
    "mine.md:3: unknown slot {{step}}; did you mean {{steps}}?",
    { ...FROM_FILE, data: `${FROM_FILE.data}, prompts: { step: "mine.md" }` },
    { ...withRows(row("p1")), "mine.md": "{{problem}}\n\n{{step}}\n" },
  );
});

Deno.test("experiment refuses a checkpoint that is missing or broken", async () => {
  await refused("policy.small: cannot read no/policy: there is no such folder", {
    policy: '"no/policy"',
  });
  await refused("policy.small: p has no config.json; expected a Hugging Face checkpoint", {
    policy: '"p"',
  }, { "p/model.safetensors": "" });
  const weights = { "p/model.safetensors": "not read" };
  await refused(
    "p/config.json: expected JSON: Expected double-quoted property name in JSON at position 13 " +
      "(line 1 column 14)",
    { policy: '"p"' },
    { ...weights, "p/config.json": '{"layers": 1,' },
  );
  const config = JSON.parse(await Deno.readTextFile(`${POLICY}/config.json`));
  await refused(
    'p/config.json: hidden_size: expected a positive integer, found "wide"',
    { policy: '"p"' },
    { ...weights, "p/config.json": JSON.stringify({ ...config, hidden_size: "wide" }) },
  );
});

Deno.test("a run that needs more memory than is declared is refused with the arithmetic", async () => {
  using project = new Project();
  project.write(
    "bad.ts",
    `export default experiment({
       name: "bad", question: "Why?", policy: { small: ${RIGHT.policy} }, data: ${RIGHT.data},
       arms: { srl: [${RIGHT.stage}] }, memory: 0.125,
       evaluation: { benchmarks: { easy: relay({ tier: "easy", problems: 2 }) } },
     });`,
  );
  const { code, err, out } = await project.run(["bad.ts", "--jobs", "1"]);
  assertEquals([code, out], [2, "bad.ts\n"]);
  const lines = err.trimEnd().split("\n");
  assertMatch(
    lines[0]!,
    /^error: memory: found 0\.13 GiB; expected at least \d+\.\d\d GiB; the largest, srl, small, seed 1:$/,
  );
  // The eight largest parts, and the others on one line.
  assertEquals(lines.length, 12);
  assertEquals(lines.slice(1, -2).map((line) => line.trim().split("  ")[0]), [
    ...["process", "weights", "gradients", "optimiser", "KV cache", "activations"],
    ...["logits", "decoding logits", "others"],
  ]);
  assertMatch(lines.at(-2)!, /^ {2}together +\d+\.\d\d GiB$/);
  assertEquals(project.names(".")!.filter((name) => name.startsWith(".")), []);
});
