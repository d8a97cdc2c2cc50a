/** @file The data that a policy is trained on, as declared: a generated domain, or expert solutions. */
import { z } from "zod";
import { completeHub, type HubDataset, hubParts } from "../data/sources/hub_dataset.ts";
import { canonical } from "./canonical.ts";
import type { MappingDeclaration } from "../data/mappings/mappings.ts";
import type { ParserDeclaration } from "../data/steps/parsers.ts";
import { type JudgingOptions, judgingShape } from "./judging.ts";
import { choose, count, number, strict, word } from "./problems.ts";
import { defaultParser, mappingSchema, parserSchema, type RowsOptions } from "./rows.ts";

/** Difficulty of relay problems; `base` is the mixture that the base policy is trained on. */
export type RelayTier = "base" | "easy" | "medium" | "hard";

/** What `relay()` understands: `train` and `validation` where policies are trained, `problems` in a benchmark. */
export interface RelayOptions {
  /** Which problems. */
  readonly tier: RelayTier;
  /** Problems to train on; without it they are generated without end. The `base` mixture is always endless. */
  readonly train?: number;
  /** Problems held out to choose the checkpoint by. Default 64; 0 keeps the last checkpoint. */
  readonly validation?: number;
  /** Problems of a benchmark. Default 100. */
  readonly problems?: number;
  /** Seed of the generator. Default 1 for training and 1001 for a benchmark, which must differ on the same tier. */
  readonly seed?: number;
}

/** Declared relay problems. */
export interface RelayDeclaration extends RelayOptions {
  /** Tells generated data from a file. */
  readonly domain: "relay";
}

/** What is said of expert solutions, wherever they are. */
export interface SolutionsOptions extends RowsOptions {
  /** What is held out to choose the checkpoint by: a fraction below 1, or a number of problems. Default 0.1. */
  readonly validation?: number;
  /** Seed of the split. Default 1. */
  readonly seed?: number;
  /** Fraction of the rows that may be dropped before the run fails. Default 0.2. */
  readonly maxDropped?: number;
  /**
   * What becomes of a benchmark that shares problems with the training data, by 13 words in a row: `report` (the default) names
   * them, `refuse` fails. Exact copies are always refused.
   */
  readonly overlap?: "report" | "refuse";
  /** A model that rewrites solutions which do not parse. Default null: they are dropped. */
  readonly teacher?: TeacherOptionsDeclaration | null;
}

/** A declared teacher. */
export interface TeacherOptionsDeclaration {
  /** Address of an OpenAI-compatible endpoint, e.g. `http://localhost:8000/v1`. */
  readonly baseUrl: string;
  /** Name of the model there. */
  readonly model: string;
  /** Environment variable that has the key. Default null: the endpoint wants none. */
  readonly keyVariable?: string | null;
  /** Most requests at once. Default 4. */
  readonly concurrency?: number;
}

/** Where expert solutions are, in a file. */
export interface FileSourceDeclaration {
  /** JSON Lines, or Parquet where the name ends in `.parquet`; relative to the working directory. */
  readonly file: string;
}

/** Where expert solutions are, on the Hugging Face Hub. */
export interface HubSourceDeclaration {
  /** The dataset: `owner/name`, or with more in it `hf:owner/name[@revision][:config][/split]`. */
  readonly hub: string;
  /** Branch, tag or commit. Default `main`; what is run is the commit that it stands for. */
  readonly revision?: string;
  /** Configuration of a dataset that has several. */
  readonly config?: string | null;
  /** Split. Default `train`. */
  readonly split?: string;
  /** Paths in the dataset, where configuration and split do not say which files. */
  readonly files?: readonly string[] | null;
}

/** Expert solutions in the experiment file itself. */
export interface RowsSourceDeclaration {
  /** The rows, of plain JSON. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Where rows are. */
export type SourceOptions = FileSourceDeclaration | HubSourceDeclaration | RowsSourceDeclaration;

/** Declared expert solutions in a file. */
export interface FileDeclaration extends FileSourceDeclaration, SolutionsOptions {}

/** Declared expert solutions on the Hub. */
export interface HubDeclaration extends HubSourceDeclaration, SolutionsOptions {}

/** Declared expert solutions in the experiment file. */
export interface RowsDeclaration extends RowsSourceDeclaration, SolutionsOptions {}

/** What training data can be declared as. */
export type DataDeclaration = RelayDeclaration | FileDeclaration | HubDeclaration | RowsDeclaration;

/** Generated relay problems to train on. */
export interface ResolvedRelayData {
  /** Tells the kinds of data apart. */
  readonly domain: "relay";
  /** Which problems. */
  readonly tier: RelayTier;
  /** Problems to train on; null: generated without end. */
  readonly train: number | null;
  /** Problems held out; 0: none. */
  readonly validation: number;
  /** Seed of the generator. */
  readonly seed: number;
}

/** A local file of rows. */
export interface ResolvedFileSource extends FileSourceDeclaration {
  /** Tells the kinds of data apart. */
  readonly domain: "file";
}

/** A split of a dataset on the Hub. In a plan, its revision is a commit. */
export interface ResolvedHubSource extends HubDataset {
  /** Tells the kinds of data apart. */
  readonly domain: "hub";
}

/** Rows in the experiment file. */
export interface ResolvedRowsSource extends RowsSourceDeclaration {
  /** Tells the kinds of data apart. */
  readonly domain: "rows";
}

/** Where rows are, with every default filled; `domain` tells which. */
export type ResolvedSource = ResolvedFileSource | ResolvedHubSource | ResolvedRowsSource;

/** Where rows are and how they are read, with every default filled. */
export type ResolvedRows = ResolvedSource & Required<RowsOptions>;

/** The rows of a benchmark: every problem with an answer. */
export type ResolvedRowsBenchmark = ResolvedRows & Required<JudgingOptions>;

/** What is said of expert solutions, with every default filled. */
export interface ResolvedSolutions extends Required<SolutionsOptions> {
  /** A model that rewrites solutions which do not parse; null for none. */
  readonly teacher: Required<TeacherOptionsDeclaration> | null;
}

/** Expert solutions to train on. */
export type ResolvedSolutionsData = ResolvedSource & ResolvedSolutions;

/** Training data with every default filled; `domain` tells which. */
export type ResolvedData = ResolvedRelayData | ResolvedSolutionsData;

/**
 * Names of the tiers.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const tier: z.ZodType<RelayTier> = word(["base", "easy", "medium", "hard"]);

/**
 * A seed of any kind: a whole number that a 32-bit generator takes.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const seed: z.ZodNumber = number("a whole number from 0 to 4294967295", {
  whole: true,
  min: 0,
  max: 4294967295,
});

const relayData: z.ZodType<ResolvedRelayData> = strict("relay({…})", {
  domain: z.literal("relay"),
  tier,
  train: count("a whole number of problems, at least 1").nullable().default(null),
  validation: count("a whole number of problems, at least 0", 0).default(64),
  seed: seed.default(1),
});

const text = (what: string) => {
  const error = `expected ${what}`;
  return z.string({ error }).min(1, { error });
};

/** What every kind of rows can say. */
const reading = {
  mapping: mappingSchema.default("generic"),
  parser: parserSchema.optional(),
};

/** What every kind of solutions can say. */
const solutions = {
  ...reading,
  validation: number("a fraction below 1, or a whole number of problems", { min: 0 })
    .refine((n) => n < 1 || Number.isInteger(n), {
      error: "expected a fraction below 1, or a whole number of problems",
    }).default(0.1),
  seed: seed.default(1),
  maxDropped: number("a fraction from 0 to 1", { min: 0, max: 1 }).default(0.2),
  overlap: word(["report", "refuse"]).default("report"),
  teacher: strict("a teacher { baseUrl, model }, or null", {
    baseUrl: text("an address").refine((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ""), {
      error: "expected an address that begins with http:// or https://",
    }),
    model: text("the name of a model"),
    keyVariable: text("the name of an environment variable, or null").nullable().default(null),
    concurrency: count("a whole number of requests, at least 1").default(4),
  }).nullable().default(null),
};

/** Rows that declare no parser get their mapping's own. */
function withParser<
  T extends {
    readonly mapping: MappingDeclaration;
    readonly parser?: ParserDeclaration | undefined;
  },
>(rows: T): T & { readonly parser: ParserDeclaration } {
  return { ...rows, parser: rows.parser ?? defaultParser(rows.mapping) };
}

const DATASET = "expected a dataset owner/name, or hf:owner/name[@revision][:config][/split]";

/** The keys of a Hub source; what the short form says need not, and must not, be said again. */
const hubShape = {
  domain: z.literal("hub"),
  hub: z.string({ error: DATASET }).refine((value) => hubParts(value) !== null, { error: DATASET }),
  revision: text("a branch, a tag or a commit").optional(),
  config: text("the name of a configuration, or null").nullable().optional(),
  split: text("the name of a split").optional(),
  files: z.array(text("a path in the dataset"), { error: "expected a list of paths, or null" })
    .min(1, { error: "expected at least one path" }).nullable().optional(),
};

/** Fills in what the short form says. */
function completed<T extends z.infer<z.ZodObject<typeof hubShape>>>(
  value: T,
  context: z.RefinementCtx,
): T & ResolvedHubSource {
  const { domain, hub, revision, config, split, files, ...rest } = value;
  const parts = hubParts(hub)!;
  const declared = { revision, config, split, files };
  for (const key of ["revision", "config", "split"] as const) {
    if (declared[key] === undefined || parts[key] === undefined) continue;
    context.addIssue({
      code: "custom",
      path: [key],
      message: `found {value}, and hub says ${JSON.stringify(parts[key])}; expected one of them`,
    });
  }
  const said = Object.fromEntries(Object.entries(declared).filter(([, v]) => v !== undefined));
  return { domain, ...completeHub({ ...parts, ...said }), ...rest } as T & ResolvedHubSource;
}

const fileShape = { domain: z.literal("file"), file: text("a path") };

const rowsShape = {
  domain: z.literal("rows"),
  rows: z.array(z.record(z.string(), z.unknown(), { error: "expected a row: an object" }), {
    error: "expected a list of rows",
  }).min(1, { error: "expected at least one row" }).refine(isPlain, {
    error: "expected rows of plain JSON",
  }),
};

function isPlain(value: unknown): boolean {
  try {
    canonical(value);
    return true;
  } catch {
    return false;
  }
}

/** What is said of a benchmark's rows. */
const asked = { ...reading, ...judgingShape };

/**
 * Schemas of the rows of a benchmark, by where they are.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const askedSchemas: Readonly<
  Record<ResolvedSource["domain"], z.ZodType<ResolvedRowsBenchmark>>
> = {
  file: strict("{ file: … }", { ...fileShape, ...asked }).transform(withParser),
  hub: strict("{ hub: … }", { ...hubShape, ...asked }).transform(completed).transform(withParser),
  rows: strict("{ rows: … }", { ...rowsShape, ...asked }).transform(withParser),
};

const KINDS = ["file", "hub", "rows"] as const;

/** Solutions carry no `domain` when declared: the key that says where they are tells it. */
export function named(value: unknown): unknown {
  if (typeof value !== "object" || value === null || "domain" in value) return value;
  const domain = KINDS.find((kind) => kind in value);
  return domain === undefined ? value : { domain, ...value };
}

/**
 * Checks and completes training data.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const dataSchema: z.ZodType<ResolvedData> = z.preprocess(
  named,
  choose<ResolvedData>(
    "domain",
    {
      relay: relayData,
      file: strict("{ file: … }", { ...fileShape, ...solutions }).transform(withParser),
      hub: strict("{ hub: … }", { ...hubShape, ...solutions }).transform(completed)
        .transform(withParser),
      rows: strict("{ rows: … }", { ...rowsShape, ...solutions }).transform(withParser),
    },
    "expected relay({…}), or { file: … }, { hub: … } or { rows: … } for expert solutions",
  ),
);

/**
 * Declares relay problems, which are generated: nothing is downloaded.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(relay({ tier: "easy" }), { domain: "relay", tier: "easy" });
 * ```
 */
export function relay(options: RelayOptions): RelayDeclaration {
  return { ...options, domain: "relay" };
}
