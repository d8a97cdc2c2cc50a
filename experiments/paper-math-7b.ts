/** @file The published main table, with Qwen2.5-7B-Instruct on 8 GPUs of 80 GB. */
import { experiment } from "../mod.ts";
import { paperMath } from "./paper_math.ts";

export default experiment(paperMath("7b", { gpus: 8, gpuMemoryUtilization: 0.6 }));
