import { assert, assertEquals } from "@std/assert";
import { live } from "../trainers/trl/python_available.ts";

const ROOT = new URL("../../", import.meta.url);
const UPDATES = 8;

/** A stage of SRL on TRL with two processes, from the repository's policy. */
const EXPERIMENT = `
  import { experiment, relay, srl, trl } from "${new URL("mod.ts", ROOT).href}";
  export default experiment({
    name: "tiny", question: "Does it survive?", engine: trl({ processes: 2 }),
    policy: { base: "${new URL("experiments/checkpoints/relay-base", ROOT).pathname}" },
    data: relay({ tier: "hard", train: 16, validation: 6 }),
    arms: { srl: [srl({
      updates: ${UPDATES}, groups: 4, rollouts: 4, learningRate: 1e-3, maxTokens: 24, validateEvery: 3,
      dynamicSampling: { epsilon: 0.1, maxRefills: 1 },
    })] },
    evaluation: { samples: 2, benchmarks: { easy: relay({ tier: "easy", problems: 4 }) } },
  });`;

/** A folder with the experiment, in which the real command runs it. */
class Place {
  readonly dir = Deno.makeTempDirSync();

  constructor() {
    Deno.writeTextFileSync(`${this.dir}/tiny.ts`, EXPERIMENT);
  }

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

  /** Waits until a state after `step` updates or more is saved; returns the updates. */
  async saved(step: number): Promise<number> {
    for (;;) {
      for (const name of this.#stages()) {
        const path = `${this.dir}/.stepwise/stages/${name}/resume.json`;
        try {
          const found = JSON.parse(Deno.readTextFileSync(path)).record.step;
          if (found >= step) return found;
        } catch {
          // Nothing is saved yet.
        }
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  #stages(): string[] {
    try {
      return [...Deno.readDirSync(`${this.dir}/.stepwise/stages`)].map(({ name }) => name);
    } catch {
      return []; // Nothing has begun yet.
    }
  }

  /** Folder of the finished training stage. */
  get stage(): string {
    const dirs = this.#stages().map((name) => `${this.dir}/.stepwise/stages/${name}`);
    return dirs.find((dir) =>
      [...Deno.readDirSync(dir)].some(({ name }) => name === "rollouts.jsonl")
    )!;
  }

  /** Everything that a seed fixes. */
  result(): Record<string, string> {
    const read = (name: string) => Deno.readTextFileSync(`${this.stage}/${name}`);
    return {
      metrics: read("metrics.jsonl"),
      rollouts: read("rollouts.jsonl"),
      weights: Deno.readFileSync(`${this.stage}/checkpoint/model.safetensors`).join(),
      table: Deno.readTextFileSync(`${this.dir}/results/tiny/table.csv`),
    };
  }
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test(
  await live(
    "an experiment on TRL that was stopped, then killed, comes to the same bytes and table",
  ),
  async () => {
    const whole = new Place();
    const { code, stdout, stderr } = await whole.start().output();
    assertEquals(code, 0, text(stdout) + text(stderr));
    const expected = whole.result();

    const place = new Place();
    const first = place.start();
    const stopped = await place.saved(1);
    first.kill("SIGINT");
    const ended = await first.output();
    assertEquals(ended.code, 130, text(ended.stdout) + text(ended.stderr));
    assert(stopped < UPDATES);

    const second = place.start();
    const killed = await place.saved(stopped + 2);
    second.kill("SIGKILL");
    await second.output();
    assert(killed < UPDATES, "it was finished before it could be killed");

    const third = await place.start().output();
    assertEquals(third.code, 0, text(third.stdout) + text(third.stderr));
    const found = place.result();
    for (const key of Object.keys(expected)) assertEquals(found[key] === expected[key], true, key);

    const log = Deno.readTextFileSync(`${place.stage}/log.txt`);
    assert(/goes on after update \d+/.test(log), log);
    const { trainer } = JSON.parse(Deno.readTextFileSync(`${place.stage}/provenance.json`));
    assertEquals([trainer.engine, trainer.processes], ["trl", 2]);
    // The rows of validation are merged with those of training, once each.
    const rows = expected.metrics!.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(rows.map(({ step }) => step), Array.from({ length: UPDATES + 1 }, (_, i) => i));
    assertEquals(rows.filter((row) => "validation" in row).map(({ step }) => step), [0, 3, 6, 8]);
  },
);
