/** @file The versions that are part of a stage's identity. */

/**
 * Version of everything that computes a stage's result: engine, policy, algorithms, rewards, trainers. Raise it whenever the
 * same declaration would give other numbers: every stage is then made anew. Source text is no part of an identity, so that a
 * comment does not cost a night of training.
 */
export const ENGINE_VERSION = "2";

/** Version of what each kind of data becomes: generators, and the reader of rows (`file`). Raise one when its problems change. */
export const DATA_VERSIONS: Readonly<Record<"relay" | "file", string>> = { relay: "3", file: "5" };
