/** @file On what an experiment's stages compute, settled before anything else is: `auto` is no meaning of a stage, what it comes to is. */
import { type Adapter, adapterText, findAdapter } from "../engine/adapter.ts";
import { InputError } from "../errors.ts";
import { pathOf } from "./problems.ts";
import type { ResolvedExperiment } from "./schema.ts";
import type { ResolvedStage } from "./stages.ts";

/** Where stages compute, as declared. */
export type DeviceChoice = "cpu" | "gpu" | "auto";

/** An experiment whose stages know their device. */
export interface SettledDevices {
  /** The experiment; no stage of it says `auto`. */
  readonly experiment: ResolvedExperiment;
  /** Which device `auto` took, or which GPU is used, and why; null where no stage asks. */
  readonly note: string | null;
  /** What the driver offers; null where no stage uses a GPU, or none is offered. */
  readonly adapter: Adapter | null;
}

/** How the machine's GPU is found. */
export interface GpuFinder {
  /** What the driver offers. */
  adapter(): Promise<Adapter | null>;
  /** Through what, and why that cannot use it; the fault is null where it can. */
  provider(): Promise<{ readonly name: "webgpu" | "cuda"; readonly fault: string | null }>;
}

/** Asks this machine. The engine is imported when it is needed: what asks for no GPU must not wait for it. */
export const MACHINE: GpuFinder = {
  adapter: findAdapter,
  async provider() {
    const { gpuFault, gpuProvider } = await import("../engine/gpu.ts");
    return { name: gpuProvider(), fault: gpuFault() };
  },
};

/**
 * Settles where each stage computes. `auto` takes a GPU that the provider can use, and the processor elsewhere, for adapters always; a driver
 * that computes on processors is no GPU to it.
 *
 * @param asked What was asked for on the command line; undefined for what the stages say.
 * @throws {InputError} where a GPU was asked for on the command line and a stage cannot use one, and where a stage's precision is not
 * what computes it.
 */
export async function settleDevices(
  experiment: ResolvedExperiment,
  asked?: DeviceChoice,
  machine: GpuFinder = MACHINE,
): Promise<SettledDevices> {
  if (experiment.engine !== undefined) {
    if (asked === undefined) return { experiment, note: null, adapter: null };
    throw new InputError(
      `--device: found ${asked} with engine ${experiment.engine.kind}; expected none: the engine places its own jobs`,
    );
  }
  const wanted = (stage: ResolvedStage) => asked ?? stage.device ?? "cpu";
  const stages = Object.values(experiment.arms).flat();
  if (stages.every((stage) => wanted(stage) === "cpu")) {
    return { experiment: withDevice(experiment, () => undefined), note: null, adapter: null };
  }
  const adapter = await machine.adapter();
  // What WebGPU's driver lacks, another provider may have.
  const coarse = adapter?.halfPrecision === false && stages.some(({ precision }) => precision) &&
    (await machine.provider()).name === "webgpu";
  const automatic = stages.some((stage) => wanted(stage) === "auto");
  // A processor that plays a GPU is none to `auto`, and is used where a GPU was asked for by name.
  const unfit = adapter === null
    ? "no driver offers a GPU"
    : adapter.software
    ? `${adapter.name} is software, computed on the processor`
    : null;
  const fault = automatic ? unfit ?? (await machine.provider()).fault : null;
  const taken = fault === null ? "gpu" as const : undefined;
  const found = adapter === null ? "no driver offers a GPU" : adapterText(adapter);
  const note = !automatic
    ? `device gpu: ${found}`
    : fault === null
    ? `device auto: the GPU: ${found}`
    : `device auto: the processor: ${fault}`;
  return {
    note,
    adapter,
    experiment: withDevice(experiment, (stage, path) => {
      const choice = wanted(stage);
      if (stage.lora && choice === "gpu" && asked === "gpu") {
        throw new InputError(
          `--device: found gpu, where ${path} trains an adapter; expected cpu or auto: adapters are trained on the processor`,
        );
      }
      const used = choice === "gpu" || choice === "auto" && !stage.lora && taken === "gpu";
      if (stage.precision && used && coarse) {
        throw new InputError(
          `${path}.precision: found "${stage.precision}"; expected "float32": the driver of ${
            adapter!.name
          } does not compute in it`,
        );
      }
      if (choice === "auto") return stage.lora ? undefined : taken;
      return choice === "gpu" ? "gpu" : undefined;
    }),
  };
}

/** The experiment with each stage's device replaced. */
function withDevice(
  experiment: ResolvedExperiment,
  deviceOf: (stage: ResolvedStage, path: string) => "gpu" | undefined,
): ResolvedExperiment {
  const arms = Object.entries(experiment.arms).map(([name, chain]) => [
    name,
    chain.map((stage, i): ResolvedStage => {
      const { device: _, ...rest } = stage;
      const path = pathOf(["arms", name, i]);
      const device = deviceOf(stage, path);
      if (stage.precision && device !== "gpu") {
        throw new InputError(
          `${path}.precision: found "${stage.precision}" on the processor; expected "float32", or a GPU: it computes in float32 alone`,
        );
      }
      // Stages on the processor have no such key.
      return (device === undefined ? rest : { ...rest, device }) as ResolvedStage;
    }),
  ]);
  return { ...experiment, arms: Object.fromEntries(arms) };
}

/**
 * Fails where a stage is to compute on a GPU and none can be used.
 *
 * @param labels What such stages are called.
 * @throws {InputError} saying what the provider says, and what it needs.
 */
export async function requireGpu(
  labels: readonly string[],
  machine: GpuFinder = MACHINE,
): Promise<void> {
  if (labels.length === 0) return;
  const { name, fault } = await machine.provider();
  if (fault === null) return;
  const { GPU_NEEDS } = await import("../engine/gpu.ts");
  const others = labels.length > 1 ? ` (and ${labels.length - 1} more)` : "";
  throw new InputError(
    `${labels[0]}${others}: device: found "gpu"; expected "cpu" or "auto": no GPU can be used ` +
      `through ${name}, which needs ${GPU_NEEDS[name]}: ${fault}`,
  );
}
