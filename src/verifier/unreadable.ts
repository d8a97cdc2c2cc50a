/** @file Why a text could not be read as mathematics. */

/** Thrown inside the verifier where a text is no formula; it never leaves `verifyAnswer`. */
export class Unreadable extends Error {
  /** Tells this class from faults of ours. */
  override name = "Unreadable";
}
