/** @file The published table for a smaller policy, Qwen2.5-3B-Instruct, on 8 GPUs of 80 GB. */
import { experiment } from "../mod.ts";
import { paperMath } from "./paper_math.ts";

export default experiment(paperMath("3b", { gpus: 8, gpuMemoryUtilization: 0.6 }));
