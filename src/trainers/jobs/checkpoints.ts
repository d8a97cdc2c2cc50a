/** @file The policies that a job leaves while it trains: validated, and all but the best removed. */
import { writeWhole } from "../../files.ts";
import { CheckpointFiles } from "../../policy/checkpoint.ts";
import type { Policy } from "../../policy/policy.ts";
import { weightsFromHf } from "../../policy/weights.ts";
import { readTextIfPresent } from "../../files.ts";
import { compare } from "../embedded/best_checkpoint.ts";

/** What a validation found: numbers for `metrics.jsonl`. */
export type ValidationMetrics = Readonly<Record<string, number>>;

/**
 * Puts a checkpoint's weights into a policy of the same shape.
 *
 * @param dir A folder in Hugging Face layout.
 * @throws {InputError} where it is malformed.
 */
export async function loadWeights(policy: Policy, dir: string): Promise<void> {
  const files = await CheckpointFiles.open(dir);
  const weights = await weightsFromHf(policy.config, (name) => files.pieces(name));
  try {
    policy.setWeights(new Map([...weights].map(([name, { data }]) => [name, data])));
  } finally {
    for (const tensor of weights.values()) tensor[Symbol.dispose]();
  }
}

/**
 * Validates a job's policies in the order of its updates, once each: what was found is kept in a file, so that a stage that goes on needs
 * none of them again.
 */
export class Validations {
  readonly #path: string;
  readonly #snapshots: string;
  readonly #validate: (snapshot: string | null) => Promise<ValidationMetrics>;
  readonly #scoreOf: (found: ValidationMetrics) => readonly number[];
  readonly #known: Map<number, ValidationMetrics>;
  #best: { readonly step: number; readonly score: readonly number[] } | null = null;

  private constructor(
    path: string,
    snapshots: string,
    validate: (snapshot: string | null) => Promise<ValidationMetrics>,
    scoreOf: (found: ValidationMetrics) => readonly number[],
    known: Map<number, ValidationMetrics>,
  ) {
    this.#path = path;
    this.#snapshots = snapshots;
    this.#validate = validate;
    this.#scoreOf = scoreOf;
    this.#known = known;
  }

  /**
   * Reads what was found before.
   *
   * @param path File that keeps it.
   * @param snapshots Folder of the policies, `step-N` each.
   * @param validate Validates a policy's folder; null for the policy that the stage starts from.
   * @param scoreOf What policies are compared by: the first number, then the next; higher is better.
   */
  static async open(
    path: string,
    snapshots: string,
    validate: (snapshot: string | null) => Promise<ValidationMetrics>,
    scoreOf: (found: ValidationMetrics) => readonly number[],
  ): Promise<Validations> {
    const text = await readTextIfPresent(path);
    const known: [number, ValidationMetrics][] = text === null ? [] : JSON.parse(text);
    return new Validations(path, snapshots, validate, scoreOf, new Map(known));
  }

  /** The best so far, of equal ones the later; null before the first. What a stage starts from is no result of it. */
  get best(): { readonly step: number; readonly score: readonly number[] } | null {
    return this.#best;
  }

  /** What is found after some updates. To be asked in their order. */
  async at(step: number): Promise<ValidationMetrics> {
    const folder = `${this.#snapshots}/step-${step}`;
    let found = this.#known.get(step);
    if (found === undefined) {
      found = await this.#validate(step === 0 ? null : folder);
      this.#known.set(step, found);
      await writeWhole(this.#path, `${JSON.stringify([...this.#known])}\n`);
    }
    if (step === 0) return found;
    const score = this.#scoreOf(found);
    const before = this.#best;
    if (before !== null && compare(score, before.score) < 0) await remove(folder);
    else {
      this.#best = { step, score };
      if (before !== null) await remove(`${this.#snapshots}/step-${before.step}`);
    }
    return found;
  }
}

/** Removes a folder; one that a killed process has removed already is gone. */
async function remove(dir: string): Promise<void> {
  await Deno.remove(dir, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
