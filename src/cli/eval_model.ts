/** @file The model of `deno task eval`: a checkpoint, in a folder or on the Hub, or a server. */
import { InputError } from "../errors.ts";
import { hashCheckpoint } from "../experiment/contents.ts";
import type { Inference } from "../inference/inference.ts";
import { checkpointFolder, parseHubCheckpoint, pinCheckpoint } from "../policy/hub_checkpoint.ts";
import { parsePositive, parseWhole } from "./eval_options.ts";

/** The options that say which model, as commander reads them. */
export interface ModelFlags {
  /** Folder of a checkpoint, `hf:owner/name[@revision]`, or address of a server. */
  readonly model: string;
  /** Name of the model at the server. */
  readonly served?: string;
  /** Environment variable that has the server's key. */
  readonly keyVariable?: string;
  /** Completions at once. */
  readonly concurrency?: string;
  /** Seconds to wait for the server. */
  readonly patience: string;
}

/** A model that answers, and how to let go of it. */
export interface OpenModel extends Disposable {
  /** What it is called where nobody says otherwise. */
  readonly name: string;
  /** Where it is; of a model on the Hub, with its commit. */
  readonly where: string;
  /** Answers. */
  readonly inference: Inference;
  /** What a reader must know of how it answers, a sentence each. */
  readonly notes: readonly string[];
}

const isUrl = (model: string) => /^https?:\/\//i.test(model);

/**
 * Opens the model. What reads checkpoints and what asks servers load late: a command needs one of them.
 *
 * @param retried Told of each request that a server is asked again, and why.
 * @throws {InputError} for a checkpoint that cannot be read, a server that cannot be asked, and options that belong to the other.
 */
export async function openModel(
  flags: ModelFlags,
  threads: number,
  retried: (line: string) => void,
): Promise<OpenModel> {
  const { model, served, keyVariable } = flags;
  const concurrency = flags.concurrency === undefined
    ? undefined
    : parseWhole("concurrency", flags.concurrency, 1);
  if (isUrl(model)) {
    if (!URL.canParse(model)) {
      throw new InputError(`--model: found ${JSON.stringify(model)}; expected an address`);
    }
    const { ServerInference } = await import("../inference/server_inference.ts");
    const inference = await ServerInference.connect({
      baseUrl: model.replace(/\/+$/, ""),
      ...served === undefined ? {} : { model: served },
      ...keyVariable === undefined ? {} : { keyVariable },
      ...concurrency === undefined ? {} : { concurrency },
      patience: parsePositive("patience", flags.patience, 100_000),
      report: retried,
    });
    const notes = inference.plain ? [] : [
      "The server is of a kind that is not known here: what it cuts off the distribution by itself (top-k, min-p, penalties) stays in force.",
    ];
    return { name: inference.model, where: model, inference, notes, [Symbol.dispose]() {} };
  }
  const stray = served !== undefined ? "served" : keyVariable !== undefined ? "key-variable" : null;
  if (stray !== null) {
    throw new InputError(`--${stray}: expected none, since --model is no http(s):// address`);
  }
  const where = await pinCheckpoint(model, "--model");
  const folder = await checkpointFolder(where, "--model");
  const hash = await hashCheckpoint(folder, "--model");
  const { Policy } = await import("../policy/policy.ts");
  const { EmbeddedInference } = await import("../inference/embedded_inference.ts");
  const policy = await Policy.load(folder);
  const options = { threads, ...concurrency === undefined ? {} : { maxRows: concurrency } };
  const inference = new EmbeddedInference(policy, { checkpoint: hash }, options);
  return {
    name: nameOf(model),
    where,
    inference: {
      identity: inference.identity,
      // What it refuses names the problem, and not yet which option brought the two together.
      answer: async (requests, take) => {
        try {
          await inference.answer(requests, take);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          throw new InputError(`--model ${model}: ${error.message}`);
        }
      },
    },
    notes: [],
    [Symbol.dispose]() {
      inference[Symbol.dispose]();
      policy[Symbol.dispose]();
    },
  };
}

/** The last part of a checkpoint's folder or of its name on the Hub, where a revision that is declared tells it from others. */
function nameOf(model: string): string {
  const named = parseHubCheckpoint(model, "--model");
  if (named === null) return model.replace(/\/+$/, "").split("/").at(-1) || "model";
  const { hub, revision } = named;
  return `${hub.split("/")[1]}${revision === "main" ? "" : `@${revision}`}`;
}
