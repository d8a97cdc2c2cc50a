/** @file Where a solution thinks and where it acts. */
import { THINK_CLOSE, THINK_OPEN } from "../format_tags.ts";

/** A piece of a solution, in UTF-16 units from its beginning. */
export interface SolutionPiece {
  /** `think` for the inner monologue, `action` for the rest. */
  readonly kind: "think" | "action";
  /** Where it begins. */
  readonly from: number;
  /** Where it ends. */
  readonly to: number;
}

/**
 * Takes a solution apart into thinking and acting: what stands between `<think>` and `</think>` is the one, everything
 * else the other. Tags and white space between pieces belong to none; a monologue that is never closed lasts to the end.
 * A second `<think>` within one is part of it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(solutionPieces("<think>add</think>1+1=2"), [
 *   { kind: "think", from: 7, to: 10 },
 *   { kind: "action", from: 18, to: 23 },
 * ]);
 * ```
 */
export function solutionPieces(text: string): SolutionPiece[] {
  const pieces: SolutionPiece[] = [];
  const add = (kind: SolutionPiece["kind"], from: number, to: number) => {
    if (text.slice(from, to).trim() !== "") pieces.push({ kind, from, to });
  };
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf(THINK_OPEN, at);
    add("action", at, open === -1 ? text.length : open);
    if (open === -1) break;
    const start = open + THINK_OPEN.length;
    const close = text.indexOf(THINK_CLOSE, start);
    add("think", start, close === -1 ? text.length : close);
    if (close === -1) break;
    at = close + THINK_CLOSE.length;
  }
  return pieces;
}
