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
export { Binding, Handle, HostTensor, OrtError, type Pointer, Session } from "./ort/ort.ts";
export { Program, type Tensors } from "./program.ts";
export { AdamW, type AdamWOptions, type ParameterMap } from "./optim/adamw.ts";
export { learningRateAt, type Schedule, type ScheduleKind } from "./optim/schedule.ts";
