import { assertEquals } from "@std/assert";
import { fileStart, scalars, text } from "../../../src/runs/tracking/tensorboard_events.ts";

Deno.test("fileStart(), text() and scalars() write the bytes that TensorBoard's own messages give", async () => {
  const golden = await Deno.readFile(
    new URL("../../golden/tensorboard_events.bin", import.meta.url),
  );
  const time = 1700000000.25;
  const ours = [
    fileStart(time),
    text("config", "srl → rlvr\n\n    {}", time),
    scalars({ loss: 1.5, reward: -0.1 }, 1, time + 1),
    scalars({ loss: 0 }, 2 ** 40, time + 2),
  ];
  assertEquals(
    new Uint8Array(await new Blob(ours as Uint8Array<ArrayBuffer>[]).arrayBuffer()),
    golden,
  );
});
