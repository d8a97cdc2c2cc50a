import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { Rng } from "../../src/random/rng.ts";

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
class Place implements Disposable {
  readonly dir = Deno.makeTempDirSync();

  constructor() {
    const imports = Object.entries(MODULES).map(([module, symbol]) =>
      `import { ${symbol} } from "${new URL(`src/experiment/${module}.ts`, ROOT).href}";`
    );
    Deno.writeTextFileSync(`${this.dir}/tiny.ts`, imports.join("\n") + EXPERIMENT);
  }

  /** Starts the command. */
  start(env: Record<string, string> = {}): Deno.ChildProcess {
    const path = (relative: string) => new URL(relative, ROOT).pathname;
    const args = ["run", "-A", "-q", "--no-check", "--config", path("deno.json")];
    return new Deno.Command(Deno.execPath(), {
      args: [...args, path("src/cli/experiment.ts"), "tiny.ts", "--save-every", "0", "--jobs", "2"],
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
        .filter((file) => !file.includes("/locks/") && !file.includes("/failed/"))
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
function expected(): Promise<Record<string, string>> {
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

/** The process of a stage that runs; null where none does, or this system does not tell. */
function stageOf({ pid }: Deno.ChildProcess): number | null {
  try {
    const tasks = [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => name);
    const children = tasks.flatMap((task) =>
      Deno.readTextFileSync(`/proc/${pid}/task/${task}/children`).trim().split(" ")
    );
    const [first] = children.filter((child) => child !== "");
    return first === undefined ? null : Number(first);
  } catch {
    return null; // It has ended meanwhile.
  }
}

/** Asserts that what was finished before is as it was. */
function assertKept(before: Record<string, string>, place: Place): void {
  const after = place.finished();
  for (const [file, hash] of Object.entries(before)) assertEquals(after[file], hash, file);
}

Deno.test("an experiment killed at 40 random moments ends as if it never had been", async () => {
  const reference = await expected();
  using place = new Place();
  const rng = new Rng("kill");
  let [kills, ends, ofStages] = [0, 0, 0];
  while (kills < 40 || ends === 0) {
    const before = kills > 0 || ends > 0 ? place.finished() : {};
    const child = place.start();
    const output = child.output();
    let over = false;
    void output.then(() => over = true);
    await new Promise((r) => setTimeout(r, 300 + 1300 * rng.next()));
    const stage = rng.chance(0.4) ? stageOf(child) : null;
    if (!over) {
      try {
        Deno.kill(stage ?? child.pid, "SIGKILL");
        kills++;
        if (stage !== null) ofStages++;
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound) && !(error instanceof TypeError)) throw error;
      }
    }
    const { code, stderr } = await output;
    assert([0, 1, 137].includes(code), `${code}: ${new TextDecoder().decode(stderr)}`);
    assertKept(before, place);
    if (code !== 0) continue;
    assertEquals(place.fingerprint(), reference);
    ends++;
    if (kills < 40) place.clear();
  }
  assert(ofStages > 5, `only ${ofStages} stages were killed themselves`);
});

Deno.test("an experiment killed once at every point where it writes ends as if it never had been", async () => {
  const reference = await expected();
  using place = new Place();
  const points = await Deno.makeTempFile();
  const seen = async () =>
    (await Deno.readTextFile(points)).split("\n").filter((line) => line !== "");
  for (let runs = 0;; runs++) {
    const before = runs > 0 ? place.finished() : {};
    const died = (await seen()).length;
    const { code, stderr } = await place.start({ STEPWISE_FAULT: `kill:${points}` }).output();
    assertKept(before, place);
    if (code === 0) break;
    assert([1, 137].includes(code), `${code}: ${new TextDecoder().decode(stderr)}`);
    assert((await seen()).length > died, "a run failed, but not by a fault");
  }
  assertEquals(place.fingerprint(), reference);
  const died = await seen();
  await Deno.remove(points);
  for (
    const point of [
      "metrics.jsonl: appended",
      "rollouts.jsonl: append",
      "resume-a.safetensors: write",
      "resume-b.safetensors: rename",
      "resume.json: rename",
      "resume.json: written",
      "checkpoint: rename",
      "manifest.json: written",
      "stage: rename",
      "stage: renamed",
      "results: write",
      "results: renamed",
    ]
  ) assert(died.includes(point), point);
});
