import { assertEquals, assertThrows } from "@std/assert";
import { loadTraining, type TrainingTasks } from "../../../src/domains/load_tasks.ts";
import { numberedFormat } from "../../../src/domains/numbered/format.ts";
import type { Task } from "../../../src/domains/task.ts";
import { InputError } from "../../../src/errors.ts";
import { rlvr, rlvrSchema } from "../../../src/experiment/rlvr.ts";
import { srl, type SrlOptions, srlSchema } from "../../../src/experiment/srl.ts";
import { Rng } from "../../../src/random/rng.ts";
import { grpoSetting, itemsOf } from "../../../src/trainers/embedded/grpo_items.ts";
import { DATA } from "./runs.ts";

const LIMITS = { updates: 1, learningRate: 1e-3, maxTokens: 50 };
const steps = (options: Partial<SrlOptions> = {}) =>
  srlSchema.parse(srl({ ...LIMITS, ...options }));
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

Deno.test("grpoSetting() judges steps by similarity, whole actions only where the format says so", async () => {
  const relay = grpoSetting(steps(), await loadTraining(DATA), new Rng(1));
  assertEquals([relay.truncated, relay.stops], [-1, ["\n"]]);
  const target = "n=6";
  assertEquals(relay.reward({ completion: "<think></think>n=6\n", target }).reward, 1);
  assertEquals(relay.reward({ completion: "<think></think>n=", target }).reward, -1);
  const free = grpoSetting(steps(), numbered(2, 2), new Rng(1));
  assertEquals(free.stops, []);
  assertEquals(free.reward({ completion: "<think></think>n=", target }).reward, 0.8);
});

Deno.test("grpoSetting() judges answers by the format's verifier", async () => {
  const { reward, truncated, stops } = grpoSetting(answers, await loadTraining(DATA), new Rng(1));
  assertEquals([truncated, stops], [null, []]);
  assertEquals(reward({ completion: "#188", target: "188" }).reward, 1);
  assertEquals(reward({ completion: "#189", target: "188" }).reward, 0);
});

Deno.test("grpoSetting() heeds the reward's unit and autojunk", () => {
  const rewardOf = (options: object) =>
    grpoSetting(steps({ reward: { kind: "similarity", ...options } }), numbered(2, 2), new Rng(1))
      .reward;
  // Of more than 200 elements, autojunk ignores the frequent ones.
  const target = "ab".repeat(150);
  const completion = `<think></think>${"ba".repeat(150)}`;
  assertEquals(rewardOf({})({ completion, target }).reward, 0);
  assertEquals(rewardOf({ autojunk: false })({ completion, target }).reward, 299 / 300);
  const words = { completion: "<think></think>a bc", target: "a bd" };
  assertEquals(rewardOf({ unit: "word" })(words).reward, 0.5);
  assertEquals(rewardOf({})(words).reward, 0.75);
});

Deno.test("grpoSetting() judges by how the chat template leaves the monologue", () => {
  const [opened, unopened] = [" so </think>n=6", "<think> so </think>n=6"];
  const rewardOf = (thinking: "none" | "opened", completion: string) =>
    grpoSetting(steps(), numbered(2, 2), new Rng(1), { thinking })
      .reward({ completion, target: "n=6" });
  for (const outcome of [rewardOf("opened", opened), rewardOf("none", unopened)]) {
    // The reasoning is set apart, and no part of what is compared.
    assertEquals([outcome.reward, outcome.think, outcome.action], [1, "so", "n=6"]);
  }
  assertEquals(rewardOf("none", opened).formatError, "missing-open");
  assertEquals(rewardOf("opened", unopened).formatError, "second-think");
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
