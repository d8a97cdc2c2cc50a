import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { relay } from "../../../src/experiment/data.ts";
import { rlvr } from "../../../src/experiment/rlvr.ts";
import { type ExperimentDeclaration, resolve } from "../../../src/experiment/schema.ts";
import { sft } from "../../../src/experiment/sft.ts";
import { srl } from "../../../src/experiment/srl.ts";
import type { RewardDeclaration } from "../../../src/rewards/declaration.ts";
import { patch } from "../../../src/rewards/patch.ts";
import { similarity } from "../../../src/rewards/similarity.ts";
import { toolCall } from "../../../src/rewards/tool_call.ts";
import { checkContext } from "../../../src/trainers/embedded/check_context.ts";
import { POLICY } from "../../experiment/declarations.ts";
import { chatFolder, folder, INIT } from "./runs.ts";

const GRPO = { updates: 1, learningRate: 1e-3 };
const EASY = { easy: relay({ tier: "easy", problems: 5 }) };

/** Checks a declaration that is right but for its lengths. */
async function check(
  changes: Partial<ExperimentDeclaration>,
  context = 160,
): Promise<readonly string[]> {
  const result = resolve({
    name: "context",
    question: "Does it fit?",
    policy: { tiny: { init: { ...INIT, max_position_embeddings: context } } },
    data: relay({ tier: "easy", train: 5, validation: 2 }),
    arms: { sft: [sft({ learningRate: 1e-3 })] },
    evaluation: { benchmarks: EASY },
    ...changes,
  });
  if (!("experiment" in result)) throw new Error(result.problems.join("\n"));
  return (await checkContext(result.experiment)).notes;
}

const arms = (...stages: ExperimentDeclaration["arms"][string]) => ({ arms: { "a → b": stages } });
/** Any number where the text has an N. */
const pattern = (text: string) =>
  new RegExp(`^${text.split(/\bN\b/).map(RegExp.escape).join("\\d+")}$`);

/** Expects the error's whole message, any number where it has an N. */
async function refused(
  message: string,
  changes: Partial<ExperimentDeclaration>,
  context?: number,
): Promise<void> {
  const error = await assertRejects(() => check(changes, context), InputError);
  if (!pattern(message).test(error.message)) {
    throw new Error(`${error.message}\nis not\n${message}`);
  }
}

/** A file of one problem, p1. */
async function solutions(solution: string, problem = "x/2 = 3?"): Promise<string> {
  const file = `${folder()}/solutions.jsonl`;
  await Deno.writeTextFile(file, JSON.stringify({ id: "p1", problem, solution }));
  return file;
}

Deno.test("checkContext() accepts an experiment whose prompts and completions fit", async () => {
  await check({
    arms: {
      sft: [sft({ learningRate: 1e-3, target: "solution" })],
      srl: [srl({ ...GRPO, maxTokens: 64 }), rlvr(GRPO)],
    },
  });
});

Deno.test("checkContext() names the field, the number that is enough, and the longest prompt", async () => {
  const found = "policy.tiny.init.max_position_embeddings: found 160; expected at least N: ";
  await refused(
    found +
      'relay-easy-train-1-N#N has a prompt of N tokens, and arms["a → b"][1].maxTokens is 140',
    arms(rlvr(GRPO), srl({ ...GRPO, maxTokens: 140 })),
  );
  await refused(
    found +
      'relay-easy-train-1-N#N has a prompt of N tokens, and arms["a → b"][0].maxTokens is 140',
    { ...arms(srl({ ...GRPO, maxTokens: 140 })), data: relay({ tier: "easy", validation: 2 }) },
  );
  await refused(
    found + "relay-hard-train-1-N has a prompt of N tokens, and its completion in arms.sft[0] is N",
    {
      arms: { sft: [sft({ learningRate: 1e-3, target: "solution" })] },
      data: relay({ tier: "hard", train: 9, validation: 0 }),
    },
  );
});

Deno.test("checkContext() measures held-out problems and benchmarks too", async () => {
  const hard = { hard: relay({ tier: "hard", problems: 2 }) };
  const found = "policy.tiny.init.max_position_embeddings: found N; expected at least N: ";
  await refused(
    found + "relay-hard-benchmark-1001-N has a prompt of N tokens, " +
      "and its budget in evaluation.benchmarks.hard is N",
    { evaluation: { benchmarks: hard } },
  );
  await refused(
    found + "relay-easy-benchmark-1001-N has a prompt of N tokens, and evaluation.maxTokens is 150",
    { evaluation: { benchmarks: EASY, maxTokens: 150 } },
  );
  // The outlines that are trained on fit, whole thought-out solutions do not.
  const data = relay({ tier: "hard", train: 1, validation: 1 });
  await refused(
    found + "relay-hard-validation-1-0 has a prompt of N tokens, and its budget in validation is N",
    { data },
    240,
  );
  // What is trained on nowhere is not validated either.
  await check({ data, policy: { base: POLICY }, arms: { base: [] } });
});

Deno.test("checkContext() measures micro-batches as the stages do", async () => {
  const found = 'arms["a → b"][0].microBatchTokens: found 60; expected at least N: ';
  await refused(
    found + 'relay-easy-train-1-N has a prompt of N tokens, and arms["a → b"][0].maxTokens is 50',
    arms(rlvr({ ...GRPO, maxTokens: 50, microBatchTokens: 60 })),
  );
  await refused(
    'arms["a → b"][0].microBatchTokens: found 30; expected at least N: ' +
      'relay-easy-train-1-N has a prompt of N tokens, and its completion in arms["a → b"][0] is N',
    {
      ...arms(sft({ learningRate: 1e-3, microBatchTokens: 30 })),
      data: relay({ tier: "easy", train: 5, validation: 0 }),
    },
  );
});

/** A file of ten problems, of which some are long. */
async function mixed(long: number): Promise<string> {
  const file = `${folder()}/mixed.jsonl`;
  const solution = "1. **Double** x = 6\n\n2. **Answer** \\boxed{6}";
  const rows = Array.from({ length: 10 }, (_, i) => {
    const more = i < long
      ? Array.from({ length: 900 }, (_, w) => ` ${(w * 7919) % 997}`).join("")
      : "";
    return JSON.stringify({ id: `p${i}`, problem: `x/${i} = 3?${more}`, solution });
  });
  await Deno.writeTextFile(file, rows.join("\n"));
  return file;
}

Deno.test("checkContext() drops what is too long in a file, stage by stage, and says so", async () => {
  const data = { file: await mixed(1), validation: 0 };
  const changes = { data, arms: { a: [srl(GRPO), sft({ learningRate: 1e-3 }), rlvr(GRPO)] } };
  const notes = await check(changes, 1000);
  const told = [
    "arms.a[0]: 2 prompts too long, dropped, the first p0#1: a prompt of N tokens and " +
    "arms.a[0].maxTokens N; policy.tiny.init.max_position_embeddings is N",
    "arms.a[1]: 1 prompt too long, dropped, the first p0: a prompt of N tokens and " +
    "its completion in arms.a[1] N; policy.tiny.init.max_position_embeddings is N",
    "arms.a[2]: 1 prompt too long, dropped, the first p0: a prompt of N tokens and " +
    "arms.a[2].maxTokens N; policy.tiny.init.max_position_embeddings is N",
  ];
  assertEquals(notes.length, 4);
  told.forEach((line, i) => {
    const found = notes[i + 1]!;
    assertEquals(pattern(`policy.tiny, ${line}`).test(found), true, found);
  });
  // In a context that is long enough, nothing is.
  assertEquals((await check(changes, 9000)).length, 1);
});

Deno.test("checkContext() refuses a file of which too much is too long", async () => {
  const file = await mixed(3);
  await refused(
    "policy.tiny.init.max_position_embeddings: found N; expected at least N: p0#2 has a prompt of N " +
      'tokens, and arms["a → b"][0].maxTokens is N; N of N prompts do not fit, at most N % may be dropped',
    { data: { file, validation: 0 }, ...arms(srl(GRPO)) },
    1000,
  );
  // Of validation problems as well.
  await refused(
    "policy.tiny.init.max_position_embeddings: found N; expected at least N: p0 has a prompt of N " +
      "tokens, and the shortest completion is N; N of N prompts do not fit, at most N % may be dropped",
    { data: { file, validation: 5, seed: 3 }, ...arms(rlvr({ ...GRPO, maxTokens: 1 })) },
    1000,
  );
});

Deno.test("checkContext() drops no problem of a benchmark", async () => {
  const training = `${folder()}/training.jsonl`;
  const solution = "1. **Double** x = 6\n\n2. **Answer** \\boxed{6}";
  await Deno.writeTextFile(training, JSON.stringify({ problem: "Another?", solution }));
  await refused(
    "policy.tiny.init.max_position_embeddings: found N; expected at least N: p0 has a prompt of N " +
      "tokens, and the shortest completion is N",
    {
      data: { file: training, validation: 0 },
      evaluation: { benchmarks: { b: { file: await mixed(1) } } },
    },
    1000,
  );
});

Deno.test("checkContext() asks as the policy's chat template does, and refuses what cannot be asked", async () => {
  const chat = await chatFolder(
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}" +
      "{% endif %}{{ messages[0].content }}{% if quick %}<think></think>{% endif %}",
  );
  const policy = { p: chat };
  await check({ policy });
  await check({ policy, prompts: { chat: { quick: true } } });
  await refused(
    'arms["a → b"][0]: found a chat template that closes <think> before the policy writes; expected ' +
      "one that leaves thinking to it, perhaps by prompts.chat: srl's format asks for it",
    { policy, prompts: { chat: { quick: true } }, ...arms(srl(GRPO)) },
  );
  await refused(
    `prompts.chat.quik: ${chat}/chat_template.jinja asks for no such variable; did you mean \`quick\`?`,
    { policy, prompts: { chat: { quik: true } } },
  );
  const file = await solutions("1. **Double** x = 6\n\n2. **Answer** \\boxed{6}");
  await refused(
    `policy.p: tokenizer: p1: ${chat}/chat_template.jinja: the chat template cannot be applied to the ` +
      "roles system, user: no system",
    { policy, data: { file, validation: 0 } },
  );
});

Deno.test("checkContext() looks at the whole of an endless mixture, which grows", async () => {
  const base = (updates: number) => ({
    data: relay({ tier: "base", validation: 0 }),
    ...arms(sft({ target: "solution", learningRate: 1e-3, updates, batch: 10 })),
  });
  await check(base(1));
  await refused(
    "policy.tiny.init.max_position_embeddings: found 160; expected at least N: " +
      'example N has a prompt of N tokens, and its completion in arms["a → b"][0] is N',
    base(8000),
  );
});

Deno.test("checkContext() names the problem that a policy's tokenizer has no characters for", async () => {
  const file = await solutions("1. **Double** x = 6\n\n2. **Answer** \\boxed{6}");
  await refused(
    'policy.p: tokenizer: p1: text: expected characters of the alphabet, found "Y" at 0',
    {
      data: { file, validation: 0 },
      policy: { p: POLICY },
      evaluation: { benchmarks: EASY },
    },
  );
});

Deno.test("checkContext() gives account of the files, and refuses RLVR without a known answer", async () => {
  const train = await solutions("1. **Double** x = 6\n\n2. **Answer** Six.");
  const test = await solutions("1. **Double** x = 6\n\n2. **Answer** \\boxed{6}", "3 + 3?");
  const changes = {
    data: { file: train, validation: 0 },
    evaluation: { benchmarks: { sums: { file: test } } },
  };
  assertEquals(await check({ ...changes, arms: { srl: [srl(GRPO)] } }, 2048), [
    `data: ${train}: 1 of 1 rows used; 1 without an answer to check`,
    `sums: ${test}: 1 of 1 rows used`,
  ]);
  await refused("rlvr: expected problems with an answer to check, found none in 1", {
    ...changes,
    arms: { rlvr: [rlvr(GRPO)] },
  }, 2048);
});

Deno.test("checkContext() refuses a benchmark with problems that are trained on", async () => {
  const solution = "1. **Double** x = 6\n\n2. **Answer** \\boxed{6}";
  const train = await solutions(solution);
  const copy = await solutions(`${solution}.`);
  await refused(
    `evaluation.benchmarks.sums.file: found 1 of 1 problems of ${copy} in the training data: p1 is p1 (copy); ` +
      "expected problems that are not trained on",
    {
      data: { file: train, validation: 0 },
      evaluation: { benchmarks: { sums: { file: copy } } },
    },
  );
});

Deno.test("checkContext() reports problems in another typography, and refuses them where that is declared", async () => {
  const solution = "1. **Double** x = 6\n\n2. **Answer** \\boxed{6}";
  const train = await solutions(solution);
  const asked = await solutions(solution, "$x / 2 = 3$");
  const changes = (overlap: "report" | "refuse") => ({
    data: { file: train, validation: 0, overlap },
    arms: { srl: [srl(GRPO)] },
    evaluation: { benchmarks: { sums: { file: asked } } },
  });
  assertEquals(
    (await check(changes("report"), 2048)).at(-1),
    "sums: 1 of 1 problems overlap with the training data: p1 is p1 (words)",
  );
  await refused(
    `evaluation.benchmarks.sums.file: found 1 of 1 problems of ${asked} in the training data ` +
      '(data.overlap is "refuse"): p1 is p1 (words); expected problems that are not trained on',
    changes("refuse"),
    2048,
  );
});

Deno.test("checkContext() measures the prompts and tokens of a granularity, and asks for traces of reasoning", async () => {
  const data = { file: await solutions("1. **A** x\n2. **B** y\n3. **C** z"), validation: 0 };
  const wide = { maxTokens: 8, microBatchTokens: 99_999 };
  const evaluation = { benchmarks: EASY, maxTokens: 1 };
  const stage = (granularity: "step" | { kind: "tokens"; n: number }) =>
    srl({ ...GRPO, ...wide, granularity, context: { last: 1 } });
  await check({ data, evaluation, ...arms(stage("step"), stage({ kind: "tokens", n: 9 })) }, 2048);
  await assertRejects(
    () =>
      check({
        data: { ...data, mapping: "generic" },
        evaluation,
        ...arms(sft({ learningRate: 1e-3, target: "reasoning" })),
      }, 2048),
    InputError,
    'sft: target "reasoning": p1 has no trace of reasoning; expected "outline"',
  );
});

Deno.test("checkContext() refuses targets that the reward cannot judge, naming the first, before anything runs", async () => {
  const file = `${folder()}/agent.jsonl`;
  const call = "<function=bash><parameter=command>ls</parameter></function>";
  const row = (id: string, first: string) => ({ id, problem: "Mend it.", steps: [first, call] });
  const rows = [row("good", call), row("prose", "Look around."), row("more", "Look again.")];
  await Deno.writeTextFile(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  const data = { file, validation: 0 };
  const stage = (reward: RewardDeclaration, maxRewardFailures?: number) =>
    arms(srl({
      ...GRPO,
      maxTokens: 16,
      reward,
      ...(maxRewardFailures === undefined ? {} : { maxRewardFailures }),
    }));
  await refused(
    `srl.reward: prose#1: tool-call: expected a call in the expert's action, found "Look around."; ` +
      "2 of 6 prompts cannot be scored, at most 5 % may fail (maxRewardFailures)",
    { data, ...stage(toolCall()) },
    1000,
  );
  await refused(
    `srl.reward: good#1: patch: expected a unified diff as the expert's action, found ${
      JSON.stringify(call)
    }; 6 of 6 prompts cannot be scored, at most 5 % may fail (maxRewardFailures)`,
    { data, ...stage(patch()) },
    1000,
  );
  await check({ data, ...stage(toolCall(), 0.7) }, 1000);
  await check({ data, ...stage(similarity()) }, 1000);
});
