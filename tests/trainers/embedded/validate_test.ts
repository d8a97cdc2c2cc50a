import { assertEquals, assertRejects } from "@std/assert";
import { loadTraining } from "../../../src/domains/load_tasks.ts";
import type { Task } from "../../../src/domains/task.ts";
import { InputError } from "../../../src/errors.ts";
import { Generator } from "../../../src/policy/generator.ts";
import { Policy } from "../../../src/policy/policy.ts";
import { AnswerVerifier } from "../../../src/rewards/answer_verifier.ts";
import { validate } from "../../../src/trainers/embedded/validate.ts";
import { DATA, startFolder } from "./runs.ts";

Deno.test("validate() answers each problem greedily, within its budget", async () => {
  using policy = await Policy.load(await startFolder());
  using generator = new Generator(policy.config, policy.weights, { threads: 1, maxRows: 8 });
  const { format, train } = await loadTraining(DATA);
  using verifier = await AnswerVerifier.start(format.verifier);
  const accuracyOn = async (tasks: readonly Task[]) =>
    (await validate(policy, generator, format, tasks, verifier)).validation;
  const accuracy = await accuracyOn(train!);
  // The policy knows these problems by heart, or half of them.
  const right = Math.round(accuracy * 6);
  assertEquals(accuracy, right / 6);
  assertEquals(right > 0, true);
  assertEquals(await accuracyOn(train!), accuracy);
  const cut = train!.map((task) => ({ ...task, budget: 4 }));
  assertEquals(await accuracyOn(cut), 0);
  // Without a budget the context is the bound.
  const free = train!.map((task) => ({ ...task, budget: null }));
  assertEquals(await accuracyOn(free) >= accuracy, true);
});

Deno.test("validate() names a problem that does not fit with its budget", async () => {
  using policy = await Policy.load(await startFolder());
  using generator = new Generator(policy.config, policy.weights, { threads: 1, maxRows: 8 });
  const { format, train } = await loadTraining(DATA);
  const long = { ...train![0]!, problem: "a".repeat(160) };
  using verifier = await AnswerVerifier.start(format.verifier);
  await assertRejects(
    () => validate(policy, generator, format, [long], verifier),
    InputError,
    `${long.id} has a prompt of 162 tokens, and its budget is ${long.budget}`,
  );
});

Deno.test("validate() counts answers that could not be verified", async () => {
  using policy = await Policy.load(await startFolder());
  using generator = new Generator(policy.config, policy.weights, { threads: 1, maxRows: 8 });
  const { format, train } = await loadTraining(DATA);
  using verifier = await AnswerVerifier.start(format.verifier);
  // Where no answer is known, no verdict is given.
  const tasks = train!.map((task, i) => i === 0 ? { ...task, answer: "" } : task);
  const { validation, validationUnverified } = await validate(
    policy,
    generator,
    format,
    tasks,
    verifier,
  );
  assertEquals(validationUnverified, 1);
  assertEquals(validation <= (train!.length - 1) / train!.length, true);
});
