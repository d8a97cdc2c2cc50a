/** @file The engine: tensor graphs, their gradients, and their execution on ONNX Runtime. */
export { type ArrayOf, type DType } from "./dtype.ts";
export { type Dim, type Shape } from "./shape.ts";
export {
  type Attribute,
  type Constant,
  type Gradient,
  Graph,
  GraphError,
  type Node,
  type NodeSpec,
  type Tensor,
} from "./graph.ts";
export { gradients } from "./autodiff.ts";
export * from "./ops/mod.ts";
export {
  type AnyTensor,
  Binding,
  DeviceMemory,
  DeviceTensor,
  Handle,
  HostTensor,
  OrtError,
  type Pointer,
  type Provider,
  Session,
} from "./ort/ort.ts";
export { type Adapter as GpuAdapter } from "./adapter.ts";
export { Device } from "./device.ts";
export { gpuProvider, openGpu } from "./gpu.ts";
export { DeviceAdamW, type DeviceParameters } from "./optim/device_adamw.ts";
export { Program, type Tensors } from "./program.ts";
export { AdamW, type AdamWOptions, type ParameterMap } from "./optim/adamw.ts";
export { learningRateAt, type Schedule, type ScheduleKind } from "./optim/schedule.ts";
