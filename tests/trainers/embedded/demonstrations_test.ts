import { assertEquals, assertThrows } from "@std/assert";
import { loadTraining } from "../../../src/domains/load_tasks.ts";
import type { Demonstration } from "../../../src/domains/task.ts";
import { InputError } from "../../../src/errors.ts";
import { sft, sftSchema } from "../../../src/experiment/sft.ts";
import { ChatTemplate } from "../../../src/policy/chat_template.ts";
import { PromptEncoder } from "../../../src/policy/prompt_encoder.ts";
import { Rng } from "../../../src/random/rng.ts";
import {
  demonstrate,
  demonstrations,
  encodeDemonstration,
} from "../../../src/trainers/embedded/demonstrations.ts";
import { openStart } from "../../../src/trainers/embedded/start_policy.ts";
import { DATA, INIT } from "./runs.ts";

const TASKS = await loadTraining(DATA);
const stage = (target: "outline" | "reasoning" | "solution") =>
  sftSchema.parse(sft({ target, learningRate: 1e-3, updates: 1 }));

/** Keeps the texts, to be found again. */
const texts = ({ prompt, completions }: Demonstration) => ({
  prompt: [0],
  completions: completions.map((text) => ({ tokens: [1], tag: `${prompt}|${text}` as never })),
});
const tags = (source: ReturnType<typeof demonstrations>, count: number) =>
  source.take(count).flatMap(({ completions }) => completions.map(({ tag }) => String(tag)));

Deno.test("demonstrate() gives the expert's outline, or the thought-out solution", () => {
  const [task] = TASKS.train!;
  const prompt = `${task!.problem}\n`;
  const outline = task!.steps.map(({ action }) => action).join("\n");
  assertEquals(demonstrate(stage("outline"), TASKS, task!), { prompt, completions: [outline] });
  assertEquals(demonstrate(stage("solution"), TASKS, task!), {
    prompt,
    completions: [task!.solution!],
  });
  assertThrows(
    () => demonstrate(stage("solution"), TASKS, { ...task!, solution: null }),
    InputError,
    `${task!.id} has no thought-out solution`,
  );
  assertEquals(demonstrate(stage("reasoning"), TASKS, { ...task!, reasoning: "Hm." }), {
    prompt,
    completions: [`<think>\nHm.\n</think>\n\n${outline}`],
  });
  assertThrows(
    () => {
      const { reasoning: _, ...without } = task!;
      demonstrate(stage("reasoning"), TASKS, without);
    },
    InputError,
    `sft: target "reasoning": ${task!.id} has no trace of reasoning; expected "outline"`,
  );
});

Deno.test("encodeDemonstration() goes on from a template that opens <think>, and ends the turn", async () => {
  const { config, tokenizer } = await openStart({ init: INIT }, DATA, TASKS);
  const ids = (text: string) => tokenizer.encode(text);
  const [eos, pad] = [tokenizer.tokenId("<eos>"), tokenizer.tokenId("<pad>")];
  // Here a turn ends with another token than a sequence.
  const source = "{% for m in messages %}{{ m.content }}<pad>{% endfor %}" +
    "{% if add_generation_prompt %}<think>\n{% endif %}";
  const chat = new PromptEncoder(config, tokenizer, new ChatTemplate(source, "t.jinja"));
  const plain = new PromptEncoder(config, tokenizer, null);
  const example = { prompt: "a=1?a\n", completions: ["<think>1</think>a=1", "a=1"] };
  const opened = encodeDemonstration({ prompts: chat }, "", example);
  assertEquals(opened.prompt, ids("a=1?a<pad><think>\n"));
  assertEquals(opened.completions.map(({ tokens }) => tokens), [
    [...ids("1</think>a=1"), pad],
    [...ids("</think>\n\na=1"), pad],
  ]);
  const unopened = encodeDemonstration({ prompts: plain }, "", example);
  assertEquals(unopened.completions.map(({ tokens }) => tokens), [
    [...ids("<think>1</think>a=1"), eos],
    [...ids("a=1"), eos],
  ]);
  // What is said before every prompt comes first.
  const told = encodeDemonstration({ prompts: plain }, "b=2", example);
  assertEquals(told.prompt, [config.bosTokenId!, ...ids("b=2\n\na=1?a\n")]);
});

Deno.test("demonstrations() goes round a finite set, and makes an endless one in order", async () => {
  const finite = demonstrations(stage("outline"), TASKS, texts, new Rng(1));
  const expected = TASKS.train!.map((task) => `${task.problem}\n|${TASKS.format.outline(task)}`);
  assertEquals(tags(finite, 6).sort(), expected.sort());
  const endless = await loadTraining({ ...DATA, train: null });
  const source = demonstrations(stage("outline"), endless, texts, new Rng(1));
  assertEquals(
    tags(source, 3),
    [0, 1, 2].map((i) => endless.task(i)).map((task) =>
      `${task.problem}\n|${endless.format.outline(task)}`
    ),
  );
});

Deno.test("demonstrations() takes ready-made ones where the data has them", async () => {
  const base = await loadTraining({ ...DATA, tier: "base", train: null });
  const source = demonstrations(stage("solution"), base, texts, new Rng(1));
  const { prompt, completions } = base.demonstration!(0);
  assertEquals(tags(source, 1), completions.map((text) => `${prompt}|${text}`));
});
