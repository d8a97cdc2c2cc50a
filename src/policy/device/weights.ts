/** @file A policy's weights on a device. */
import type { Device } from "../../engine/device.ts";
import type { DeviceTensor } from "../../engine/ort/ort.ts";

/** A policy's weights on a device. */
export interface DeviceWeights {
  /** The device. */
  readonly device: Device;
  /** By their names in the engine's layout. */
  readonly weights: ReadonlyMap<string, DeviceTensor<"float32">>;
}
