/** @file Whether all that an experiment will read and write fits its policies' context: asked before anything runs. */
import { loadBenchmark, loadTraining, type TrainingTasks } from "../../domains/load_tasks.ts";
import type { Task, TaskFormat } from "../../domains/task.ts";
import { InputError } from "../../errors.ts";
import type { ResolvedPolicy } from "../../experiment/policy.ts";
import { pathOf } from "../../experiment/problems.ts";
import type { ResolvedExperiment } from "../../experiment/schema.ts";
import type { ResolvedStage } from "../../experiment/stages.ts";
import {
  completionNeed,
  contextBound,
  requireRoom,
  type RoomBound,
  type RoomNeed,
} from "../../policy/room.ts";
import {
  demonstrate,
  demonstrationAt,
  demonstrationNeed,
  encodeDemonstration,
} from "./demonstrations.ts";
import { itemsOf } from "./grpo_items.ts";
import { openStart, type PolicyStart } from "./start_policy.ts";

/** Examples of endless data that are looked at, spread over those that a stage will take. */
const ENDLESS_SAMPLE = 256;

/**
 * Reads an experiment's data as its stages will, and measures every prompt with each policy's tokenizer, by the rule that
 * the stages themselves go by. Endless data is only sampled: a stage may still come upon an example that does not fit.
 *
 * @throws {InputError} for data or a policy that cannot be read, and for the longest sequence that does not fit: the
 * message names the field that bounds it, and the number there that is enough for all.
 */
export async function checkContext(experiment: ResolvedExperiment): Promise<void> {
  const { data, arms, evaluation } = experiment;
  const tasks = await loadTraining(data);
  const stages = Object.entries(arms).flatMap(([arm, chain]) =>
    chain.map((stage, i) => ({ stage, path: pathOf(["arms", arm, i]) }))
  );
  const questions: Question[] = [];
  if (stages.length > 0) {
    const what = "its budget in validation";
    const { format, validation } = tasks;
    questions.push(...validation.map((task) => ({ task, format, wanted: task.budget, what })));
  }
  for (const [name, declared] of Object.entries(evaluation.benchmarks)) {
    const { format, tasks: problems } = await loadBenchmark(declared);
    const { maxTokens } = evaluation;
    const what = maxTokens === null
      ? `its budget in ${pathOf(["evaluation", "benchmarks", name])}`
      : "evaluation.maxTokens";
    questions.push(...problems.map((task) => (
      { task, format, wanted: maxTokens ?? task.budget, what }
    )));
  }
  for (const [size, policy] of Object.entries(experiment.policy)) {
    const path = pathOf(["policy", size]);
    const ruler = new Ruler(await openStart(policy, data, tasks), path);
    const asked = questions.map((question) => questionNeed(question, ruler));
    const needed = stages.map(({ stage, path }) => ({
      batch: { name: `${path}.microBatchTokens`, tokens: stage.microBatchTokens },
      needs: stageNeeds(stage, path, tasks, ruler),
    }));
    const context = { ...contextBound(ruler.start.config), name: contextField(policy, path) };
    requireLongest([...asked, ...needed.flatMap(({ needs }) => needs)], context);
    for (const { needs, batch } of needed) requireLongest(needs, batch);
  }
}

/** A problem to be answered as a whole. */
interface Question {
  readonly task: Task;
  readonly format: TaskFormat;
  /** Most tokens of the answer; null for any number. */
  readonly wanted: number | null;
  /** What sets that number. */
  readonly what: string;
}

/** Measures texts with the tokenizer of a policy. */
class Ruler {
  readonly start: PolicyStart;
  readonly #path: string;
  readonly #lengths = new Map<string, number>();

  /** `path` names the policy in an error. */
  constructor(start: PolicyStart, path: string) {
    this.start = start;
    this.#path = path;
  }

  /** Tokens of a prompt. Arms share prompts: each is measured once. */
  prompt(id: string, text: string): number {
    const known = this.#lengths.get(text);
    if (known !== undefined) return known;
    const { length } = this.named(id, () => this.start.encode(text));
    this.#lengths.set(text, length);
    return length;
  }

  /** Names policy and problem in the error for a text that the tokenizer has no tokens for. */
  named<T>(id: string, measured: () => T): T {
    try {
      return measured();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`${this.#path}: tokenizer: ${id}: ${error.message}`);
    }
  }
}

/** The field that sets a policy's context. */
function contextField(policy: ResolvedPolicy, path: string): string {
  return "init" in policy
    ? `${path}.init.max_position_embeddings`
    : `${path}: max_position_embeddings of ${policy.checkpoint}`;
}

/** Fails where the longest of some sequences does not fit. */
function requireLongest(needs: readonly RoomNeed[], bound: RoomBound): void {
  const length = ({ prompt, more }: RoomNeed) => prompt + more;
  if (needs.length === 0) return;
  requireRoom(needs.reduce((a, b) => length(b) > length(a) ? b : a), [bound]);
}

function questionNeed({ task, format, wanted, what }: Question, ruler: Ruler): RoomNeed {
  const prompt = ruler.prompt(task.id, format.question(task.problem));
  return completionNeed(task.id, prompt, wanted, what);
}

/** What the prompts of a stage need, each with all that may follow it. */
function stageNeeds(
  stage: ResolvedStage,
  path: string,
  tasks: TrainingTasks,
  ruler: Ruler,
): RoomNeed[] {
  if (stage.kind === "sft") {
    const known = [...tasks.train ?? [], ...tasks.validation];
    const examples = known.map((task) => ({
      id: task.id,
      example: demonstrate(stage, tasks, task),
    }));
    if (!tasks.train) {
      const count = (stage.updates ?? 0) * stage.batch;
      examples.push(...spread(count).map((index) => demonstrationAt(stage, tasks, index)));
    }
    return examples.map(({ id, example }) => {
      const encoded = ruler.named(id, () => encodeDemonstration(ruler.start, example));
      return { ...demonstrationNeed(encoded, id), what: `its completion in ${path}` };
    });
  }
  const train = tasks.train ??
    spread(stage.updates * stage.groups).map((index) => tasks.task(index));
  return train.flatMap((task) => itemsOf(stage, tasks, task)).map(({ id, prompt, maxTokens }) => {
    const what = maxTokens < stage.maxTokens ? `its budget in ${path}` : `${path}.maxTokens`;
    return { id, prompt: ruler.prompt(id, prompt), more: maxTokens, what };
  });
}

/** Some of the indices below `count`, the same distance apart. */
function spread(count: number): number[] {
  const length = Math.min(count, ENDLESS_SAMPLE);
  return Array.from({ length }, (_, i) => Math.floor(i * count / length));
}
