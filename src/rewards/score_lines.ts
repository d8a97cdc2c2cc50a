/**
 * @file The reward worker of trainers in other languages: JSON lines in on stdin, JSON lines out on stdout. Run with
 * `deno run -A score_lines.ts reward.json`; it ends with its stdin.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { AnswerVerifier } from "./answer_verifier.ts";
import type { TokenizerFiles } from "../policy/tokenizer/tokenizer_files.ts";
import { readText } from "../files.ts";
import type { ResolvedReward } from "./declaration.ts";
import { RewardPool } from "./pool.ts";
import { readCompletion, type ReadingOptions, shownOf } from "./read_completion.ts";

/** What `reward.json` holds. */
export interface LineWorkerConfig {
  /** The reward with its choices; files in it are relative to the working directory. */
  readonly reward: ResolvedReward;
  /** The module that judges final answers, relative to the working directory. */
  readonly verifier: string;
  /** The files of the policy's tokenizer, for the unit `token`; null where nothing counts tokens. */
  readonly tokenizer: TokenizerFiles | null;
  /** How completions are read; the pattern of an action as text. */
  readonly reading: {
    /** See {@link ReadingOptions}. */
    readonly cutIsBroken: boolean;
    /** See {@link ReadingOptions}. */
    readonly output: Omit<ReadingOptions["output"], "action"> & {
      /** Source and flags of the pattern that a whole action must match. */
      readonly action?: readonly [source: string, flags: string];
    };
  };
  /** Processes that score. */
  readonly workers: number;
  /** Longest time for one item, in milliseconds. */
  readonly deadlineMs: number;
}

/** A completion to judge. */
export interface LineItem {
  /** Its text, without the token that ended it. */
  readonly completion: string;
  /** Whether the token budget ended it. */
  readonly truncated: boolean;
  /** The expert's action, or the expected answer. */
  readonly target: string;
  /** The problem's text. */
  readonly problem: string;
  /** The problem's final answer; empty where none is known. */
  readonly answer: string;
  /** Optimiser updates made so far. */
  readonly update: number;
  /** Whether the answer is to be verified as validation does, 1 for a right one, and no reward computed. Absent: a reward. */
  readonly verify?: true;
}

/** One line on stdin. */
export interface LineRequest {
  /** Repeated in the answer. */
  readonly id: number;
  /** What to judge, in order. */
  readonly items: readonly LineItem[];
}

/** What became of an item. */
export interface LineJudgement {
  /** The reward; null where it failed. */
  readonly reward: number | null;
  /** Why it failed (`error: …` or `timeout: …`); null where it did not. */
  readonly rewardError: string | null;
  /** What the reward is made of, by name; empty where it failed. */
  readonly parts: Readonly<Record<string, number>>;
  /** The monologue; null where there is none. */
  readonly think: string | null;
  /** The text that was judged; null where none was found. */
  readonly action: string | null;
  /** Code of the format's fault; null where there is none. */
  readonly formatError: string | null;
}

/**
 * Starts the processes that a config asks for, and answers requests with them.
 *
 * @returns The function that answers one request, and how to end the processes.
 * @throws {InputError} where the reward cannot be compiled.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const worker = await lineWorker({
 *   reward: { kind: "answer" },
 *   verifier: "src/domains/relay/verify.ts",
 *   tokenizer: null,
 *   reading: { cutIsBroken: false, output: { thoughts: "many" } },
 *   workers: 1,
 *   deadlineMs: 5000,
 * });
 * const item = { truncated: false, target: "188", problem: "", answer: "188", update: 0 };
 * const [right, wrong] = await worker.judge([
 *   { completion: "#188", ...item },
 *   { completion: "#18", ...item },
 * ]);
 * assertEquals([right?.reward, wrong?.reward], [1, 0]);
 * worker.stop();
 * ```
 */
export async function lineWorker(config: LineWorkerConfig): Promise<{
  /** A judgement for each item, in order. */
  judge(items: readonly LineItem[]): Promise<LineJudgement[]>;
  /** Ends the processes. */
  stop(): void;
}> {
  const { reward, verifier, tokenizer, reading, workers, deadlineMs } = config;
  const { action, ...rest } = reading.output;
  const options: ReadingOptions = {
    cutIsBroken: reading.cutIsBroken,
    output: { ...rest, ...action ? { action: new RegExp(action[0], action[1]) } : {} },
  };
  const pool = await RewardPool.start(reward, {
    resources: {
      ...tokenizer ? { tokenizer } : {},
      verifier: pathToFileURL(resolve(verifier)).href,
    },
    workers,
    deadlineMs,
  });
  let verifying: AnswerVerifier | null = null;
  const rewards = async (items: readonly LineItem[]): Promise<LineJudgement[]> => {
    const rollouts = items.map(({ completion, truncated, update }) => ({
      ...readCompletion(completion, truncated, options),
      update,
    }));
    const judgements = await pool.score(items.map(({ target, problem, answer }, i) => ({
      rollout: rollouts[i]!,
      instance: { target, problem, answer },
    })));
    return judgements.map((judgement, i) => ({
      ...judgement.status === "ok"
        ? { reward: judgement.score.value, rewardError: null, parts: judgement.score.parts }
        : { reward: null, rewardError: `${judgement.status}: ${judgement.message}`, parts: {} },
      ...shownOf(rollouts[i]!, judgement, pool.traits),
    }));
  };
  const verdicts = async (items: readonly LineItem[]): Promise<LineJudgement[]> => {
    const options = { workers, deadlineMs };
    verifying ??= await AnswerVerifier.start(pathToFileURL(resolve(verifier)).href, options);
    const found = await verifying.verify(items);
    return found.map((verification) => ({
      ...verification.verdict === "unverified"
        ? { reward: null, rewardError: verification.reason, action: null }
        : {
          reward: verification.verdict === "correct" ? 1 : 0,
          rewardError: null,
          action: verification.extracted,
        },
      ...{ parts: {}, think: null, formatError: null },
    }));
  };
  return {
    async judge(items) {
      const asked = (verify: boolean) => items.filter((item) => (item.verify === true) === verify);
      const [rewarded, verified] = [asked(false), asked(true)];
      const judged = new Map<LineItem, LineJudgement>();
      const keep = (of: readonly LineItem[], made: readonly LineJudgement[]) =>
        of.forEach((item, i) => judged.set(item, made[i]!));
      if (rewarded.length > 0) keep(rewarded, await rewards(rewarded));
      if (verified.length > 0) keep(verified, await verdicts(verified));
      return items.map((item) => judged.get(item)!);
    },
    stop: () => {
      pool[Symbol.dispose]();
      verifying?.[Symbol.dispose]();
    },
  };
}

/** JSON of a message on one line; JSON has no −0, which would come back as another number. */
function lineOf(message: unknown): Uint8Array {
  const text = JSON.stringify(
    message,
    (_, value) =>
      Object.is(value, -0)
        ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON("-0.0")
        : value,
  );
  return new TextEncoder().encode(`${text}\n`);
}

function say(message: unknown): void {
  const bytes = lineOf(message);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

async function main(path: string): Promise<void> {
  try {
    const worker = await lineWorker(JSON.parse(await readText(path)));
    say({ ready: true });
    const { TextLineStream } = await import("../runs/lines.ts");
    const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      if (line.trim() === "") continue;
      const { id, items } = JSON.parse(line) as LineRequest;
      say({ id, judged: await worker.judge(items) });
    }
    worker.stop();
    Deno.exit(0);
  } catch (error) {
    say({ error: (error as Error).message });
    throw error;
  }
}

if (import.meta.main) await main(Deno.args[0] ?? "reward.json");
