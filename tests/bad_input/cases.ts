/** @file Bad experiment files and bad data files: what is wrong, and what the one error must say. */
import type { Parts } from "./refusal.ts";

/** One bad input. */
export interface BadInput {
  /** What is wrong. */
  readonly title: string;
  /** The whole experiment file; null for none. Without it, {@link parts} make one. */
  readonly text?: string | null;
  /** What of a right experiment is changed. */
  readonly parts?: Partial<Parts>;
  /** Files beside it. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Where: file and line, or field. */
  readonly where: string;
  /** What was found there. */
  readonly found: string;
  /** What was expected, or how to mend it. */
  readonly expected: string;
}

const srl = (more: string) =>
  `{ srl: [{ kind: "srl", updates: 6, learningRate: 3e-4, maxTokens: 24, ${more} }] }`;
const sft = (more: string) => `{ sft: [{ kind: "sft", learningRate: 1e-3, ${more} }] }`;
const rows = (more = "") => `{ file: "DIR/solutions.jsonl", validation: 0, ${more} }`;
const file = (content: string | Uint8Array) => ({ "solutions.jsonl": content });

/** A row of expert solutions. */
const row = (id: string, question = "x/2 = 3?", more: object = {}) =>
  `${
    JSON.stringify({
      id,
      question,
      solution: "1. **Double** x = 6\n\n2. **Answer** \\boxed{6}",
      ...more,
    })
  }\n`;

/** A stage of a kind with one field as it must not be. */
const field = (
  title: string,
  key: string,
  text: string,
  found: string,
  expected: string,
  at = key,
): BadInput => ({
  title,
  parts: { arms: srl(`${key}: ${text}`) },
  where: `arms.srl[0].${at}`,
  found,
  expected,
});

const FILES: readonly BadInput[] = [
  {
    title: "no file",
    text: null,
    files: { "bda.ts": "" },
    where: "DIR/bad.ts",
    found: "no such file",
    expected: "did you mean DIR/bda.ts?",
  },
  {
    title: "an empty file",
    text: "",
    where: "DIR/bad.ts",
    found: "no default export",
    expected: "export default experiment({…})",
  },
  {
    title: "a syntax error",
    text: "export default {\n  a: ,\n};",
    where: "DIR/bad.ts:2:",
    found: "SyntaxError",
    expected: "Expression expected",
  },
  {
    title: "a file that throws",
    text: '\n\nthrow new RangeError("too far");',
    where: "DIR/bad.ts:3:7",
    found: "RangeError: too far",
    expected: "threw when it was imported",
  },
  {
    title: "a file that throws a text",
    text: 'throw "no";',
    where: "DIR/bad.ts",
    found: '"no"',
    expected: "threw when it was imported",
  },
  {
    title: "a file that throws a book",
    text: 'throw new Error("line\\n".repeat(1000) + "x".repeat(1e6));',
    where: "DIR/bad.ts:1:7",
    found: "Error: line",
    expected: "and 991 more lines",
  },
  {
    title: "an import of nothing",
    text: 'import "./nothing.ts";',
    where: "DIR/bad.ts:1:8",
    found: "Module not found",
    expected: "DIR/nothing.ts",
  },
  {
    title: "a plain object",
    text: 'export default { name: "x" };',
    where: "DIR/bad.ts",
    found: '{"name":"x"}',
    expected: "expected what experiment({…}) returns",
  },
  {
    title: "a function",
    text: "export default () => 1;",
    where: "DIR/bad.ts",
    found: "a function",
    expected: "expected what experiment({…}) returns",
  },
  {
    title: "a name that steers the terminal",
    text: 'throw new Error("\\x1b[2J\\x1b]0;owned\\x07");',
    where: "DIR/bad.ts:1:7",
    found: "Error:",
    expected: "threw when it was imported",
  },
];

const DECLARATIONS: readonly BadInput[] = [
  {
    title: "a misspelt key",
    parts: { more: "evalution: 1," },
    where: "evalution",
    found: "found 1",
    expected: "did you mean `evaluation`?",
  },
  {
    title: "an unknown key",
    parts: { more: "zebra: 1," },
    where: "zebra",
    found: "found 1",
    expected: "valid keys: name",
  },
  {
    title: "a name that leaves the folder",
    parts: { name: '"../x"' },
    where: "name",
    found: '"../x"',
    expected: "it names a folder",
  },
  {
    title: "a name that is a number",
    parts: { name: "7" },
    where: "name",
    found: "7",
    expected: "expected a name",
  },
  {
    title: "no question",
    parts: { question: '""' },
    where: "question",
    found: '""',
    expected: "expected a sentence",
  },
  {
    title: "no policies",
    parts: { policy: "{}" },
    where: "policy",
    found: "{}",
    expected: "expected at least one policy",
  },
  {
    title: "a policy that is a list",
    parts: { policy: "[]" },
    where: "policy",
    found: "[]",
    expected: "an object of policies by size",
  },
  {
    title: "a policy to initialise without a shape",
    parts: { policy: "{ small: { init: {} } }" },
    where: "policy.small.init.hidden_size",
    found: "missing",
    expected: "expected",
  },
  {
    title: "no arms",
    parts: { arms: "{}" },
    where: "arms",
    found: "{}",
    expected: "expected at least one arm",
  },
  {
    title: "arms that are a list",
    parts: { arms: "[]" },
    where: "arms",
    found: "[]",
    expected: "an object of stage lists by name",
  },
  {
    title: "an arm that is no list",
    parts: { arms: "{ srl: 3 }" },
    where: "arms.srl",
    found: "3",
    expected: "expected a list of stages",
  },
  {
    title: "two equal arms",
    parts: {
      arms:
        `{ a: [{ kind: "sft", learningRate: 1e-3 }], b: [{ learningRate: [0.001], kind: "sft" }] }`,
    },
    where: "arms.b",
    found: "the same chain as arms.a",
    expected: "expected arms that differ",
  },
  {
    title: "a stage of no kind",
    parts: { arms: `{ a: [{ kind: "slr" }] }` },
    where: "arms.a[0]",
    found: '{"kind":"slr"}',
    expected: "expected a stage: sft({…}), srl({…}), rlvr({…}) or r3({…})",
  },
  {
    title: "a misspelt option",
    parts: { arms: srl("updatse: 3") },
    where: "arms.srl[0].updatse",
    found: "found 3",
    expected: "unknown key",
  },
  field(
    "a negative number of updates",
    "updates",
    "-1",
    "-1",
    "a whole number of updates, at least 1",
  ),
  field(
    "updates that are not a number",
    "updates",
    "NaN",
    "NaN",
    "a whole number of updates, at least 1",
  ),
  field(
    "updates that JSON cannot hold",
    "updates",
    "10n",
    "bigint",
    "a whole number of updates, at least 1",
  ),
  field(
    "a fraction of an update",
    "updates",
    "1.5",
    "1.5",
    "a whole number of updates, at least 1",
  ),
  field(
    "a learning rate that is a text",
    "learningRate",
    '"fast"',
    '"fast"',
    "a learning rate above 0 and below 1",
  ),
  field("a learning rate of 0", "learningRate", "0", "0", "a learning rate above 0 and below 1"),
  field("one rollout", "rollouts", "1", "1", "at least 2"),
  field("temperature 0", "temperature", "0", "0", "a temperature above 0"),
  field("all and more of the probability", "topP", "2", "2", "expected"),
  field(
    "a clip range beyond 1",
    "clip",
    "{ low: 2 }",
    "2",
    "a number above 0 and below 1",
    "clip.low",
  ),
  field(
    "a clip range of another spelling",
    "clip",
    "{ hihg: 0.2 }",
    "0.2",
    "did you mean `high`?",
    "clip.hihg",
  ),
  field("a loss that does not exist", "loss", '"dappo"', '"dappo"', 'did you mean "dapo"?'),
  field("an estimator of nothing", "klEstimator", '"k3"', '"k3"', "expected none", "klEstimator"),
  field(
    "dynamic sampling that is only true",
    "dynamicSampling",
    "true",
    "true",
    "{ epsilon, maxRefills }",
  ),
  field("more warm-up than there is", "warmup", "2", "2", "a fraction of the updates, from 0 to 1"),
  field(
    "an adapter of rank 0",
    "lora",
    "{ rank: 0 }",
    "0",
    "a whole number, at least 1",
    "lora.rank",
  ),
  field(
    "an adapter of no projection",
    "lora",
    '{ rank: 2, targetModules: ["q_porj"] }',
    '"q_porj"',
    'did you mean "q_proj"?',
    "lora.targetModules[0]",
  ),
  field(
    "a reward that does not exist",
    "reward",
    '"similar"',
    '"similar"',
    'did you mean "similarity"?',
    "reward",
  ),
  field(
    "a reward's misspelt option",
    "reward",
    '{ kind: "similarity", autojnk: false }',
    "false",
    "did you mean `autojunk`?",
    "reward.autojnk",
  ),
  field(
    "a sum of nothing",
    "reward",
    '{ kind: "sum", of: [] }',
    "[]",
    "at least one { weight, reward }",
    "reward.of",
  ),
  field(
    "a reward that is a function",
    "reward",
    "() => 1",
    "a function",
    "expected a reward",
    "reward",
  ),
  field(
    "a reward in rewards in rewards",
    "reward",
    '{ kind: "min", of: [{ kind: "min", of: ["chfr"] }] }',
    '"chfr"',
    'did you mean "chrf"?',
    "reward.of[0].of[0]",
  ),
  field(
    "a granularity that does not exist",
    "granularity",
    '"sentense"',
    '"sentense"',
    'did you mean "sentence"?',
  ),
  field(
    "several steps that are one",
    "granularity",
    '{ kind: "steps", k: 1 }',
    "1",
    'at least 2; one step is "step"',
    "granularity.k",
  ),
  field("targets that do not exist", "targets", '"1..M"', '"1..M"', "1..N"),
  field(
    "a context of nothing",
    "context",
    "{ last: 0 }",
    "0",
    "a whole number of actions, at least 1",
    "context",
  ),
  {
    title: "no seeds",
    parts: { seeds: "[]" },
    where: "seeds",
    found: "[]",
    expected: "at least one seed",
  },
  {
    title: "a seed twice",
    parts: { seeds: "[1, 2, 1]" },
    where: "seeds",
    found: "[1,2,1]",
    expected: "expected each seed once",
  },
  {
    title: "a seed and a half",
    parts: { seeds: "[1.5]" },
    where: "seeds[0]",
    found: "1.5",
    expected: "expected",
  },
  {
    title: "no benchmarks",
    parts: { evaluation: "{ benchmarks: {} }" },
    where: "evaluation.benchmarks",
    found: "{}",
    expected: "at least one problem set",
  },
  {
    title: "nothing to measure",
    parts: {
      evaluation:
        `{ greedy: false, samples: 0, benchmarks: { easy: { domain: "relay", tier: "easy" } } }`,
    },
    where: "evaluation.samples",
    found: "0 with greedy false",
    expected: "expected samples, or greedy",
  },
  {
    title: "a benchmark of a tier that does not exist",
    parts: { evaluation: `{ benchmarks: { easy: { domain: "relay", tier: "esay" } } }` },
    where: "evaluation.benchmarks.easy.tier",
    found: '"esay"',
    expected: 'did you mean "easy"?',
  },
  {
    title: "a benchmark of the training problems",
    parts: { evaluation: `{ benchmarks: { easy: { domain: "relay", tier: "easy", seed: 1 } } }` },
    where: "evaluation.benchmarks.easy.seed",
    found: "the training data's seed",
    expected: "expected another",
  },
  {
    title: "no problems to train on",
    parts: { data: `{ domain: "relay", tier: "easy", train: 0 }` },
    where: "data.train",
    found: "0",
    expected: "at least 1",
  },
  {
    title: "data of no kind",
    parts: { data: "{}" },
    where: "data",
    found: "{}",
    expected: "expected relay({…})",
  },
  {
    title: "epochs and updates",
    parts: { arms: sft("epochs: 2, updates: 9") },
    where: "arms.sft[0].updates",
    found: "9 beside epochs",
    expected: "expected one of the two",
  },
  {
    title: "no memory",
    parts: { more: "memory: 0," },
    where: "memory",
    found: "0",
    expected: "a number of GiB above 0",
  },
  {
    title: "forty problems at once",
    parts: { more: Array.from({ length: 40 }, (_, i) => `key${i}: ${i},`).join(" ") },
    where: "key0",
    found: "40 problems",
    expected: "and 30 more",
  },
  {
    title: "a value of a megabyte",
    parts: { name: '"x".repeat(1e6)' },
    where: "name",
    found: "xxx",
    expected: "expected letters",
  },
];

const MODELS: readonly BadInput[] = [
  {
    title: "no checkpoint",
    parts: { policy: '{ small: "DIR/none" }' },
    where: "policy.small",
    found: "DIR/none",
    expected: "there is no such folder",
  },
  {
    title: "a checkpoint without config.json",
    parts: { policy: '{ small: "DIR/p" }' },
    files: { "p/model.safetensors": "" },
    where: "policy.small",
    found: "DIR/p has no config.json",
    expected: "expected a Hugging Face checkpoint",
  },
  {
    title: "a checkpoint without weights",
    parts: { policy: '{ small: "DIR/p" }' },
    files: { "p/config.json": "{}" },
    where: "policy.small",
    found: "DIR/p has no weights",
    expected: "expected a Hugging Face checkpoint",
  },
  {
    title: "a checkpoint whose config is cut off",
    parts: { policy: '{ small: "DIR/p" }' },
    files: { "p/config.json": '{"layers": 1,', "p/model.safetensors": "x" },
    where: "DIR/p/config.json",
    found: "position 13",
    expected: "expected JSON",
  },
  {
    title: "a checkpoint of another architecture",
    parts: { policy: '{ small: "DIR/p" }' },
    files: { "p/config.json": '{"model_type": "mamba"}', "p/model.safetensors": "x" },
    where: "DIR/p/config.json: model_type",
    found: '"mamba"',
    expected: "expected",
  },
  {
    title: "a reward module that is not there",
    parts: { arms: srl('reward: { kind: "module", file: "DIR/mine.ts" }') },
    where: "arms.srl[0].reward.file",
    found: "DIR/mine.ts",
    expected: "there is no such file",
  },
  {
    title: "a sentence encoder that is not there",
    parts: { arms: srl('reward: { kind: "embedding", model: "DIR/minilm" }') },
    where: "arms.srl[0].reward.model",
    found: "DIR/minilm",
    expected: "tokenizer.json",
  },
  {
    title: "less memory than a stage takes",
    parts: { more: "memory: 0.125," },
    where: "memory",
    found: "found 0.13 GiB",
    expected: "expected at least",
  },
  {
    title: "a context shorter than the prompts",
    parts: {
      policy:
        "{ small: { init: { hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 1, intermediate_size: 16, max_position_embeddings: 40 } } }",
    },
    where: "policy.small.init.max_position_embeddings",
    found: "found 40",
    expected: "expected at least",
  },
];

/** What a file of solutions must not hold. */
const data = (
  title: string,
  content: string | Uint8Array,
  where: string,
  found: string,
  expected: string,
  more = "",
): BadInput => ({
  title,
  parts: { data: rows(more) },
  files: file(content),
  where,
  found,
  expected,
});

const utf8 = (text: string) => new TextEncoder().encode(text);

const DATA: readonly BadInput[] = [
  {
    title: "no data file",
    parts: { data: rows() },
    where: "data.file",
    found: "DIR/solutions.jsonl",
    expected: "there is no such file",
  },
  {
    title: "a folder of data",
    parts: { data: rows() },
    files: { "solutions.jsonl/x": "" },
    where: "data.file",
    found: "DIR/solutions.jsonl",
    expected: "it is a folder",
  },
  data(
    "an empty data file",
    "",
    "solutions.jsonl",
    "the file has no rows",
    "expected at least one",
  ),
  data(
    "a data file of blank lines",
    "\n\n\n",
    "solutions.jsonl",
    "the file has no rows",
    "expected at least one",
  ),
  data(
    "a line that is cut off",
    `${row("p1")}{"id": "p2", "question":\n`,
    "solutions.jsonl:2",
    "Unexpected end of JSON input",
    "not valid JSON",
  ),
  data("a line that is no JSON", "hello\n", "solutions.jsonl:1", "hello", "not valid JSON"),
  data(
    "bytes that are no text",
    new Uint8Array([...utf8(row("p1")), 0x22, 0xff, 0xfe, 0x22, 10]),
    "solutions.jsonl:2",
    "not valid",
    "UTF-8",
  ),
  data("a row that is a list", "[1]\n", "solutions.jsonl:1", "array", "expected"),
  data("a row that is null", "null\n", "solutions.jsonl:1", "null", "expected"),
  data(
    "a row without its solution",
    '{"question": "x/2 = 3?"}\n',
    "solutions.jsonl:1",
    '"solution" (or "steps") is missing',
    'the row has "question"',
  ),
  data(
    "a question that is a number",
    '{"question": 3, "solution": "1. x"}\n',
    "solutions.jsonl:1",
    "the number 3",
    "expected string",
  ),
  data(
    "an id twice",
    row("p1") + row("p1", "y?"),
    "solutions.jsonl:2",
    '"p1"',
    "is the id of line 1 already",
  ),
  data(
    "solutions without steps",
    JSON.stringify({ question: "?", solution: "six" }) + "\n",
    "solutions.jsonl",
    "none of 1 rows can be used",
    "no line begins with a step numbered 1",
  ),
  data(
    "more problems held out than there are",
    row("p1"),
    "data.validation",
    "1",
    "some must be left to train on",
    "validation: 5",
  ),
  data(
    "a mapping that does not exist",
    row("p1"),
    "data.mapping",
    '"gsm8"',
    '"gsm8k"',
    'mapping: "gsm8"',
  ),
  data(
    "a parser that does not exist",
    row("p1"),
    "data.parser",
    '"numberd"',
    '"numbered"',
    'parser: "numberd"',
  ),
  data(
    "a parser module that is not there",
    row("p1"),
    "data.parser.module",
    "DIR/parse.ts",
    "there is no such file",
    'parser: { module: "DIR/parse.ts" }',
  ),
  {
    ...data(
      "a parser that is no function",
      row("p1"),
      "DIR/parse.ts",
      "number",
      "expected a function as default export",
      'parser: { module: "DIR/parse.ts" }',
    ),
    files: { ...file(row("p1")), "parse.ts": "export default 3;" },
  },
  {
    ...data(
      "a parser that throws",
      row("p1"),
      "DIR/parse.ts",
      "Error: no",
      "threw",
      'parser: { module: "DIR/parse.ts" }',
    ),
    files: { ...file(row("p1")), "parse.ts": 'export default () => { throw new Error("no"); };' },
  },
  data(
    "a line of nested lists",
    `${"[".repeat(1e5)}\n`,
    "solutions.jsonl:1",
    "Unexpected end of JSON input",
    "not valid JSON",
  ),
  data(
    "a line of a megabyte",
    `${"x".repeat(2 ** 20)}\n`,
    "solutions.jsonl:1",
    "Unexpected token 'x'",
    "not valid JSON",
  ),
  {
    title: "Parquet that is not",
    parts: { data: '{ file: "DIR/rows.parquet" }' },
    files: { "rows.parquet": "hello, world" },
    where: "rows.parquet",
    found: "not a Parquet file",
    expected: "expected PAR1 at its beginning",
  },
  {
    title: "Parquet that is cut off",
    parts: { data: '{ file: "DIR/rows.parquet" }' },
    files: { "rows.parquet": "PAR1 and no more" },
    where: "rows.parquet",
    found: "cut off",
    expected: "its end is missing",
  },
  {
    title: "no rows in the file itself",
    parts: { data: "{ rows: [] }" },
    where: "data.rows",
    found: "[]",
    expected: "at least one row",
  },
  {
    title: "a benchmark that is the training file",
    parts: { data: rows(), evaluation: '{ benchmarks: { b: { file: "DIR/solutions.jsonl" } } }' },
    files: file(row("p1")),
    where: "evaluation.benchmarks.b.file",
    found: "the training data's file",
    expected: "problems that are not trained on",
  },
  {
    title: "a benchmark that is a copy of the training file",
    parts: { data: rows(), evaluation: '{ benchmarks: { b: { file: "DIR/copy.jsonl" } } }' },
    files: { ...file(row("p1")), "copy.jsonl": row("p1") },
    where: "evaluation.benchmarks.b.file",
    found: "the same content as the training data's",
    expected: "problems that are not trained on",
  },
  {
    title: "a benchmark without answers",
    parts: { evaluation: '{ benchmarks: { b: { file: "DIR/b.jsonl" } } }' },
    files: { "b.jsonl": '{"question": "x?"}\n' },
    where: "DIR/b.jsonl",
    found: "none of 1 rows can be used",
    expected: "there is no answer to check a completion by",
  },
  {
    title: "a template with a wrong slot",
    parts: { data: rows(), more: 'prompts: { step: "DIR/mine.md" },' },
    files: { ...file(row("p1")), "mine.md": "{{problem}}\n\n{{step}}\n" },
    where: "mine.md:3",
    found: "unknown slot {{step}}",
    expected: "did you mean {{steps}}?",
  },
  {
    title: "a template without its slot",
    parts: { data: rows(), more: 'prompts: { step: "DIR/mine.md" },' },
    files: { ...file(row("p1")), "mine.md": "Go on.\n" },
    where: "mine.md",
    found: "found none of this name",
    expected: "expected the slot",
  },
  {
    title: "a template that is not there",
    parts: { data: rows(), more: 'prompts: { step: "DIR/mine.md" },' },
    files: file(row("p1")),
    where: "prompts.step",
    found: "DIR/mine.md",
    expected: "there is no such file",
  },
  {
    title: "a template for problems that have none",
    parts: { more: 'prompts: { step: "DIR/mine.md" },' },
    where: "prompts.step",
    found: "DIR/mine.md",
    expected: "expected none",
  },
  {
    title: "the key of a teacher that is not set",
    parts: {
      data: rows(
        'teacher: { baseUrl: "http://127.0.0.1:9/v1", model: "m", keyVariable: "NO_SUCH_KEY" }',
      ),
    },
    files: file(JSON.stringify({ question: "?", solution: "six", answer: "6" }) + "\n"),
    where: "teacher.keyVariable",
    found: "NO_SUCH_KEY",
    expected: "is not set",
  },
];

/** All of them. */
export const CASES: readonly BadInput[] = [...FILES, ...DECLARATIONS, ...MODELS, ...DATA];
