import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import {
  readSubmitted,
  requireNoOther,
  withdrawSubmitted,
  writeSubmitted,
} from "../../../src/trainers/ray/submitted.ts";

Deno.test("readSubmitted() is what was written last; null before, and once it was withdrawn", async () => {
  const output = await Deno.makeTempDir();
  assertEquals(await readSubmitted(output), null);
  const job = { id: "stepwise-a-1", address: "http://head:8265", version: "2.60.0" };
  assertEquals(await writeSubmitted(output, job), `${output}/ray.json`);
  assertEquals(await readSubmitted(output), job);
  await withdrawSubmitted(output);
  assertEquals(await readSubmitted(output), null);
});

Deno.test("requireNoOther() refuses a folder that a job of another cluster writes into", async () => {
  const output = await Deno.makeTempDir();
  await requireNoOther(output, null);
  let answer = Response.json({ status: "RUNNING" });
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => answer,
  );
  const address = `http://127.0.0.1:${server.addr.port}`;
  await writeSubmitted(output, { id: "stepwise-a-1", address, version: "2.60.0" });
  await assertRejects(
    () => requireNoOther(output, "http://other:8265"),
    InputError,
    `engine.ray: found http://other:8265, where this stage runs already on ${address}; expected that address, ` +
      `or its job ended: ray job stop --address ${address} stepwise-a-1`,
  );
  await requireNoOther(output, address);
  for (const gone of [Response.json({ status: "FAILED" }), new Response("", { status: 404 })]) {
    answer = gone;
    await requireNoOther(output, null);
  }
  await server.shutdown();
  // A head that is gone has ended its jobs.
  await requireNoOther(output, null);
});
