/** @file Ledgers as stages leave them and as results show them. */
import type { Ledger, LedgerJson } from "../data/ledger.ts";
import { canonical } from "../experiment/canonical.ts";

/** A ledger with the stages that left the same one. */
export interface StageLedger extends LedgerJson {
  /** `data`, or the name of a benchmark. */
  readonly name: string;
  /** Ids of the stages. */
  readonly stages: readonly string[];
}

/** Writes a stage's ledgers, by `data` or the names of benchmarks, into `ledger.json` of its folder. */
export async function writeLedgers(
  dir: string,
  ledgers: Readonly<Record<string, Ledger>>,
): Promise<void> {
  await Deno.writeTextFile(`${dir}/ledger.json`, `${JSON.stringify(ledgers, null, 2)}\n`);
}

/**
 * Reads the ledgers of finished stages, equal ones once. Stages without one are passed over: their data is generated.
 *
 * @param dirs Folders of the stages by id.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Ledger } from "../data/ledger.ts";
 *
 * const dir = await Deno.makeTempDir();
 * const ledger = new Ledger("solutions.jsonl");
 * ledger.use();
 * await writeLedgers(dir, { data: ledger });
 * const [read] = await readLedgers(new Map([["a", dir], ["b", dir]]));
 * assertEquals([read?.name, read?.stages, read?.rows.used], ["data", ["a", "b"], 1]);
 * ```
 */
export async function readLedgers(dirs: ReadonlyMap<string, string>): Promise<StageLedger[]> {
  const found = new Map<string, StageLedger & { readonly stages: string[] }>();
  for (const [id, dir] of dirs) {
    for (const [name, ledger] of Object.entries(await readIfThere(`${dir}/ledger.json`))) {
      const key = canonical([name, ledger]);
      const known = found.get(key);
      if (known === undefined) found.set(key, { name, stages: [id], ...ledger });
      else known.stages.push(id);
    }
  }
  return [...found.values()];
}

async function readIfThere(path: string): Promise<Record<string, LedgerJson>> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}
