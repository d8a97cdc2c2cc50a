/** @file Text in pieces to text in lines. */

/**
 * Cuts a stream of text at line feeds; a last line without one is a line too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = ReadableStream.from(["a\nb", "c\n", "d"]);
 * assertEquals(await Array.fromAsync(pieces.pipeThrough(new TextLineStream())), ["a", "bc", "d"]);
 * ```
 */
export class TextLineStream extends TransformStream<string, string> {
  /** Makes an empty one. */
  constructor() {
    let rest = "";
    super({
      transform(piece, controller) {
        const lines = (rest + piece).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) controller.enqueue(line);
      },
      flush(controller) {
        if (rest !== "") controller.enqueue(rest);
      },
    });
  }
}
