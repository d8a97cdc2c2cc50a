/** @file Runs of fake stages, in a folder of their own. */
import { experiment } from "../../src/experiment/experiment.ts";
import { type Plan, planExperiment } from "../../src/experiment/plan.ts";
import type { ExperimentDeclaration } from "../../src/experiment/schema.ts";
import type { RunEvent } from "../../src/runs/events.ts";
import type { RunProvenance } from "../../src/runs/provenance.ts";
import { type RunOptions, type RunResult, runStages } from "../../src/runs/runner.ts";
import { StageStore } from "../../src/runs/store.ts";
import { declaration } from "../experiment/declarations.ts";

/** Program and arguments of a fake stage. */
export function fakeStage(...args: string[]): string[] {
  const script = import.meta.resolve("./fake_stage.ts");
  return [Deno.execPath(), "run", "-A", "-q", "--no-check", script, "--tied", ...args];
}

/** A run's provenance, with nothing in it. */
export const PROVENANCE: RunProvenance = {
  commit: "0123456789abcdef",
  dirty: false,
  versions: {},
  lock: null,
  packages: {},
  runtime: { name: "ONNX Runtime", version: "1.0.0", provider: "CPUExecutionProvider" },
  cpu: "a cpu",
  gpus: [],
  cores: 2,
  platform: "test",
  command: ["test"],
};

/** A plan of one seed, unless it is told otherwise. */
export async function planOf(changes: Partial<ExperimentDeclaration> = {}): Promise<Plan> {
  return await planExperiment(experiment(declaration({ seeds: [1], ...changes })));
}

/** A folder for one test, removed at its end. */
export class Workplace implements AsyncDisposable {
  readonly dir = Deno.makeTempDirSync();
  readonly store = new StageStore(`${this.dir}/.stepwise`);
  readonly events: RunEvent[] = [];

  /** Runs a plan with fake stages. */
  async run(
    plan: Plan,
    args: readonly string[] = [],
    options: Partial<RunOptions> = {},
  ): Promise<RunResult> {
    return await runStages(plan.stages, {
      store: this.store,
      jobs: 3,
      command: fakeStage(...args),
      provenance: PROVENANCE,
      work: new Map(),
      seconds: new Map(),
      signal: new AbortController().signal,
      onEvent: (event) => this.events.push(event),
      ...options,
    });
  }

  /** Names in the folder of stages. */
  stages(): string[] {
    try {
      return [...Deno.readDirSync(`${this.store.root}/stages`)].map(({ name }) => name).sort();
    } catch {
      return [];
    }
  }

  /** Lines of a file that fake stages record into. */
  recorded(name: string): string[] {
    return Deno.readTextFileSync(`${this.dir}/${name}`).trim().split("\n").sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.dir, { recursive: true });
  }
}

/** Waits until something holds, ten seconds at most. */
export async function until(holds: () => boolean, every = 20): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += every) {
    if (holds()) return;
    await new Promise((r) => setTimeout(r, every));
  }
  throw new Error("it never came to hold");
}
