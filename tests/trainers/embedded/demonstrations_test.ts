import { assertEquals, assertThrows } from "@std/assert";
import { loadTraining } from "../../../src/domains/load_tasks.ts";
import type { Demonstration } from "../../../src/domains/task.ts";
import { InputError } from "../../../src/errors.ts";
import { sft, sftSchema } from "../../../src/experiment/sft.ts";
import { Rng } from "../../../src/random/rng.ts";
import { demonstrate, demonstrations } from "../../../src/trainers/embedded/demonstrations.ts";
import { DATA } from "./runs.ts";

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
    () => demonstrate(stage("reasoning"), TASKS, task!),
    InputError,
    `sft: target "reasoning": ${task!.id} has no trace of reasoning; expected "outline"`,
  );
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
