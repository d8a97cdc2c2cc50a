import { assert, assertEquals } from "@std/assert";
import { live } from "../trainers/trl/python_available.ts";

const ROOT = new URL("../../", import.meta.url);
const UPDATES = 8;

/** SFT and then SRL on TRL with two processes, from the repository's policy. */
const EXPERIMENT = `
  import { experiment, relay, sft, srl, trl } from "${new URL("mod.ts", ROOT).href}";
  export default experiment({
    name: "tiny", question: "Does it survive?", engine: trl({ processes: 2 }),
    policy: { base: "${new URL("experiments/checkpoints/relay-base", ROOT).pathname}" },
    data: relay({ tier: "hard", train: 16, validation: 6 }),
    arms: { both: [sft({ updates: 40, batch: 8, learningRate: 1e-4, validateEvery: 20 }), srl({
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
    assert(await place.saved("sft", 1) < 40);
    first.kill("SIGINT");
    const ended = await first.output();
    assertEquals(ended.code, 130, text(ended.stdout) + text(ended.stderr));

    const second = place.start();
    assert(await place.saved("srl", 2) < UPDATES, "it was finished before it could be killed");
    second.kill("SIGKILL");
    await second.output();

    const third = await place.start().output();
    assertEquals(third.code, 0, text(third.stdout) + text(third.stderr));
    const found = place.result();
    for (const key of Object.keys(expected)) assertEquals(found[key] === expected[key], true, key);

    for (const kind of ["sft", "srl"] as const) {
      const log = Deno.readTextFileSync(`${place.stage(kind)}/log.txt`);
      assert(/goes on after update \d+/.test(log), log);
    }
    const { trainer } = JSON.parse(Deno.readTextFileSync(`${place.stage("srl")}/provenance.json`));
    assertEquals([trainer.engine, trainer.processes], ["trl", 2]);
    // The rows of validation are merged with those of training, once each.
    const rows = Deno.readTextFileSync(`${place.stage("srl")}/metrics.jsonl`).trimEnd().split("\n")
      .map((line) => JSON.parse(line));
    assertEquals(rows.map(({ step }) => step), Array.from({ length: UPDATES + 1 }, (_, i) => i));
    assertEquals(rows.filter((row) => "validation" in row).map(({ step }) => step), [0, 3, 6, 8]);
  },
);
