/** @file A project whose experiment trains a tiny policy for seconds, with real stages. */
import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";

const ROOT = new URL("../../", import.meta.url);

/** An experiment of a few seconds, whose stages save after every update. */
const EXPERIMENT = `
  const start = sft({
    target: "solution", learningRate: [2e-2, 1e-2], updates: 24, batch: 6, warmup: 0.1, validateEvery: 8,
  });
  const steps = srl({
    updates: 6, groups: 4, rollouts: 4, learningRate: 3e-3, maxTokens: 24, validateEvery: 2, klCoefficient: 0.1,
  });
  export default experiment({
    name: "tiny", question: "Does it survive?", seeds: [1],
    policy: { tiny: { init: {
      hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, intermediate_size: 64,
      max_position_embeddings: 256, initializer_range: 0.1,
    } } },
    data: relay({ tier: "easy", train: 6, validation: 4 }),
    arms: { sft: [start], "sft → srl": [start, steps] },
    evaluation: { samples: 2, benchmarks: { easy: relay({ tier: "easy", problems: 4 }) } },
  });`;
const MODULES = { experiment: "experiment", data: "relay", sft: "sft", srl: "srl" };

/** A folder with the experiment, in which the real command runs real stages. */
export class Place implements Disposable {
  readonly dir: string = Deno.makeTempDirSync();

  constructor() {
    const imports = Object.entries(MODULES).map(([module, symbol]) =>
      `import { ${symbol} } from "${new URL(`src/experiment/${module}.ts`, ROOT).href}";`
    );
    Deno.writeTextFileSync(`${this.dir}/tiny.ts`, imports.join("\n") + EXPERIMENT);
  }

  /** Program and arguments of the command. */
  get command(): [string, ...string[]] {
    const path = (relative: string) => new URL(relative, ROOT).pathname;
    const args = ["run", "-A", "-q", "--no-check", "--config", path("deno.json")];
    const asked = ["tiny.ts", "--save-every", "0", "--jobs", "2"];
    return [Deno.execPath(), ...args, path("src/cli/experiment.ts"), ...asked];
  }

  /** Starts the command. */
  start(env: Record<string, string> = {}): Deno.ChildProcess {
    const [program, ...args] = this.command;
    return new Deno.Command(program, {
      args,
      cwd: this.dir,
      env: { NO_COLOR: "1", ...env },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Everything that a seed fixes, file by file. */
  fingerprint(): Record<string, string> {
    // The manifest has the hashes of the others.
    const varies = ["provenance.json", "timings.jsonl", "log.txt", "manifest.json"];
    return Object.fromEntries(
      this.files().filter((file) => !varies.some((name) => file.endsWith(`/${name}`)))
        .filter((file) => !/\/(locks|failed|plans|boards)\//.test(file))
        .map((file) => [file, this.hash(file)]),
    );
  }

  /** SHA-256 of a file. */
  hash(file: string): string {
    const bytes = Deno.readFileSync(`${this.dir}/${file}`);
    return createHash("sha256").update(bytes).digest("hex");
  }

  /** Paths of all files but the experiment's, sorted. */
  files(below = ""): string[] {
    const entries = [...Deno.readDirSync(`${this.dir}/${below}`)];
    return entries.flatMap(({ name, isDirectory }) =>
      isDirectory ? this.files(`${below}${name}/`) : [`${below}${name}`]
    ).filter((file) => file !== "tiny.ts").sort();
  }

  /** Which stages are finished, and by which run. */
  finished(): Record<string, string> {
    const made = this.files().filter((file) => /\/[0-9a-f]{16}\/provenance\.json$/.test(file));
    return Object.fromEntries(made.map((file) => [file, this.hash(file)]));
  }

  /** Forgets all that was run. */
  clear(): void {
    Deno.removeSync(`${this.dir}/.stepwise`, { recursive: true });
    Deno.removeSync(`${this.dir}/results`, { recursive: true });
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}

let uninterrupted: Promise<Record<string, string>> | undefined;

/** What a run leaves behind that nobody kills. */
export function expected(): Promise<Record<string, string>> {
  return uninterrupted ??= (async () => {
    using place = new Place();
    const { code, stderr } = await place.start().output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const rows = Deno.readTextFileSync(`${place.dir}/results/tiny/metrics.jsonl`);
    // A policy that learns nothing would be the same after any mistake.
    assert(/"kept":[1-4],/.test(rows) && /"kl":[^n]/.test(rows));
    return place.fingerprint();
  })();
}
