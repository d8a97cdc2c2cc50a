import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { zipSync } from "fflate";
import { InputError } from "../../../src/errors.ts";
import { RayClient } from "../../../src/trainers/ray/client.ts";
import { readSubmitted, requireNoOther } from "../../../src/trainers/ray/submitted.ts";
import { JobFailure } from "../../../src/trainers/jobs/job_process.ts";
import { Cluster, freePort, live, sleep } from "./cluster.ts";
import { run, standIn, tell } from "./stand_in.ts";

const read = (path: string) => JSON.parse(Deno.readTextFileSync(path));

/** Waits until a job's file has a text. */
async function until(path: string, text: string): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; await sleep(100)) {
    if ((await Deno.readTextFile(path).catch(() => "")).includes(text)) return;
  }
  throw new Error(`${path} does not get ${text}`);
}

Deno.test("runRayJob() says that no head is there before it does anything", async () => {
  const dir = await standIn({ updates: 1, seconds: 0 });
  await assertRejects(
    () => run(dir, new RayClient(`http://127.0.0.1:${freePort()}`)),
    InputError,
    "cannot be reached",
  );
  assertEquals(await readSubmitted(`${dir}/output`), null);
});

/** A head that takes one job, whose events the test writes. */
async function withHead(
  body: (
    head: { client: RayClient; dir: string; forget(): void; leave(): Promise<void> },
  ) => Promise<void>,
): Promise<void> {
  let known = true;
  const handle = (request: Request): Response => {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/version") return Response.json({ ray_version: "2.60.0" });
    if (pathname.startsWith("/api/packages/")) return new Response();
    if (request.method === "POST") return Response.json({});
    return known ? Response.json({ status: "RUNNING" }) : new Response("", { status: 404 });
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handle);
  const client = new RayClient(`http://127.0.0.1:${server.addr.port}`);
  const dir = await standIn({ updates: 1, seconds: 0 });
  const forget = () => void (known = false);
  await body({ client, dir, forget, leave: () => server.shutdown() });
  await server.shutdown();
}

/** Writes events as a job does. */
const say = async (dir: string, ...types: readonly string[]) => {
  const lines = types.map((type, step) => `${JSON.stringify({ type, step })}\n`).join("");
  await Deno.writeTextFile(`${dir}/output/events.jsonl`, lines, { append: true });
};

Deno.test("runRayJob() fails with a job that the cluster has forgotten, unless it had finished", async () => {
  await withHead(async ({ client, dir, forget }) => {
    const running = run(dir, client, { onEvent: () => Promise.resolve(forget()) });
    await until(`${dir}/output/ray.json`, "stepwise");
    await say(dir, "began");
    await assertRejects(
      () => running,
      JobFailure,
      "its head was started anew, which ends all jobs. It wrote no log.",
    );
  });
  await withHead(async ({ client, dir, forget }) => {
    const running = run(dir, client, { onEvent: () => Promise.resolve(forget()) });
    await until(`${dir}/output/ray.json`, "stepwise");
    await say(dir, "began", "finished");
    const { end, step } = await running;
    assertEquals([end, step], ["finished", 1]);
  });
});

Deno.test("runRayJob() takes the word of a job that goes on without its head", async () => {
  await withHead(async ({ client, dir, leave }) => {
    const said: string[] = [];
    const report = (message: string) => said.push(message);
    const running = run(dir, client, { report, patienceSeconds: 3, stallSeconds: 1 });
    await until(`${dir}/output/ray.json`, "stepwise");
    await leave();
    // As long as it says something, it is not lost.
    for (let i = 0; i < 5; i++) {
      await say(dir, "alive");
      await sleep(1000);
    }
    await say(dir, "finished");
    assertEquals((await running).end, "finished");
    assertMatch(said[1]!, /cannot be reached: .*; trying again for 3 s$/);
  });
});

Deno.test(await live("runRayJob() on a cluster"), async (t) => {
  await using cluster = await Cluster.start();
  const { client } = cluster;

  await t.step("runs a job in a copy of its folder, and hands over its events", async () => {
    const dir = await standIn({ updates: 4, seconds: 0.3 });
    const files: string[] = [];
    const { end, step, heard, said } = await run(dir, client, {
      env: { OMP_NUM_THREADS: "3" },
      ray: {
        address: null,
        device: "cpu",
        install: false,
        env: { TOLD: 'by the user\'s "words"' },
      },
      onSubmit: (file) => Promise.resolve(void files.push(file)),
    });
    assertEquals({ end, step }, { end: "finished", step: 4 });
    const told = { told: 'by the user\'s "words"', threads: "3" };
    assertEquals(read(`${dir}/output/final.json`), { sum: 112, ...told });
    assertEquals(heard.map(({ type }) => type), [
      "began",
      ...Array(4).fill(["updated", "saved"]).flat(),
      "finished",
    ]);
    const { id } = (await readSubmitted(`${dir}/output`))!;
    assertMatch(id, /^stepwise-test-[0-9a-f]{8}$/);
    assertEquals(files, [`${dir}/output/ray.json`]);
    assertEquals(said, [`submitted to Ray at ${cluster.address} as ${id}`]);
    const log = await Deno.readTextFile(`${dir}/output/log.txt`);
    // The policy and the output stay where they are.
    assert(
      log.includes("['config.json', 'data.jsonl', 'ray_job.sh', 'requirements.txt', 'train.py']"),
      log,
    );
    const { metadata } = (await client.job(id))!;
    assertEquals(metadata, { stepwise: "test", output: `${dir}/output` });
  });

  await t.step("stops a job after its update, and a later call goes on from there", async () => {
    const dir = await standIn({ updates: 30, seconds: 0.2 });
    const stop = new AbortController();
    const stopped = await run(dir, client, {
      stop: stop.signal,
      onEvent: ({ step }) => Promise.resolve(step === 2 ? stop.abort() : undefined),
    });
    assertEquals(stopped.end, "stopped");
    assert(stopped.step >= 2 && stopped.step < 30, `${stopped.step}`);
    await tell(dir, { updates: stopped.step + 2, seconds: 0 });
    const { end, step, heard } = await run(dir, client);
    assertEquals([end, step], ["finished", stopped.step + 2]);
    assertEquals(heard[0]!.step, stopped.step);
  });

  await t.step("finds the job of a process that was killed, running or finished", async () => {
    const dir = await standIn({ updates: 30, seconds: 0.3 });
    const submitter = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "-q", "--no-check", new URL("stand_in.ts", import.meta.url).pathname],
        ...[dir, cluster.address],
      ],
    }).spawn();
    await until(`${dir}/output/events.jsonl`, '"step": 2');
    submitter.kill("SIGKILL");
    await submitter.status;
    // Another cluster, and this machine, must not begin it once more.
    await assertRejects(
      () =>
        run(dir, client, {
          client: new RayClient(cluster.address.replace("127.0.0.1", "localhost")),
        }),
      InputError,
      `runs already on ${cluster.address}; expected that address, or its job ended: ray job stop --address`,
    );
    await assertRejects(
      () => requireNoOther(`${dir}/output`, null),
      InputError,
      "found none, where",
    );
    const { id } = (await readSubmitted(`${dir}/output`))!;
    const { end, step, heard, said } = await run(dir, client);
    assertEquals([end, step], ["finished", 30]);
    assertEquals(said, [`goes on following ${id} on Ray at ${cluster.address}`]);
    assertEquals(heard.filter(({ type }) => type === "began").length, 1);
    assertEquals(heard.filter(({ type }) => type === "updated").length, 30);
    // Finished while nobody was there: not even its head is needed.
    const away = new RayClient(`http://127.0.0.1:${freePort()}`);
    assertEquals((await run(dir, away)).heard, heard);
  });

  await t.step("fails with a job that was stopped or killed, or ended by itself", async () => {
    const stopped = await standIn({ updates: 30, seconds: 0.2 });
    await assertRejects(
      () =>
        run(stopped, client, {
          onEvent: async ({ step, type }) => {
            if (step !== 2 || type !== "saved") return;
            await client.stop((await readSubmitted(`${stopped}/output`))!.id);
          },
        }),
      JobFailure,
      "was stopped on the cluster. The end of its log:\n  | began at 0",
    );
    const cases = [[{ kill: true }, 137], [{ exit: 9 }, 9]] as const;
    await Promise.all(cases.map(async ([what, code]) => {
      const dir = await standIn({ updates: 3, seconds: 0, at: 1, ...what });
      const error = await assertRejects(() => run(dir, client), JobFailure);
      assert(
        error.message.includes(` ended with code ${code}. The end of its log:\n  | began at 0`),
      );
      assert(error.message.endsWith("\n  | now it happens"), error.message);
    }));
  });

  await t.step("ends a job that says nothing any more", async () => {
    const dir = await standIn({ updates: 3, seconds: 0, at: 1 });
    await assertRejects(
      () => run(dir, client, { stallSeconds: 5 }),
      JobFailure,
      'said nothing for 5 s (engine.stallSeconds), last "saved"; it was ended. The end of its log:\n  | began at 0',
    );
    const { id } = (await readSubmitted(`${dir}/output`))!;
    assertEquals((await client.job(id))!.status, "STOPPED");
  });

  await t.step("does not wait forever for a node, and says what it wants", async () => {
    const dir = await standIn({ updates: 1, seconds: 0 });
    const error = await assertRejects(
      () => run(dir, client, { stallSeconds: 4, share: { cpus: 1, gpus: 8 } }),
      JobFailure,
    );
    assertMatch(
      error.message,
      /^Ray did not begin the job in 4 s \(engine.stallSeconds\); it wants 1 processor and 8 GPUs on one node: the cluster has [\d.]+: 2 processors$/,
    );
    // To wait for another job's processors is no silence.
    const both = await Promise.all([0, 500].map(async (ms) => {
      await sleep(ms);
      const share = { cpus: 2, gpus: 0 };
      return await run(await standIn({ updates: 4, seconds: 1 }), client, {
        share,
        stallSeconds: 3,
      });
    }));
    assertEquals(both.map(({ end }) => end), ["finished", "finished"]);
    // Should a node come, the job finds that it is no longer wanted.
    assertEquals(await readSubmitted(`${dir}/output`), null);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 3000);
    const more = { stop: stop.signal, share: { cpus: 1, gpus: 8 }, savedStep: 7 };
    const { end, step } = await run(dir, client, more);
    assertEquals([end, step], ["stopped", 7]);
  });

  // It looks for the folder for ten seconds; that costs no processor.
  const hidden = await standIn({ updates: 1, seconds: 0 });
  const unseen = assertRejects(
    () =>
      run(hidden, client, {
        share: { cpus: 0, gpus: 0 },
        onSubmit: (file) => Deno.remove(file),
      }),
    InputError,
    `${hidden}/output: not seen by the node of the cluster that ran the job; expected a folder that`,
  );

  await t.step("has Ray install what the job requires, or says why it could not", async () => {
    const dir = await standIn({ updates: 1, seconds: 0 });
    const wheel = `${dir}/stepwise_probe-1.0-py3-none-any.whl`;
    const text = (body: string) => new TextEncoder().encode(body);
    const info = "stepwise_probe-1.0.dist-info";
    await Deno.writeFile(
      wheel,
      zipSync({
        "stepwise_probe.py": text("WORD = 'installed'\n"),
        [`${info}/METADATA`]: text("Metadata-Version: 2.1\nName: stepwise-probe\nVersion: 1.0\n"),
        [`${info}/WHEEL`]: text("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        [`${info}/RECORD`]: text(""),
      }),
    );
    const ray = { address: null, device: "cpu", install: true, env: {} } as const;
    const command = ["python", "-c", "import stepwise_probe; print(stepwise_probe.WORD); exit(5)"];
    await Deno.writeTextFile(`${dir}/requirements.txt`, `# what it needs\n${wheel}\n`);
    const broken = await standIn({ updates: 1, seconds: 0 });
    await Deno.writeTextFile(`${broken}/requirements.txt`, `${dir}/no-such-1.0-py3-none-any.whl\n`);
    await Promise.all([
      assertRejects(
        () => run(dir, client, { ray, command }),
        JobFailure,
        "ended with code 5. The end of its log:\n  | installed",
      ),
      assertRejects(() => run(broken, client, { ray }), JobFailure).then(({ message }) => {
        assert(message.startsWith("Ray could not prepare the node for stepwise-test-"), message);
        assert(message.includes("no-such-1.0"), message);
      }),
    ]);
  });

  await t.step("refuses a node that does not see the job's folder", async () => void await unseen);

  await t.step(
    "says that the node was lost, and goes on from the checkpoint on another",
    async () => {
      await cluster.add("doomed", 3);
      const dir = await standIn({ updates: 100, seconds: 0.2 });
      const error = await assertRejects(
        () =>
          run(dir, client, {
            share: { cpus: 3, gpus: 0 },
            onEvent: ({ step, type }) =>
              Promise.resolve(step === 3 && type === "saved" ? cluster.kill("doomed") : undefined),
          }),
        JobFailure,
      );
      assertMatch(
        error.message,
        /^stepwise-test-\w+ was lost with its node, or killed there \(JOB_SUPERVISOR_ACTOR_/,
      );
      const { step: saved } = read(`${dir}/output/resume.json`);
      await tell(dir, { updates: saved + 1, seconds: 0 });
      const { end, heard } = await run(dir, client);
      assertEquals([end, heard[0]!.step], ["finished", saved]);
    },
  );

  await t.step("says that the cluster is lost", async () => {
    const dir = await standIn({ updates: 100, seconds: 0.2 });
    const said: string[] = [];
    const error = await assertRejects(
      () =>
        run(dir, client, {
          patienceSeconds: 4,
          onEvent: ({ step, type }) =>
            Promise.resolve(step === 3 && type === "saved" ? cluster.kill() : undefined),
          report: (message) => said.push(message),
        }),
      JobFailure,
      "nor has the job said anything for 4 s. Where its head is back, this stage goes on following stepwise-test-",
    );
    assert(error.message.includes("The end of its log:\n  | began at 0"), error.message);
    assertMatch(said[1]!, /^Ray at .* cannot be reached: .*; trying again for 4 s$/);
  });
});
