/** @file The Python packages that the engine `trl` is made for. */

/**
 * Versions by name, pinned in every job's `requirements.txt` and part of its stages' identity: TRL's keys and losses change between
 * releases.
 */
export const TRL_PACKAGES: Readonly<Record<string, string>> = {
  trl: "1.16.0",
  transformers: "5.24.0",
  accelerate: "1.15.0",
  datasets: "5.2.0",
  torch: "2.15.0",
};

/** Version of the job that a stage becomes: its launcher, and what it is told. Raise it whenever the same declaration would give other numbers. */
export const TRL_JOB_VERSION = "1";
