/** @file What the embedded trainer fixes, so that it is no knob. */

/** AdamW's usual constants for language models; `betas[1]` as in Llama and Qwen. */
export const ADAMW = { betas: [0.9, 0.95], epsilon: 1e-8 } as const;

/** Sequences decoded at once: more bring no further speed on a CPU, and the cache grows with each. */
export const MAX_ROWS = 256;
