import { assertEquals, assertRejects } from "@std/assert";
import { lockStage, waitForLock } from "../../src/runs/lock.ts";

Deno.test("waitForLock() waits for who has the lock, and not for ever", async () => {
  const folder = await Deno.makeTempDir();
  const held = await waitForLock(folder, "a");
  await assertRejects(
    () => waitForLock(folder, "a", 0.1),
    Error,
    `${folder}/a.lock: another process has held it for 0.1 s`,
  );
  const waiting = waitForLock(folder, "a");
  held[Symbol.dispose]();
  using _lock = await waiting;
  assertEquals(await lockStage(folder, "a"), null);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("lockStage() gets the lock of a process that was killed", async () => {
  const folder = await Deno.makeTempDir();
  const script = `
    import { lockStage } from "${import.meta.resolve("../../src/runs/lock.ts")}";
    await lockStage(${JSON.stringify(folder)}, "a");
    console.log("held");
    setInterval(() => {}, 1000);`;
  await Deno.writeTextFile(`${folder}/hold.ts`, script);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--no-check", `${folder}/hold.ts`],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  assertEquals(await lockStage(folder, "a"), null);
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  using lock = await lockStage(folder, "a");
  assertEquals(lock !== null, true);
  await Deno.remove(folder, { recursive: true });
});
