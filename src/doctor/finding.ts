/** @file What the doctor finds. */

/** One thing that an engine needs, or can use. */
export interface Finding {
  /** What it is, e.g. `trl`. */
  readonly what: string;
  /** What there is of it; null for nothing. */
  readonly found: string | null;
  /** What is wrong with that; null where nothing is. */
  readonly fault: string | null;
}

/** What is known of one engine. */
export interface Diagnosis {
  /** The engine. */
  readonly engine: string;
  /** What it needs, in order. */
  readonly findings: readonly Finding[];
  /** Commands that mend what is wrong, in order. */
  readonly install: readonly string[];
}

/** Whether an engine can be used. */
export function isReady({ findings }: Diagnosis): boolean {
  return findings.every(({ fault }) => fault === null);
}

/**
 * A diagnosis for people.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const trl = { what: "trl", found: null, fault: "expected 1.16.0" };
 * assertEquals(diagnosisLines({ engine: "trl", findings: [trl], install: ["pip install trl"] }), [
 *   "trl: not ready",
 *   "  ✗ trl  none; expected 1.16.0",
 *   "  to install: pip install trl",
 * ]);
 * ```
 */
export function diagnosisLines(diagnosis: Diagnosis): string[] {
  const { engine, findings, install } = diagnosis;
  const width = Math.max(...findings.map(({ what }) => what.length));
  return [
    `${engine}: ${isReady(diagnosis) ? "ready" : "not ready"}`,
    ...findings.map(({ what, found, fault }) =>
      `  ${fault === null ? "✓" : "✗"} ${what.padEnd(width)}  ${found ?? "none"}${
        fault === null ? "" : `; ${fault}`
      }`
    ),
    ...install.map((command) => `  to install: ${command}`),
  ];
}
