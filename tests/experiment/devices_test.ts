import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Adapter } from "../../src/engine/adapter.ts";
import { InputError } from "../../src/errors.ts";
import { type GpuFinder, requireGpu, settleDevices } from "../../src/experiment/devices.ts";
import { experiment } from "../../src/experiment/experiment.ts";
import { planExperiment } from "../../src/experiment/plan.ts";
import { sft, type SftOptions } from "../../src/experiment/sft.ts";
import { trl } from "../../src/experiment/trl.ts";
import { declaration } from "./declarations.ts";

const CARD: Adapter = {
  name: "Card",
  vendorId: 0x10de,
  software: false,
  buffer: 2 ** 31,
  binding: 2 ** 30,
  halfPrecision: true,
};
const CARD_TEXT = "Card, buffers of up to 2,048 MiB (1,024 MiB in a kernel), float16";

/** A machine with a GPU, or with what a test says instead. */
function machine(adapter: Adapter | null, fault: string | null = null): GpuFinder {
  return {
    adapter: () => Promise.resolve(adapter),
    provider: () => Promise.resolve({ name: "webgpu", fault }),
  };
}

/** Must not be asked. */
const UNASKED: GpuFinder = {
  adapter: () => Promise.reject(new Error("asked for its adapter")),
  provider: () => Promise.reject(new Error("asked for its provider")),
};

/** An experiment with one arm for each stage. */
function made(...stages: Partial<SftOptions>[]) {
  const arms = stages.map((more, i) => [`a${i}`, [sft({ learningRate: 1e-3, ...more })]]);
  return experiment(
    declaration({ arms: Object.fromEntries(arms) }),
  );
}

/** The devices of the arms' stages. */
async function devices(...args: Parameters<typeof settleDevices>) {
  const { experiment: { arms }, note } = await settleDevices(...args);
  return [Object.values(arms).flat().map(({ device }) => device ?? "cpu"), note];
}

Deno.test("settleDevices() asks no machine where no stage asks for a GPU", async () => {
  assertEquals(await devices(made({}, { device: "cpu", epochs: 2 }), undefined, UNASKED), [
    ["cpu", "cpu"],
    null,
  ]);
  assertEquals(await devices(made({ device: "gpu" }, { device: "auto" }), "cpu", UNASKED), [
    ["cpu", "cpu"],
    null,
  ]);
});

Deno.test("settleDevices() takes a GPU for auto where one can be used, and says what it took", async () => {
  const auto = made({ device: "auto" }, { device: "cpu" }, { device: "auto", lora: { rank: 2 } });
  assertEquals(await devices(auto, undefined, machine(CARD)), [
    ["gpu", "cpu", "cpu"],
    `device auto: the GPU: ${CARD_TEXT}`,
  ]);
  const none: ("cpu" | "gpu" | "auto")[] = ["cpu", "cpu", "cpu"];
  assertEquals(await devices(auto, undefined, machine(null)), [
    none,
    "device auto: the processor: no driver offers a GPU",
  ]);
  assertEquals(await devices(auto, undefined, machine(CARD, "out of memory")), [
    none,
    "device auto: the processor: out of memory",
  ]);
  assertEquals(await devices(auto, undefined, machine({ ...CARD, software: true })), [
    none,
    "device auto: the processor: Card is software, computed on the processor",
  ]);
  // By name, software is taken.
  assertEquals((await devices(auto, "auto", machine(CARD)))[0], ["gpu", "gpu", "cpu"]);
  assertEquals((await devices(made({}), "gpu", machine({ ...CARD, software: true })))[0], ["gpu"]);
});

Deno.test("settleDevices() refuses a device that the stages cannot use", async () => {
  await assertRejects(
    () => settleDevices(made({}, { lora: { rank: 2 } }), "gpu", machine(CARD)),
    InputError,
    "--device: found gpu, where arms.a1[0] trains an adapter; expected cpu or auto: ",
  );
  await assertRejects(
    () => settleDevices({ ...made({}), ...experimentOfTrl() }, "auto", machine(CARD)),
    InputError,
    "--device: found auto with engine trl; expected none: the engine places its own jobs",
  );
});

Deno.test("precision is for a GPU that computes in it, and changes a stage's id", async () => {
  const half = { precision: "float16" } as const;
  const refused = (more: Partial<SftOptions>, adapter: Adapter | null, text: string) =>
    assertRejects(
      () => settleDevices(made({ ...half, ...more }), undefined, machine(adapter)),
      InputError,
      `arms.a0[0].precision: found "float16"${text}`,
    );
  await refused({}, CARD, ' on the processor; expected "float32", or a GPU');
  await refused({ device: "auto" }, null, ' on the processor; expected "float32", or a GPU');
  const coarse = { ...CARD, halfPrecision: false };
  await refused({ device: "gpu" }, coarse, '; expected "float32": the driver of Card does not');
  const { experiment: settled } = await settleDevices(
    made({ ...half, device: "auto" }),
    undefined,
    machine(CARD),
  );
  assertEquals(settled.arms["a0"]![0]!.precision, "float16");
  assertThrows(
    () =>
      experiment(
        declaration({ engine: trl(), arms: { a: [sft({ learningRate: 1e-3, ...half })] } }),
      ),
    InputError,
    'arms.a[0].precision: found "float16" with engine trl; expected none: engine.precision',
  );
});

/** The engine of an experiment on TRL. */
function experimentOfTrl() {
  const { engine } = experiment(
    declaration({ engine: trl(), arms: { a: [sft({ learningRate: 1e-3 })] } }),
  );
  return { engine: engine! };
}

Deno.test('planExperiment() gives a stage on "auto" the id of what it comes to', async () => {
  const id = async (more: Partial<SftOptions>, device?: "cpu" | "gpu") =>
    (await planExperiment(made(more), device ? { device } : {})).stages[0]!.id;
  const cpu = await id({});
  assertEquals(await id({ precision: "float32" }), cpu); // as if it were not there
  assertEquals(await id({ device: "auto" }, "cpu"), cpu);
  assertEquals(await id({ device: "gpu" }, "cpu"), cpu);
  const gpu = await id({ device: "gpu" });
  assertEquals(await id({}, "gpu"), gpu);
  assertEquals(gpu === cpu, false);
  assertEquals([cpu, gpu].includes(await id({ device: "auto" })), true);
});

Deno.test("requireGpu() says which stage needs one, and what the provider needs", async () => {
  await requireGpu([], UNASKED);
  await requireGpu(["srl, 1m, seed 1"], machine(CARD));
  await assertRejects(
    () => requireGpu(["srl, 1m, seed 1", "srl, 1m, seed 2"], machine(null, "no adapter")),
    InputError,
    'srl, 1m, seed 1 (and 1 more): device: found "gpu"; expected "cpu" or "auto": no GPU can be used ' +
      "through webgpu, which needs a driver for Vulkan, Metal or Direct3D 12: no adapter",
  );
});
