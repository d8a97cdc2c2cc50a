/**
 * @file The similarity reward beside CPython's difflib, in one run: speed per core, equality to the last bit, and a batch
 * on two processes.
 *
 * `deno run -A bench/sequence_ratio.ts`; without a `python3` on the PATH our side is timed alone and nothing is compared.
 * Times are medians of several rounds, both sides in turn, after one round that is not counted.
 */
import { Rng } from "../src/random/rng.ts";
import { RewardPool } from "../src/rewards/pool.ts";
import { rewardSchema } from "../src/rewards/schema.ts";
import { sequenceRatio } from "../src/rewards/sequence_ratio.ts";
import { Difflib, type Pass, type Request } from "./difflib.ts";
import { oddPair, type Pair, prosePairs } from "./sequence_pairs.ts";

interface Contest extends Request {
  readonly name: string;
  readonly rounds: number;
  /** Least times faster than CPython, where one is aimed for. */
  readonly target?: number;
}

const ODD_PAIRS = 100_000;
const BATCH = { pairs: 4096, length: 500, workers: 2, rounds: 5, seconds: 1 };

function contests(): Contest[] {
  const prose = (count: number, length: number) =>
    prosePairs(new Rng("bench", length), count, length);
  const repeated: Pair[] = [["a".repeat(2000), "a".repeat(2001)]];
  return [
    { name: "300 characters", unit: "char", autojunk: true, rounds: 7, pairs: prose(200, 300) },
    { name: "300 characters", unit: "char", autojunk: false, rounds: 7, pairs: prose(60, 300) },
    { name: "1,000 characters", unit: "char", autojunk: true, rounds: 7, pairs: prose(60, 1000) },
    {
      name: "1,000 characters",
      unit: "char",
      autojunk: false,
      rounds: 7,
      target: 30,
      pairs: prose(20, 1000),
    },
    { name: "4,000 characters", unit: "char", autojunk: true, rounds: 5, pairs: prose(10, 4000) },
    { name: "4,000 characters", unit: "char", autojunk: false, rounds: 3, pairs: prose(3, 4000) },
    { name: "1,000 characters", unit: "word", autojunk: true, rounds: 7, pairs: prose(60, 1000) },
    { name: "2,000 × one letter", unit: "char", autojunk: false, rounds: 3, pairs: repeated },
  ];
}

function passHere({ unit, autojunk, pairs }: Request): Pass {
  const begun = performance.now();
  const ratios = pairs.map(([a, b]) => sequenceRatio(a, b, { unit, autojunk }));
  return { seconds: (performance.now() - begun) / 1000, ratios };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** Fails at the first pair whose ratio differs in any bit. */
function compare({ unit, autojunk, pairs }: Request, here: Pass, there: Pass): void {
  const at = pairs.findIndex((_, i) => !Object.is(here.ratios[i], there.ratios[i]));
  if (at === -1) return;
  throw new Error(
    `${JSON.stringify(pairs[at])}, ${unit}, autojunk ${autojunk}: ` +
      `found ${here.ratios[at]}, CPython has ${there.ratios[at]}`,
  );
}

/** "(target …: met)", or missed. */
function verdict(target: string, met: boolean): string {
  return `(target ${target}: ${met ? "met" : "MISSED"})`;
}

async function timeContest(contest: Contest, python: Difflib | null): Promise<string> {
  const { name, unit, autojunk, pairs, rounds, target } = contest;
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const there = await python?.pass({ unit, autojunk, pairs });
    const here = passHere(contest);
    if (there !== undefined) compare(contest, here, there);
    if (round === 0) continue;
    ours.push(here.seconds);
    if (there !== undefined) theirs.push(there.seconds);
  }
  const micro = (seconds: readonly number[]) =>
    seconds.length === 0 ? "-" : `${(median(seconds) * 1e6 / pairs.length).toFixed(1)} µs`;
  const ratio = theirs.length === 0 ? null : median(theirs.map((value, i) => value / ours[i]!));
  return [
    name.padEnd(19),
    unit.padEnd(5),
    (autojunk ? "on" : "off").padEnd(8),
    micro(ours).padStart(12),
    micro(theirs).padStart(14),
    (ratio === null ? "-" : `${ratio.toFixed(1)}×`).padStart(9),
    ratio === null || target === undefined ? "" : ` ${verdict(`≥ ${target}×`, ratio >= target)}`,
  ].join(" ").trimEnd();
}

/** Compares odd pairs, in chunks of one way each; how many. */
async function compareOddPairs(python: Difflib): Promise<number> {
  const chunk = 1000;
  const rng = new Rng("bench", "odd pairs");
  let compared = 0;
  for (let k = 0; compared < ODD_PAIRS; k++) {
    const pairs = Array.from({ length: chunk }, () => oddPair(rng));
    const unit = k % 4 === 3 ? "word" : "char";
    const request: Request = { unit, autojunk: k % 2 === 0 || k % 8 === 3, pairs };
    compare(request, passHere(request), await python.pass(request));
    compared += pairs.length;
  }
  return compared;
}

/** Median seconds of a batch on the pool's processes. */
async function timeBatch(autojunk: boolean): Promise<number> {
  const { pairs, length, workers, rounds } = BATCH;
  const declared = rewardSchema.parse({ kind: "similarity", autojunk });
  using pool = await RewardPool.start(declared, { workers });
  const items = prosePairs(new Rng("bench", "batch"), pairs, length).map(([action, target]) => ({
    rollout: {
      completion: `<think></think>${action}`,
      think: "",
      action,
      formatError: null,
    },
    instance: { target, problem: "", answer: "" },
  }));
  const seconds: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const begun = performance.now();
    const judged = await pool.score(items);
    if (round > 0) seconds.push((performance.now() - begun) / 1000);
    const failed = judged.find(({ status }) => status !== "ok");
    if (failed !== undefined) throw new Error(`a pair was not scored: ${Deno.inspect(failed)}`);
  }
  return median(seconds);
}

if (import.meta.main) {
  const python = Difflib.start();
  console.log("texts               unit  autojunk     Stepwise        CPython     ratio");
  for (const contest of contests()) console.log(await timeContest(contest, python));
  console.log();
  if (python === null) console.log("no python3: nothing was compared with CPython");
  else console.log(`${await compareOddPairs(python)} odd pairs: equal to CPython in every bit`);
  const { pairs, length, workers, seconds } = BATCH;
  for (const autojunk of [true, false]) {
    const taken = await timeBatch(autojunk);
    const met = verdict(`< ${seconds} s`, taken < seconds);
    const what = `${pairs} pairs of ${length} characters, ${workers} processes`;
    console.log(`${what}, autojunk ${autojunk ? "on" : "off"}: ${taken.toFixed(2)} s ${met}`);
  }
  await python?.close();
}
