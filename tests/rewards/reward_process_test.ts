import { assert, assertEquals } from "@std/assert";
import { RewardProcess } from "../../src/rewards/reward_process.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";
import type { FromProcess } from "../../src/rewards/protocol.ts";
import { acting, withTarget } from "./rollouts.ts";

const dir = await Deno.makeTempDir();

/** A reward that does what its action says; the first thing that it does is to tell its process's id. */
const file = `${dir}/reward.ts`;
await Deno.writeTextFile(
  file,
  `import process from "node:process";
   export default ({ action }, { target }) => {
     if (action === "print") {
       console.log("log"); console.info("info"); console.table([1]); console.dir({ a: 1 });
       Deno.stdout.writeSync(new TextEncoder().encode("deno"));
       process.stdout.write("node");
     }
     if (action === "hang") {
       Deno.writeTextFileSync(${JSON.stringify(`${dir}/id`)}, String(Deno.pid));
       for (;;);
     }
     return { value: 1, parts: { id: Deno.pid } };
   };`,
);

/** All that a process says to some items, once it has said as much as is expected or has ended. */
async function talk(process: RewardProcess, ...actions: string[]): Promise<unknown[]> {
  const said: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  process.listen({
    heard(message: FromProcess) {
      said.push(message.type === "judged" ? message.judgement.status : message.type);
      if (said.length === actions.length + 1) resolve();
    },
    ended(message) {
      said.push(message);
      resolve();
    },
  });
  const declared = rewardSchema.parse({ kind: "module", file });
  process.send({ type: "reward", declared, resources: {} });
  const items = actions.map((action) => ({ rollout: acting(action), instance: withTarget("") }));
  process.send({ type: "items", items });
  await promise;
  return said;
}

/** Whether a process runs; one that has ended and was not asked for its status does not. */
async function runs(id: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", `${id}`] })
    .output();
  const state = new TextDecoder().decode(stdout).trim();
  return state !== "" && !state.startsWith("Z");
}

/** Waits until something is so; fails after 10 s. */
async function until(is: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await is()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("not so after 10 s");
}

/** The id of the process that hangs. */
async function hanging(): Promise<number> {
  await until(() => Deno.stat(`${dir}/id`).then(({ size }) => size > 0, () => false));
  const id = Number(await Deno.readTextFile(`${dir}/id`));
  await Deno.remove(`${dir}/id`);
  assert(await runs(id));
  return id;
}

Deno.test("RewardProcess is not disturbed by what a reward prints", async () => {
  const process = new RewardProcess();
  assertEquals(await talk(process, "print", "a", "print"), ["ready", "ok", "ok", "ok"]);
  process.kill();
});

Deno.test("RewardProcess.kill() ends a reward that is in an endless loop", async () => {
  const process = new RewardProcess();
  void talk(process, "hang");
  const id = await hanging();
  process.kill();
  await until(async () => !await runs(id));
});

Deno.test("RewardProcess ends with its parent, though its reward be in an endless loop", async () => {
  const script = new URL("./reward_process_orphan.ts", import.meta.url).pathname;
  const parent = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, file],
    stdout: "null",
  }).spawn();
  const id = await hanging();
  parent.kill("SIGKILL");
  await parent.status;
  await until(async () => !await runs(id));
});

Deno.test("RewardProcess says by which signal it was ended", async () => {
  const process = new RewardProcess();
  const said = talk(process, "hang", "a");
  Deno.kill(await hanging(), "SIGTERM");
  assertEquals(await said, ["ready", "reward process: was ended by SIGTERM"]);
});
