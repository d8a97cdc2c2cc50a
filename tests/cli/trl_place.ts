/** @file A folder with an experiment on TRL, in which the real command runs it. */

const ROOT = new URL("../../", import.meta.url);

/** SFT and then SRL on TRL, from the repository's policy. */
const experiment = (engine: string, updates: number) => `
  import { experiment, relay, sft, srl, trl } from "${new URL("mod.ts", ROOT).href}";
  export default experiment({
    name: "tiny", question: "Does it survive?", engine: ${engine},
    policy: { base: "${new URL("experiments/checkpoints/relay-base", ROOT).pathname}" },
    data: relay({ tier: "hard", train: 16, validation: 6 }),
    arms: { both: [sft({ updates: 40, batch: 8, learningRate: 1e-4, validateEvery: 20 }), srl({
      updates: ${updates}, groups: 4, rollouts: 4, learningRate: 1e-3, maxTokens: 24, validateEvery: 3,
      dynamicSampling: { epsilon: 0.1, maxRefills: 1 },
    })] },
    evaluation: { samples: 2, benchmarks: { easy: relay({ tier: "easy", problems: 4 }) } },
  });`;

/** The folder. */
export class Place {
  /** Where it is. */
  readonly dir: string = Deno.makeTempDirSync();

  /** Writes the experiment: an engine, e.g. `trl()`, and SRL of so many updates. */
  constructor(engine: string, updates: number) {
    Deno.writeTextFileSync(`${this.dir}/tiny.ts`, experiment(engine, updates));
  }

  /** Starts the command. */
  start(): Deno.ChildProcess {
    const path = (relative: string) => new URL(relative, ROOT).pathname;
    return new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "-q", "--no-check", "--config", path("deno.json")],
        ...[path("src/cli/experiment.ts"), "tiny.ts", "--save-every", "0"],
      ],
      cwd: this.dir,
      env: { NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Waits until a stage has saved its state after `step` updates or more; returns the updates. */
  async saved(kind: "sft" | "srl", step: number): Promise<number> {
    for (;;) {
      for (const dir of this.#stages()) {
        try {
          const read = (name: string) => JSON.parse(Deno.readTextFileSync(`${dir}/${name}`));
          if (read("stage.json").stage?.kind !== kind) continue;
          const found = read("resume.json").record.step;
          if (found >= step) return found;
        } catch {
          // Nothing is saved yet.
        }
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  #stages(): string[] {
    const stages = `${this.dir}/.stepwise/stages`;
    try {
      return [...Deno.readDirSync(stages)].map(({ name }) => `${stages}/${name}`);
    } catch {
      return []; // Nothing has begun yet.
    }
  }

  /** Folder of a finished training stage. */
  stage(kind: "sft" | "srl"): string {
    return this.#stages().find((dir) =>
      JSON.parse(Deno.readTextFileSync(`${dir}/stage.json`)).stage?.kind === kind
    )!;
  }

  /** Everything that a seed fixes. */
  result(): Record<string, string> {
    const files = (kind: "sft" | "srl", names: readonly string[]) =>
      names.map((name) => [
        `${kind}: ${name}`,
        Deno.readFileSync(`${this.stage(kind)}/${name}`).join(),
      ]);
    const both = ["metrics.jsonl", "checkpoint/model.safetensors"];
    return Object.fromEntries([
      ...files("sft", both),
      ...files("srl", [...both, "rollouts.jsonl"]),
      ["table", Deno.readTextFileSync(`${this.dir}/results/tiny/table.csv`)],
    ]);
  }
}
