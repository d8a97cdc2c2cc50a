import { assertEquals } from "@std/assert";
import { RolloutIndex } from "../../../src/runs/watch/rollout_index.ts";
import { batch, rolloutRow } from "./scene.ts";

const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

Deno.test("RolloutIndex gives each step's rows, also while the file grows in pieces", async () => {
  const path = await Deno.makeTempFile();
  const steps = [0, 20, 40];
  // A step that comes back, and a line with its keys in another order.
  const { step: _, ...rest } = rolloutRow();
  const extra = [rolloutRow({ step: 20, group: 99 }), { ...rest, step: 20 }];
  const bytes = new TextEncoder().encode(lines([...steps.flatMap(batch), ...extra]));
  for (const piece of [997, bytes.length]) {
    await Deno.writeTextFile(path, "");
    const index = new RolloutIndex();
    for (let at = 0; at < bytes.length; at += piece) {
      await Deno.writeFile(path, bytes.subarray(at, at + piece), { append: true });
      await index.update(path);
    }
    assertEquals(index.steps, steps);
    assertEquals(await index.read(path, 40), batch(40));
    assertEquals(await index.read(path, 20), [...batch(20), ...extra] as never);
    assertEquals(await index.read(path, 7), []);
  }
  await Deno.remove(path);
});

Deno.test("RolloutIndex reads lines longer than it reads at once, and a shorter file anew", async () => {
  const path = await Deno.makeTempFile();
  const long = rolloutRow({ completion: "x".repeat(9 << 20) });
  await Deno.writeTextFile(path, lines([long, rolloutRow({ step: 20 })]));
  const index = new RolloutIndex();
  await index.update(path);
  assertEquals(index.steps, [0, 20]);
  assertEquals((await index.read(path, 0))[0]?.completion.length, 9 << 20);
  await Deno.writeTextFile(path, lines([rolloutRow({ step: 3 })]));
  await index.update(path);
  assertEquals(index.steps, [3]);
  await Deno.remove(path);
  await index.update(path);
});

Deno.test("RolloutIndex takes in what was added once, however many ask at once", async () => {
  const path = await Deno.makeTempFile();
  const index = new RolloutIndex();
  await Deno.writeTextFile(path, lines(batch(0)));
  await Promise.all(Array.from({ length: 5 }, () => index.update(path)));
  assertEquals(await index.read(path, 0), batch(0));
  await Deno.remove(path);
});
