/** @file Whole stages of a policy whose chat template opens `<think>`, and of one whose template does not. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { Policy } from "../../../src/policy/policy.ts";
import { parseOutput } from "../../../src/rewards/format.ts";
import { chatFolder, runRlvr, runSft, runSrl } from "./runs.ts";

/** The relay notation as a chat: what the policy of these tests has learnt, turn by turn. */
const CHAT = "{{ bos_token }}{% for m in messages %}{{ m.content }}" +
  "{{ eos_token if m.role == 'assistant' else '\n' }}{% endfor %}";
const OPENS = `${CHAT}{% if add_generation_prompt %}<think>{% endif %}`;
const SWITCH = `${CHAT}{% if add_generation_prompt and not thinking %}<think></think>{% endif %}`;

const count = (text: string, tag: string) => text.split(tag).length - 1;

Deno.test("trainGrpo() follows a chat template that opens <think>, and one that does not", async () => {
  const opened = await runSrl({}, { parent: await chatFolder(OPENS) });
  const chat = await runSrl({}, { parent: await chatFolder(CHAT) });
  const plain = await runSrl();
  // The same prompts as without a template give the same rollouts.
  assertEquals(
    chat.rollouts,
    plain.rollouts.map((row) => ({ ...row, prompt: `<bos>${row.prompt}` })),
  );
  for (const row of opened.rollouts) {
    assert(row.prompt.endsWith("\n<think>"), row.prompt);
    assertEquals(count(row.prompt, "<bos>"), 1);
    if (row.formatError !== null) continue;
    const parsed = parseOutput(row.completion, { thinkOpened: true });
    assert(parsed.ok && row.reward! >= 0);
    assertEquals([row.think, row.action], [parsed.think, parsed.action]);
    // By the rule for templates that leave <think> to the policy, it would be broken.
    const strict = parseOutput(row.completion);
    assertEquals(strict.ok ? "" : strict.reason, "missing-open");
  }
  const fine = (run: typeof opened) =>
    run.rollouts.filter(({ formatError }) => formatError === null);
  assert(fine(opened).length > 10 && fine(plain).length > 10);
  assert(fine(opened).some(({ reward }) => reward === 1));
  assert(opened.metrics.every(({ loss, logProbGap }) => loss !== null && logProbGap! < 1e-4));
  assert(
    fine(plain).every(({ prompt, completion }) =>
      !prompt.includes("<think>") && completion.startsWith("<think>")
    ),
  );
});

Deno.test("trainGrpo() refuses steps of a policy that cannot think, until a variable lets it", async () => {
  const parent = await chatFolder(SWITCH);
  await assertRejects(
    () => runSrl({}, { parent }),
    InputError,
    "srl: found a chat template that closes <think> before the policy writes",
  );
  const prompts = { chat: { thinking: true } };
  const run = await runSrl({}, { parent, prompts });
  assert(run.rollouts.some(({ reward }) => reward! > 0));
  // The final answer is judged whatever the format.
  const answers = await runRlvr({ updates: 1, dynamicSampling: false }, { parent });
  assert(answers.rollouts.every(({ prompt }) => prompt.endsWith("<think></think>")));
  await assertRejects(
    () => runSrl({}, { parent, prompts: { chat: { thinkin: true } } }),
    InputError,
    "prompts.chat.thinkin: ",
  );
});

Deno.test("trainSft() goes on from an opened <think>, and its checkpoint carries the template on", async () => {
  const parent = await chatFolder(OPENS);
  for (const target of ["solution", "outline"] as const) {
    const data = { validation: 2 };
    const run = await runSft({ target, updates: 12, batch: 6 }, { parent, data });
    const [first, last] = [run.metrics[0]!, run.metrics.at(-2)!];
    assert(last["loss"]! < first["loss"]!, target);
    assert(run.files.includes("checkpoint"));
  }
});

Deno.test("Policy.save() carries the chat template on, and what it renders", async () => {
  const parent = await chatFolder(OPENS);
  using policy = await Policy.load(parent);
  const copy = `${parent}/copy`;
  await policy.save(copy);
  assertEquals(await Deno.readTextFile(`${copy}/chat_template.jinja`), OPENS);
  using again = await Policy.load(copy);
  const prompt = { system: "", user: "a=1?a" };
  assertEquals(again.prompts.encode(prompt), policy.prompts.encode(prompt));
  assertEquals([again.prompts.thinking, policy.prompts.thinking], ["opened", "opened"]);
});
