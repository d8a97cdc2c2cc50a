import { assertEquals, assertLess, assertRejects, assertStringIncludes } from "@std/assert";
import { StoppableWorker } from "../../src/verifier/stoppable_worker.ts";

const url = new URL("./calls_worker.ts", import.meta.url);

Deno.test("StoppableWorker keeps one thread from call to call", async () => {
  using worker = new StoppableWorker<string, string>(url);
  assertEquals(await worker.call("a", 5_000), { status: "done", value: "a 1" });
  assertEquals(await worker.call("b", 5_000), { status: "done", value: "b 2" });
});

Deno.test("StoppableWorker stops a computation without end and starts anew", async () => {
  using worker = new StoppableWorker<string, string>(url);
  await worker.call("warm", 5_000);
  const begun = performance.now();
  assertEquals(await worker.call("spin", 200), { status: "timeout", deadlineMs: 200 });
  assertLess(performance.now() - begun, 3_000);
  assertEquals(await worker.call("again", 5_000), { status: "done", value: "again 1" });
});

Deno.test("StoppableWorker hands back what is thrown and goes on", async () => {
  using worker = new StoppableWorker<string, string>(url);
  assertEquals(await worker.call("throw", 5_000), {
    status: "error",
    message: "TypeError: as asked",
  });
  assertEquals(await worker.call("b", 5_000), { status: "done", value: "b 2" });
});

Deno.test("StoppableWorker survives a worker that breaks between calls", async () => {
  using worker = new StoppableWorker<string, string>(url);
  await worker.call("crash", 5_000);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assertEquals(await worker.call("a", 5_000), { status: "done", value: "a 1" });
});

Deno.test("StoppableWorker says why a module cannot be loaded", async () => {
  const broken = new URL("data:text/javascript,throw new Error('it cannot start')");
  using worker = new StoppableWorker<string, string>(broken);
  const outcome = await worker.call("a", 5_000);
  assertEquals(outcome.status, "error");
  assertStringIncludes(outcome.status === "error" ? outcome.message : "", "it cannot start");
});

Deno.test("StoppableWorker refuses a second call at the same time", async () => {
  using worker = new StoppableWorker<string, string>(url);
  const first = worker.call("a", 5_000);
  await assertRejects(() => worker.call("b", 5_000), Error, "one call at a time");
  assertEquals((await first).status, "done");
});

Deno.test("StoppableWorker ends a call with an error when it is disposed of", async () => {
  const worker = new StoppableWorker<string, string>(url);
  await worker.call("warm", 5_000);
  const spinning = worker.call("spin", 60_000);
  worker[Symbol.dispose]();
  assertEquals(await spinning, { status: "error", message: "the worker was closed" });
});
