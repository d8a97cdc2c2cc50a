import { assertEquals } from "@std/assert";
import { cpuModel, gpuModels } from "../../src/runs/hardware.ts";

Deno.test("gpuModels() finds none without the driver, and keeps the place of one it cannot read", async () => {
  const root = await Deno.makeTempDir();
  assertEquals(await gpuModels(`${root}/none`), []);
  assertEquals(await gpuModels(root), []);
  for (const name of ["0000:02:00.0", "0000:01:00.0"]) await Deno.mkdir(`${root}/${name}`);
  await Deno.writeTextFile(`${root}/0000:02:00.0/information`, "Model: \t\t A Card 80GB\n");
  assertEquals(await gpuModels(root), ["unknown", "A Card 80GB"]);
  await Deno.remove(root, { recursive: true });
});

Deno.test("cpuModel() is what the system says", async () => {
  const info = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const model = info.split("\n").find((line) => line.startsWith("model name"))?.split(":")[1];
  if (model !== undefined) assertEquals(cpuModel(), model.trim());
  assertEquals(cpuModel() === "", false);
});
