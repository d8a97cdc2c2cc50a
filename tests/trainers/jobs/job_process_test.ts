import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { type JobEvent, JobFailure, runJob } from "../../../src/trainers/jobs/job_process.ts";

/** Runs a job whose launcher is this program. */
async function run(
  body: string,
  { stall = 20, stop = new AbortController().signal, heard = [] as JobEvent[] } = {},
) {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(`${dir}/output`);
  await Deno.writeTextFile(
    `${dir}/launch.ts`,
    `const say = (event: object) =>
       Deno.writeTextFileSync("output/events.jsonl", JSON.stringify(event) + "\\n", { append: true });
     const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
     ${body}`,
  );
  return await runJob({
    dir,
    command: [Deno.execPath(), "run", "-A", "--quiet", "--no-check", "launch.ts"],
    env: { FROM: "the caller" },
    stallSeconds: stall,
    stop,
    onEvent: (event) => Promise.resolve(void heard.push(event)),
  });
}

Deno.test("runJob() hands over events in order, and says how the job ended", async () => {
  const heard: JobEvent[] = [];
  const end = await run(
    `say({ type: "began", step: 0, time: 1 });
     await sleep(300);
     say({ type: "updated", step: 1 });
     say({ type: Deno.env.get("FROM") });
     say({ type: "finished", step: 1 });`,
    { heard },
  );
  assertEquals(end, { end: "finished", step: 1 });
  assertEquals(heard, [
    { type: "began", step: 0 },
    { type: "updated", step: 1 },
    { type: "the caller" },
    { type: "finished", step: 1 },
  ]);
});

Deno.test("runJob() asks a job to stop by a file, and tells that it did", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 600);
  const end = await run(
    `say({ type: "began", step: 0 });
     for (;;) {
       await sleep(50);
       try { Deno.statSync("output/stop"); break; } catch {}
     }
     say({ type: "stopped", step: 7 });`,
    { stop: stop.signal },
  );
  assertEquals(end, { end: "stopped", step: 7 });
});

Deno.test("runJob() fails with what the first process said, and not with what followed from it", async () => {
  const error = await assertRejects(
    () =>
      run(`
       const write = (rank: number, time: number, message: string) => Deno.writeTextFileSync(
         \`output/error-\${rank}.json\`,
         JSON.stringify({ rank, time, message, type: "RuntimeError", traceback: "line 1\\nline 2" }),
       );
       write(0, 20, "connection closed by peer");
       write(1, 10, "out of memory");
       console.error("lots of noise");
       Deno.exit(3);`),
    Error,
    "ended with code 3: process 1: RuntimeError: out of memory\n  | line 1\n  | line 2",
  );
  assert(error instanceof JobFailure);
  // A stack would say that it was this program's fault, and cost the checkpoint.
  assertEquals(error.stack, "");
});

Deno.test("runJob() throws InputError for what the user can mend", async () => {
  await assertRejects(
    () =>
      run(`Deno.writeTextFileSync("output/error-0.json", JSON.stringify({
         rank: 0, time: 1, type: "SystemExit", message: "trl: found none; expected 1.16.0", traceback: "",
       }));
       Deno.exit(1);`),
    InputError,
    "engine trl: trl: found none; expected 1.16.0",
  );
});

Deno.test("runJob() shows the end of the log where no process said anything", async () => {
  await assertRejects(
    () => run(`for (let i = 0; i < 40; i++) console.error("noise", i); Deno.exit(9);`),
    Error,
    "ended with code 9. The end of its log:\n  | noise 28\n",
  );
  // To end well without a word is no success.
  await assertRejects(() => run(`console.log("nothing to do");`), Error, "ended with code 0");
});

Deno.test("runJob() ends a job that says nothing any more", async () => {
  const begin = performance.now();
  await assertRejects(
    () =>
      run(`say({ type: "sampling", step: 0 }); console.log("stuck"); for (;;) await sleep(1000);`, {
        stall: 2,
      }),
    Error,
    'the job said nothing for 2 s (engine.stallSeconds), last "sampling"; it was ended. ' +
      "The end of its log:\n  | stuck",
  );
  assertLess(performance.now() - begin, 15_000);
});

Deno.test("runJob() forgets what an earlier launch said", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(`${dir}/output`);
  await Deno.writeTextFile(`${dir}/output/events.jsonl`, '{"type":"finished","step":9}\n');
  await Deno.writeTextFile(`${dir}/output/stop`, "");
  await Deno.writeTextFile(`${dir}/launch.ts`, "");
  const heard: JobEvent[] = [];
  await assertRejects(() =>
    runJob({
      dir,
      command: [Deno.execPath(), "run", "--quiet", "launch.ts"],
      ...{ env: {}, stallSeconds: 20, stop: new AbortController().signal },
      onEvent: (event) => Promise.resolve(void heard.push(event)),
    })
  );
  assertEquals(heard, []);
  assert(!await Deno.stat(`${dir}/output/stop`).then(() => true, () => false));
});
