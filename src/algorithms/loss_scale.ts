/** @file The factor on a loss whose gradients pass through float16, which would round the small ones to 0. */

/** Where a scale is. */
export interface LossScaleState {
  /** The factor. */
  readonly scale: number;
  /** Updates in a row whose gradients were finite. */
  readonly finite: number;
}

/** PyTorch's constants (`torch.amp.GradScaler`). */
const FIRST = 2 ** 16;
const INTERVAL = 2000;

/**
 * Dynamic loss scaling (Micikevicius et al., arXiv 1710.03740, section 3.2): halved when gradients overflow, whose update is left out;
 * doubled after 2000 finite ones in a row.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const scale = new LossScale();
 * scale.overflowed();
 * assertEquals(scale.state, { scale: 32768, finite: 0 });
 * ```
 */
export class LossScale {
  #scale = FIRST;
  #finite = 0;

  /** Where it is; setting it goes on there. */
  get state(): LossScaleState {
    return { scale: this.#scale, finite: this.#finite };
  }

  set state({ scale, finite }: LossScaleState) {
    this.#scale = scale;
    this.#finite = finite;
  }

  /** An update had finite gradients. */
  held(): void {
    this.#finite++;
    if (this.#finite < INTERVAL) return;
    this.#scale *= 2;
    this.#finite = 0;
  }

  /**
   * An update had gradients that are not finite.
   *
   * @throws {RangeError} where no scale is left to halve: it is not the scale that they are infinite for.
   */
  overflowed(): void {
    if (this.#scale <= 1) throw new RangeError("gradients are not finite at a loss scale of 1");
    this.#scale /= 2;
    this.#finite = 0;
  }
}
