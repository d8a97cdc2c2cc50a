/**
 * @file Times the similarity reward beside CPython's difflib, on the same pairs of texts, in one run.
 *
 * `deno run -A bench/sequence_ratio.ts`; without a `python3` on the PATH the second column stays empty. Each figure
 * is the median of several rounds over the same pairs, after one round that is not counted.
 */
import { sequenceRatio } from "../src/rewards/sequence_ratio.ts";
import type { Unit } from "../src/rewards/elements.ts";

interface Case {
  readonly name: string;
  readonly unit: Unit;
  readonly autojunk: boolean;
  readonly rounds: number;
  readonly pairs: readonly (readonly [string, string])[];
}

interface Timing {
  /** Median microseconds for one pair. */
  readonly microseconds: number;
  /** Sum of the ratios: equal on both sides, or the comparison is void. */
  readonly sum: number;
}

const WORDS = ("the we have so that then let x y z be a of and is = + - 1 2 3 \\frac{1}{2} both " +
  "sides substitute into equation solve for root prime divides remainder therefore hence sum")
  .split(" ");

/** Numbers from 0 to `below - 1` that a seed fixes. */
function randomIntegers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

/** Pairs of an expert's text and a rollout that keeps about two words in three of it. */
function prosePairs(count: number, words: number): [string, string][] {
  const next = randomIntegers(words);
  return Array.from({ length: count }, () => {
    const expert = Array.from({ length: words }, () => WORDS[next(WORDS.length)]!);
    const rollout = expert.map((word) => next(3) === 0 ? WORDS[next(WORDS.length)]! : word);
    return [rollout.join(" "), expert.join(" ")];
  });
}

const CASES: readonly Case[] = [
  { name: "short action", unit: "char", autojunk: true, rounds: 9, pairs: prosePairs(300, 12) },
  { name: "step", unit: "char", autojunk: true, rounds: 9, pairs: prosePairs(100, 75) },
  { name: "step", unit: "char", autojunk: false, rounds: 5, pairs: prosePairs(40, 75) },
  { name: "step", unit: "word", autojunk: true, rounds: 9, pairs: prosePairs(300, 75) },
  { name: "long solution", unit: "char", autojunk: true, rounds: 5, pairs: prosePairs(10, 700) },
  { name: "long solution", unit: "word", autojunk: true, rounds: 5, pairs: prosePairs(40, 700) },
  {
    name: "repeated letter",
    unit: "char",
    autojunk: false,
    rounds: 3,
    pairs: [["a".repeat(2000), "a".repeat(2001)]],
  },
];

const PYTHON = `
import difflib, json, statistics, sys, time
out = []
for case in json.load(sys.stdin):
    words = case["unit"] == "word"
    seconds = []
    for _ in range(case["rounds"] + 1):
        begun, total = time.perf_counter(), 0.0
        for a, b in case["pairs"]:
            if words:
                a, b = a.split(), b.split()
            total += difflib.SequenceMatcher(None, a, b, case["autojunk"]).ratio()
        seconds.append(time.perf_counter() - begun)
    out.append({"microseconds": statistics.median(seconds[1:]) * 1e6 / len(case["pairs"]), "sum": total})
json.dump(out, sys.stdout)
`;

function timeHere({ unit, autojunk, rounds, pairs }: Case): Timing {
  const times: number[] = [];
  let sum = 0;
  for (let round = 0; round <= rounds; round++) {
    sum = 0;
    const begun = performance.now();
    for (const [a, b] of pairs) sum += sequenceRatio(a, b, { unit, autojunk });
    if (round > 0) times.push(performance.now() - begun);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
  return { microseconds: median * 1000 / pairs.length, sum };
}

/** CPython's timings; null where there is no python3. */
async function timePython(cases: readonly Case[]): Promise<Timing[] | null> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("python3", { args: ["-c", PYTHON], stdin: "piped", stdout: "piped" })
      .spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(cases)));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("python3 failed; its message is above");
  return JSON.parse(new TextDecoder().decode(stdout));
}

if (import.meta.main) {
  const python = await timePython(CASES);
  console.log("case             unit  autojunk     Stepwise      CPython    ratio");
  CASES.forEach((each, at) => {
    const here = timeHere(each);
    const there = python?.[at];
    if (there !== undefined && there.sum !== here.sum) throw new Error("the two sides disagree");
    const columns = [
      each.name.padEnd(16),
      each.unit.padEnd(5),
      String(each.autojunk).padEnd(8),
      `${here.microseconds.toFixed(1)} µs`.padStart(12),
      there === undefined ? "-".padStart(12) : `${there.microseconds.toFixed(1)} µs`.padStart(12),
      there === undefined
        ? "-".padStart(8)
        : `${(there.microseconds / here.microseconds).toFixed(1)}×`.padStart(8),
    ];
    console.log(columns.join(" "));
  });
}
