import { assert, assertEquals } from "@std/assert";
import { Rng } from "../../src/random/rng.ts";
import { expected, Place } from "./tiny_project.ts";

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

/** Bytes of metrics that unfinished stages have written. */
function metricsSize(place: Place): number {
  const stages = `${place.dir}/.stepwise/stages`;
  try {
    const drafts = [...Deno.readDirSync(stages)].filter(({ name }) => name.endsWith(".part"));
    return drafts.map(({ name }) => Deno.statSync(`${stages}/${name}/metrics.jsonl`).size)
      .reduce((sum, size) => sum + size, 0);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0; // Not begun, or finished meanwhile.
    throw error;
  }
}

Deno.test("an experiment stopped by Ctrl-C at up to five moments saves each time, and ends as if it never had been", async () => {
  const reference = await expected();
  using place = new Place();
  const codes: number[] = [];
  let saved = 0;
  for (let stops = 0; codes.at(-1) !== 0; stops++) {
    const before = metricsSize(place);
    const child = place.start();
    const output = child.output();
    let over = false;
    void output.then(() => over = true);
    // Stops a stage that has made an update, on a machine of any speed.
    while (!over && metricsSize(place) <= before) await new Promise((r) => setTimeout(r, 2));
    if (stops < 5 && !over) {
      try {
        child.kill("SIGINT");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // It has ended by itself.
      }
    }
    const { code, stdout } = await output;
    codes.push(code);
    saved += [...new TextDecoder().decode(stdout).matchAll(/^saved {3}/gm)].length;
  }
  assertEquals(codes, [130, 130, 130, 130, 130, 0].slice(-codes.length));
  assert(saved > 0, "every Ctrl-C came when nothing was trained");
  assertEquals(place.fingerprint(), reference);
});
