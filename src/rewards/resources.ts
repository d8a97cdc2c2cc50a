/** @file What rewards need besides their declaration. */
import type { TokenizerFiles } from "../policy/tokenizer/tokenizer_files.ts";

/** What a verifier says of one completion. */
export interface Verdict {
  /** Whether the answer is right. */
  readonly correct: boolean;
  /** The answer as found; null where there is none. */
  readonly extracted: string | null;
}

/** Finds the answer in a completion and compares it with the expected one, which comes first: the comparison need not be symmetric. */
export type Verify = (gold: string, completion: string) => Verdict | Promise<Verdict>;

/** Token ids of a text. */
export type Encode = (text: string) => readonly number[];

/** What rewards need besides their declaration; each only for the rewards that name it. */
export interface RewardResources {
  /** Token ids of a text, for the unit `token`. */
  readonly encode?: Encode;
  /** Judges final answers, for `answer`. */
  readonly verify?: Verify;
}

/** The same as plain data, which reaches another process. */
export interface ResourceSpec {
  /** The files of the policy's tokenizer, for the unit `token`. */
  readonly tokenizer?: TokenizerFiles;
  /** URL of a module that exports `verify`, a {@link Verify}, for `answer`. */
  readonly verifier?: string;
}
