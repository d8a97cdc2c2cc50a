/** @file The Python packages that the engine `verl` is made for. */

/**
 * Versions by name, those that verl's own extra `vllm` names: pinned in every job's `requirements.txt` and part of its stages' identity,
 * since verl's settings and losses change between releases.
 */
export const VERL_PACKAGES: Readonly<Record<string, string>> = {
  verl: "0.9.1",
  vllm: "0.24.0",
  transformers: "5.9.0",
  torch: "2.11.0",
  tensordict: "0.10.0",
  TransferQueue: "0.1.11",
};

/** Version of FlashAttention that verl's own extra names. */
export const FLASH_ATTENTION = "2.8.3";

/** Version of the job that a stage becomes: its launcher, and what it is told. Raise it whenever the same declaration would give other numbers. */
export const VERL_JOB_VERSION = "1";
