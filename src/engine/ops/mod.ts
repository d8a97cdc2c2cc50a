/** @file All operators. Each throws a `GraphError` for operands of a wrong shape or type, while the graph is built. */
export * from "./arithmetic.ts";
export * from "./attention.ts";
export * from "./cached_attention.ts";
export * from "./dropout.ts";
export * from "./extremum.ts";
export * from "./gather.ts";
export * from "./layout.ts";
export * from "./linear_log_prob.ts";
export * from "./log_prob.ts";
export * from "./matmul.ts";
export * from "./order.ts";
export * from "./pointwise.ts";
export * from "./reduce.ts";
export * from "./rms_norm.ts";
export * from "./rope.ts";
export * from "./select.ts";
export * from "./softmax.ts";
