/** @file The thread that decodes a Parquet file for `read_parquet.ts`: one row group for each message. */
import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "../../errors.ts";
import { decodeParquet, type ParquetGroup } from "./parquet_decoder.ts";

/** What the thread is started with. */
export interface ParquetJob {
  /** The file. */
  readonly path: string;
  /** What errors call it. */
  readonly name: string;
}

/** What the thread answers: the next row group, null after the last one, or what is wrong with the file. */
export type ParquetAnswer =
  | {
    /** The row group; null where there is none left. */
    readonly group: ParquetGroup | null;
  }
  | {
    /** The whole message. */
    readonly error: string;
  };

const { path, name } = workerData as ParquetJob;
const groups = decodeParquet(path, name);

parentPort!.on("message", async () => {
  parentPort!.postMessage(await answer());
});

async function answer(): Promise<ParquetAnswer> {
  try {
    const { value, done } = await groups.next();
    return { group: done ? null : value };
  } catch (error) {
    if (error instanceof InputError) return { error: error.message };
    throw error;
  }
}
