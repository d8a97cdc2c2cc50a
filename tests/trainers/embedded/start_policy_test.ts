import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { loadTraining } from "../../../src/domains/load_tasks.ts";
import { SOLUTIONS } from "../../experiment/declarations.ts";
import { RELAY_ALPHABET } from "../../../src/domains/relay/format.ts";
import { InputError } from "../../../src/errors.ts";
import { Policy } from "../../../src/policy/policy.ts";
import {
  openStart,
  type PolicyStart,
  startPolicy,
} from "../../../src/trainers/embedded/start_policy.ts";
import { goldenFolder } from "../../policy/golden.ts";
import { DATA, folder, INIT } from "./runs.ts";

const ids = ({ prompts }: Pick<PolicyStart, "prompts">, user: string) =>
  prompts.encode({ system: "", user }).ids;
const TASKS = await loadTraining(DATA);
const FILE = {
  domain: "file",
  file: new URL("../../data/solutions.jsonl", import.meta.url).pathname,
  validation: 0,
  seed: 1,
  ...SOLUTIONS,
  parser: "numbered",
  maxDropped: 1,
} as const;

Deno.test("startPolicy() initialises a policy whose tokenizer has the domain's alphabet", async () => {
  using policy = await startPolicy({ init: INIT }, null, DATA, TASKS, 1);
  const { config, tokenizer } = policy;
  assertEquals([config.hiddenSize, config.kvHeads, config.headDim, config.maxPositions], [
    32,
    1,
    16,
    160,
  ]);
  assertEquals(config.vocabSize, tokenizer.vocabSize);
  assertEquals(tokenizer.encode(RELAY_ALPHABET).length, RELAY_ALPHABET.length);
  assertEquals(tokenizer.encode("<think></think>").length, 2);
  assertEquals(ids(policy, "a")[0], config.bosTokenId);
  using same = await startPolicy({ init: INIT }, null, DATA, TASKS, 1);
  using other = await startPolicy({ init: INIT }, null, DATA, TASKS, 2);
  const first = (p: typeof policy) => [...p.weights.get("layers.0.qkv")!.data.subarray(0, 9)];
  assertEquals(first(same), first(policy));
  assertNotEquals(first(other), first(policy));
});

Deno.test("startPolicy() learns a tokenizer from a file's problems, which expresses all of them", async () => {
  const tasks = await loadTraining(FILE);
  using policy = await startPolicy({ init: INIT }, null, FILE, tasks, 1);
  for (const task of tasks.train!) {
    for (const text of [tasks.format.question(task.problem), tasks.format.outline(task), "数🎉"]) {
      const { tokenizer } = policy;
      assertEquals(tokenizer.decode(tokenizer.encode(text)), text.normalize("NFC"));
    }
  }
});

Deno.test("startPolicy() opens the folder of an earlier stage, or of a checkpoint", async () => {
  const parent = goldenFolder("qwen2");
  for (const policy of [{ stage: "abc" }, { checkpoint: "elsewhere" }, { init: INIT }]) {
    using opened = await startPolicy(policy, parent, DATA, TASKS, 1);
    assertEquals(opened.config.hiddenSize, 32);
    assertEquals(opened.config.tieWordEmbeddings, true);
  }
  await assertRejects(
    () => startPolicy({ stage: "abc" }, null, DATA, TASKS, 1),
    TypeError,
    "without a policy folder",
  );
});

Deno.test("openStart() tells a policy's shape and tokenizer without its weights", async () => {
  const init = await openStart({ init: INIT }, DATA, TASKS);
  using policy = await startPolicy({ init: INIT }, null, DATA, TASKS, 1);
  assertEquals(init.config, policy.config);
  assertEquals(ids(init, "a=1"), ids(policy, "a=1"));
  const opened = await openStart({ checkpoint: goldenFolder("llama") }, DATA, TASKS);
  assertEquals([opened.config.heads, ids(opened, "ab")], [4, [2, 3]]);
});

Deno.test("openStart() refuses a checkpoint with heads that the engine cannot take", async () => {
  const checkpoint = folder();
  const { config, tokenizer } = await openStart({ init: INIT }, DATA, TASKS);
  using policy = Policy.random({ ...config, headDim: 8 }, tokenizer, 1, 0.02);
  await policy.save(checkpoint); // valid for others
  await assertRejects(
    () => openStart({ checkpoint }, DATA, TASKS),
    InputError,
    "config.json: head_dim: expected a multiple of 16, found 8",
  );
});
