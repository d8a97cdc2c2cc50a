import { assertEquals, assertThrows } from "@std/assert";
import { loadTraining, type TrainingTasks } from "../../../src/domains/load_tasks.ts";
import { numberedFormat } from "../../../src/domains/numbered/format.ts";
import type { Task } from "../../../src/domains/task.ts";
import { InputError } from "../../../src/errors.ts";
import { r3, type R3Options, r3Schema } from "../../../src/experiment/r3.ts";
import { rlvr, rlvrSchema } from "../../../src/experiment/rlvr.ts";
import { srl, type SrlOptions, srlSchema } from "../../../src/experiment/srl.ts";
import { Rng } from "../../../src/random/rng.ts";
import { grpoSetting, itemsOf } from "../../../src/trainers/embedded/grpo_items.ts";
import { splitRollout } from "../../../src/rewards/format.ts";
import { DATA } from "./runs.ts";

const LIMITS = { updates: 1, learningRate: 1e-3, maxTokens: 50 };
const steps = (options: Partial<SrlOptions> = {}) =>
  srlSchema.parse(srl({ ...LIMITS, ...options }));
const rests = (options: Partial<R3Options> = {}) => r3Schema.parse(r3({ ...LIMITS, ...options }));
const answers = rlvrSchema.parse(rlvr(LIMITS));

/** Problems in words, each with as many steps. */
function numbered(count: number, stepsEach: number): TrainingTasks {
  const train = Array.from({ length: count }, (_, i): Task => ({
    id: `p${i}`,
    problem: `problem ${i}`,
    steps: Array.from({ length: stepsEach }, (_, s) => ({ action: `step ${i}.${s}` })),
    answer: "7",
    budget: null,
    solution: null,
  }));
  return {
    format: numberedFormat,
    train,
    validation: [],
    task: (index) => train[index % train.length]!,
    demonstration: null,
    ledger: null,
    note: null,
    maxDropped: null,
  };
}

Deno.test("itemsOf() makes a prompt for each target, or one for the whole problem", async () => {
  const tasks = await loadTraining(DATA);
  const [task] = tasks.train!;
  const instances = itemsOf(steps(), tasks, task!);
  assertEquals(instances.map(({ target }) => target), task!.steps.map(({ action }) => action));
  assertEquals(instances[1]!.prompt, `${task!.problem}\n${task!.steps[0]!.action}\n`);
  assertEquals(instances.map(({ maxTokens }) => maxTokens), task!.steps.map(() => 50));
  assertEquals(itemsOf(steps({ targets: "1..N-1" }), tasks, task!), instances.slice(0, -1));
  assertEquals(itemsOf(steps({ targets: "2..N" }), tasks, task!), instances.slice(1));
  assertEquals(itemsOf(answers, tasks, task!), [{
    id: task!.id,
    prompt: `${task!.problem}\n`,
    target: task!.answer,
    problem: task!.problem,
    answer: task!.answer,
    maxTokens: Math.min(50, task!.budget!),
  }]);
  assertEquals(itemsOf(answers, tasks, { ...task!, budget: null })[0]!.maxTokens, 50);
  assertEquals(itemsOf(answers, tasks, { ...task!, budget: 9 })[0]!.maxTokens, 9);
});

Deno.test("grpoSetting() goes through every prompt of a finite set before one comes again", async () => {
  const tasks = await loadTraining(DATA);
  const setting = grpoSetting(steps(), tasks, new Rng(1));
  const count = setting.items!.length;
  assertEquals(count, tasks.train!.reduce((n, task) => n + task.steps.length, 0));
  const taken = setting.source.take(count).map(({ id }) => id);
  assertEquals(taken.toSorted(), setting.items!.map(({ id }) => id).sort());
});

Deno.test("grpoSetting() asks of a step one whole action, and that it ends within its tokens", async () => {
  const relay = grpoSetting(steps(), await loadTraining(DATA), new Rng(1));
  assertEquals([relay.cutIsBroken, relay.stops], [true, ["\n"]]);
  assertEquals(splitRollout("<think></think>n=6\n", relay.output).action, "n=6");
  assertEquals(splitRollout("<think></think>n=", relay.output).formatError, "action-form");
  const free = grpoSetting(steps(), numbered(2, 2), new Rng(1));
  assertEquals(free.stops, []);
  assertEquals(splitRollout("<think></think>n=", free.output).action, "n=");
});

Deno.test("grpoSetting() lets an answer have any number of thoughts and actions", async () => {
  const { output, cutIsBroken, stops } = grpoSetting(answers, await loadTraining(DATA), new Rng(1));
  assertEquals([cutIsBroken, stops], [false, []]);
  const solution = "<think>a</think>n=6\n<think>b</think>#188";
  assertEquals(splitRollout(solution, output).action, "n=6\n#188");
});

Deno.test("grpoSetting() judges by how the chat template leaves the monologue", () => {
  const [opened, unopened] = [" so </think>n=6", "<think> so </think>n=6"];
  const read = (thinking: "none" | "opened", completion: string) =>
    splitRollout(
      completion,
      grpoSetting(steps(), numbered(2, 2), new Rng(1), { thinking }).output,
    );
  for (const { think, action } of [read("opened", opened), read("none", unopened)]) {
    // The reasoning is set apart, and no part of what is compared.
    assertEquals([think, action], ["so", "n=6"]);
  }
  assertEquals(read("none", opened).formatError, "missing-open");
  assertEquals(read("opened", unopened).formatError, "second-think");
  const tasks = numbered(2, 2);
  assertThrows(
    () => grpoSetting(steps(), tasks, new Rng(1), { thinking: "closed" }),
    InputError,
    "srl: found a chat template that closes <think>",
  );
  grpoSetting(answers, tasks, new Rng(1), { thinking: "closed" });
});

Deno.test("grpoSetting() samples from the prompts that fit, where it is told them", () => {
  const tasks = numbered(3, 2);
  const some = grpoSetting(steps(), tasks, new Rng(1)).items!.slice(1, 3);
  const { items, source, system } = grpoSetting(steps(), tasks, new Rng(1), { items: some });
  assertEquals(items, some);
  assertEquals(source.take(2).toSorted((a, b) => a.id < b.id ? -1 : 1), some);
  assertEquals(system, tasks.format.system);
});

Deno.test("grpoSetting() refuses problems that give no prompt", () => {
  assertThrows(
    () => grpoSetting(steps({ targets: "1..N-1" }), numbered(3, 1), new Rng(1)),
    InputError,
    "srl: expected problems with steps in targets 1..N-1, found none in 3",
  );
  assertEquals(grpoSetting(steps(), numbered(3, 1), new Rng(1)).items!.length, 3);
});

Deno.test("grpoSetting() asks RLVR the problems whose answer is known, and needs one", () => {
  const tasks = numbered(3, 2);
  const open = tasks.train!.map((task, i) => i === 1 ? task : { ...task, answer: " " });
  const { items } = grpoSetting(answers, { ...tasks, train: open }, new Rng(1));
  assertEquals(items!.map(({ id }) => id), ["p1"]);
  assertEquals(grpoSetting(steps(), { ...tasks, train: open }, new Rng(1)).items!.length, 6);
  assertThrows(
    () => grpoSetting(answers, { ...tasks, train: [open[0]!, open[2]!] }, new Rng(1)),
    InputError,
    "rlvr: expected problems with an answer to check, found none in 2",
  );
});

Deno.test("itemsOf() heeds every key that decides the instances", async () => {
  const tasks = await loadTraining(DATA);
  const task = { ...tasks.train![0]!, budget: 20 };
  const count = task.steps.length;
  const actions = task.steps.map(({ action }) => action);
  const pairs = itemsOf(steps({ granularity: { kind: "steps", k: 2 } }), tasks, task);
  assertEquals(pairs[0], {
    id: `${task.id}#1-2`,
    prompt: `${task.problem}\n`,
    target: actions.slice(0, 2).join("\n"),
    problem: task.problem,
    answer: task.answer,
    maxTokens: 50,
    stopAfter: 2,
  });
  const [whole] = itemsOf(steps({ granularity: "whole" }), tasks, task);
  assertEquals(whole, {
    id: `${task.id}#whole`,
    prompt: `${task.problem}\n`,
    target: actions.join("\n"),
    problem: task.problem,
    answer: task.answer,
    maxTokens: 20,
    stopAfter: Infinity,
  });
  const [answer] = itemsOf(steps({ granularity: "answer" }), tasks, task);
  assertEquals(answer, { ...whole!, id: `${task.id}#answer`, target: task.answer });
  const last = itemsOf(steps({ context: { last: 1 } }), tasks, task);
  assertEquals(last[count - 1]!.prompt, `${task.problem}\n${actions[count - 2]}\n`);
  const tokens = steps({ granularity: { kind: "tokens", n: 1000 } });
  const [all] = itemsOf(tokens, tasks, task, (text) => text.length);
  assertEquals([all!.target, all!.stopAfter], [actions.join("\n"), count]);
  assertThrows(() => itemsOf(tokens, tasks, task), InputError, "without a tokenizer");
  const titled = { ...task, steps: [{ action: "**A** x", title: "A" }] };
  const inWords = { format: numberedFormat };
  assertEquals(
    [false, true].map((nextTitle) => itemsOf(steps({ nextTitle }), inWords, titled)[0]!.target),
    ["**A** x", "x"],
  );
});

Deno.test("grpoSetting() holds one action to the format's form, and several to none", async () => {
  const tasks = await loadTraining(DATA);
  const judge = (granularity: SrlOptions["granularity"] & object | "step") => {
    const { output, cutIsBroken } = grpoSetting(steps({ granularity }), tasks, new Rng(1));
    assertEquals(cutIsBroken, true);
    return ["<think></think>a=1\nb=2", "<think></think>a=1\n<think></think>b=2"]
      .map((completion) => splitRollout(completion, output))
      .map(({ action, formatError }) => formatError ?? action);
  };
  assertEquals(judge("step"), ["action-form", "second-think"]);
  assertEquals(judge({ kind: "steps", k: 2 }), ["a=1\nb=2", "a=1\nb=2"]);
});

Deno.test("itemsOf() asks R3 the rest of a solution behind the steps that SRL's prompts show", async () => {
  const tasks = await loadTraining(DATA);
  const task = { ...tasks.train![0]!, budget: 31 };
  const count = task.steps.length;
  const stage = rests({ stages: count });
  const items = itemsOf(stage, tasks, task);
  assertEquals(items.length, count);
  const shown = itemsOf(steps(), tasks, task).toReversed().map(({ prompt }) => prompt);
  assertEquals(items.map(({ prompt }) => prompt), shown);
  items.forEach(({ id, target, maxTokens, rest }, i) => {
    const named = i === 0 ? `#${count}` : `#${count - i}-${count}`;
    assertEquals(id, task.id + (i + 1 === count ? "" : named));
    assertEquals(rest, { of: task.id, left: i + 1, steps: count });
    // Of the budget, the share of the steps.
    assertEquals([target, maxTokens], [task.answer, Math.ceil(31 * (i + 1) / count)]);
  });
  assertEquals(itemsOf(rests({ stages: count, maxTokens: 9 }), tasks, task).at(-1)!.maxTokens, 9);
  // Several start positions of a short solution come to the same prompt; one asks for the whole.
  assertEquals(itemsOf(rests({ stages: 3 * count }), tasks, task).length, count);
  const whole = { rest: { of: task.id, left: count, steps: count } };
  assertEquals(itemsOf(rests({ stages: 1 }), tasks, task), [
    { ...itemsOf(answers, tasks, task)[0]!, ...whole },
  ]);
});

Deno.test("itemsOf() asks R3 for as many numbered steps as are left, and for the whole at the beginning", () => {
  const tasks = numbered(1, 3);
  const [task] = tasks.train!;
  const [last, two, all] = itemsOf(rests({ stages: 3 }), tasks, task!).map(({ prompt }) => prompt);
  const given = task!.steps.slice(0, 1);
  const asked = { kind: "steps", count: 2, omitted: 0, titled: false } as const;
  assertEquals(two, numberedFormat.prompt.render(task!.problem, given, undefined, asked));
  assertEquals(last, itemsOf(steps(), tasks, task!).at(-1)!.prompt);
  assertEquals(all, numberedFormat.question(task!.problem));
});

Deno.test("grpoSetting() lets R3 think before each step, and asks it the problems whose answer is known", () => {
  const tasks = numbered(3, 2);
  const open = tasks.train!.map((task, i) => i === 1 ? task : { ...task, answer: " " });
  const setting = grpoSetting(rests({ stages: 2 }), { ...tasks, train: open }, new Rng(1));
  assertEquals(setting.items!.map(({ id }) => id), ["p1#2", "p1"]);
  assertEquals([setting.cutIsBroken, setting.stops], [false, []]);
  assertEquals(
    splitRollout("<think>a</think>n=6\n<think>b</think>7", setting.output).action,
    "n=6\n7",
  );
  assertThrows(
    () => grpoSetting(rests(), { ...tasks, train: [open[0]!] }, new Rng(1)),
    InputError,
    "r3: expected problems with an answer to check, found none in 1",
  );
});

Deno.test("grpoSetting() starts R3 where its curriculum is; of the others nothing moves", async () => {
  const tasks = await loadTraining(DATA);
  for (const stage of [steps(), answers]) {
    assertEquals(grpoSetting(stage, tasks, new Rng(1)).curriculum, null);
  }
  const { source, curriculum } = grpoSetting(rests({ stages: 3, mix: 0 }), tasks, new Rng(1));
  const left = () => source.take(6).map(({ rest }) => rest!.left);
  assertEquals(Math.max(...left()), Math.ceil(4 / 3));
  curriculum!.moveTo({ stage: 3, drawn: 0 });
  const whole = source.take(6);
  assertEquals(whole.map(({ rest }) => rest!.left), whole.map(({ rest }) => rest!.steps));
});
