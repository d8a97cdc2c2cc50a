/** @file What GPUs can do, as their makers say. */

/** Kinds of GPUs that a plan can be made for. */
export type GpuKind = "h100" | "h200" | "a100";

/** A GPU. */
export interface Gpu {
  /** Its name. */
  readonly name: string;
  /** Memory in bytes (10⁹ to a GB, as the makers count). */
  readonly memory: number;
  /** Dense bfloat16 products, in operations a second. */
  readonly flops: number;
  /** Bytes that it reads from its memory in a second. */
  readonly bandwidth: number;
}

/** By kind; sources: NVIDIA's data sheets of H100 (SXM), H200 (SXM) and A100 80GB (SXM). */
export const GPUS: Readonly<Record<GpuKind, Gpu>> = {
  h100: { name: "H100 80 GB", memory: 80e9, flops: 989e12, bandwidth: 3.35e12 },
  h200: { name: "H200 141 GB", memory: 141e9, flops: 989e12, bandwidth: 4.8e12 },
  a100: { name: "A100 80 GB", memory: 80e9, flops: 312e12, bandwidth: 2.039e12 },
};
