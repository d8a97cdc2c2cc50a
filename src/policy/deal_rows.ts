/** @file How rows are dealt to lanes. */

/** Some of a request's rows: `from` to `to`, exclusive. */
export interface Share {
  /** The request's place in the list. */
  readonly request: number;
  /** Its first row here. */
  readonly from: number;
  /** One behind its last. */
  readonly to: number;
}

/**
 * Deals rows to lanes, so that no lane has more than one row above any other. A request's rows stay together where a lane
 * has room for them all, because each lane that has some computes the prompt once; of `lanes` lanes, at most `lanes − 1`
 * times a request is cut. Requests go to the lane with the most room, so neighbours (which tend to be alike in length) are
 * spread.
 *
 * @param counts Rows of each request.
 * @param lanes How many lanes there are; no more than there are rows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(dealRows([2, 2, 1], 2), [
 *   [{ request: 0, from: 0, to: 2 }, { request: 2, from: 0, to: 1 }],
 *   [{ request: 1, from: 0, to: 2 }],
 * ]);
 * ```
 */
export function dealRows(counts: readonly number[], lanes: number): Share[][] {
  const rows = counts.reduce((a, b) => a + b, 0);
  const room = Array.from(
    { length: lanes },
    (_, i) => Math.floor(rows / lanes) + (i < rows % lanes ? 1 : 0),
  );
  const dealt: Share[][] = room.map(() => []);
  counts.forEach((count, request) => {
    for (let from = 0; from < count;) {
      const lane = room.indexOf(Math.max(...room));
      const to = Math.min(count, from + room[lane]!);
      dealt[lane]!.push({ request, from, to });
      room[lane]! -= to - from;
      from = to;
    }
  });
  return dealt;
}
