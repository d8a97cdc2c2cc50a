import { assert, assertEquals, assertLess } from "@std/assert";
import { writeSubmitted } from "../../../src/trainers/ray/submitted.ts";

const script = new URL("../../../src/trainers/ray/job/ray_job.sh", import.meta.url).pathname;
const ignore = Deno.build.os !== "linux";

/** Starts the script in a session of its own, as Ray does. */
function start(output: string, id: string, ...command: readonly string[]): Deno.ChildProcess {
  return new Deno.Command("setsid", {
    args: ["--wait", "bash", script, ...command],
    env: { STEPWISE_OUTPUT: output, STEPWISE_RAY_JOB: id },
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn();
}

/** A folder that a job was submitted for. */
async function submitted(id: string): Promise<string> {
  const output = await Deno.makeTempDir();
  await writeSubmitted(output, { id, address: "http://head:8265", version: "2.60.0" });
  return output;
}

Deno.test({
  name: "ray_job.sh runs the command, keeps its log and gives its exit code",
  ignore,
  fn: async () => {
    const output = await submitted("stepwise-a-1");
    const { code, stdout } = await start(
      ...[output, "stepwise-a-1"] as const,
      ...["bash", "-c", 'echo "$1"; echo oops >&2; exit 7', "-", "two words"],
    ).output();
    assertEquals(code, 7);
    assertEquals(new TextDecoder().decode(stdout), "two words\noops\n");
    assertEquals(await Deno.readTextFile(`${output}/log.txt`), "two words\noops\n");
  },
});

Deno.test({
  name: "ray_job.sh waits for a folder that is seen late, and refuses one that is another's",
  ignore,
  fn: async () => {
    const output = await submitted("stepwise-a-12");
    const late = await Deno.makeTempDir();
    const begin = performance.now();
    setTimeout(
      () => writeSubmitted(late, { id: "stepwise-a-1", address: "", version: "" }),
      1500,
    );
    const [other, found] = await Promise.all([
      start(output, "stepwise-a-1", "echo", "ran").output(),
      start(late, "stepwise-a-1", "echo", "ran").output(),
    ]);
    assertEquals(found.code, 0);
    assertEquals(other.code, 66);
    const said = new TextDecoder().decode(other.stdout);
    assert(said.includes(`does not see ${output} as the machine that submitted`), said);
    assertLess(performance.now() - begin, 20_000);
  },
});

Deno.test({
  name: "ray_job.sh ends a job whose place another has taken",
  ignore,
  fn: async () => {
    const output = await submitted("stepwise-a-1");
    const job = start(output, "stepwise-a-1", "sleep", "60");
    await new Promise((done) => setTimeout(done, 500));
    const begin = performance.now();
    await writeSubmitted(output, { id: "stepwise-a-2", address: "", version: "" });
    const { success, stdout } = await job.output();
    assertEquals(success, false);
    assertLess(performance.now() - begin, 10_000);
    const said = new TextDecoder().decode(stdout);
    assert(said.includes("another job has taken the place of this one"), said);
  },
});
