/**
 * @file How good the answer verifier is, on data that the project does not ship:
 *
 * ```sh
 * deno run -A bench/verifier.ts --data FOLDER --math-verify CHECKOUT/tests
 * ```
 *
 * FOLDER has aime24.jsonl and amc23.jsonl (field `answer`) and minerva_math.jsonl (the answer in the last box of `solution`). Each
 * expected answer is given in three renderings, which must be right, and with a digit, the sign or the unit changed, which must be
 * wrong. The cases of Math-Verify's own tests are read from a checkout. Exits with 1 below the bounds.
 */
import { Command } from "commander";
import { readAnswer } from "../src/verifier/answer_value.ts";
import { extractAnswer } from "../src/verifier/extract.ts";
import { verifyAnswer, type VerifyOptions } from "../src/verifier/verify_answer.ts";

interface Options {
  readonly data?: string;
  readonly mathVerify?: string;
  readonly show: boolean;
}

/** Units that go after an answer, with one of another size and one that measures something else. */
const UNITS = [
  ["\\text{ cm}", "\\text{ km}", "\\text{ kg}"],
  ["\\,\\text{m/s}", "\\,\\text{km/h}", "\\,\\text{m}"],
  ["\\text{ seconds}", "\\text{ minutes}", "\\text{ dollars}"],
  ["\\;\\mathrm{kg}", "\\;\\mathrm{g}", "\\;\\mathrm{K}"],
  ["\\text{ square meters}", "\\text{ square feet}", "\\text{ cubic meters}"],
] as const;

let failed = false;

function report(title: string, right: number, of: number, bound: number): void {
  const share = of === 0 ? 0 : right / of;
  const fine = share >= bound;
  failed ||= !fine;
  const percent = (x: number) => `${(100 * x).toFixed(2)} %`;
  console.log(
    `${title.padEnd(44)} ${String(right).padStart(5)} / ${String(of).padEnd(5)} ${
      percent(share).padStart(9)
    }  ` +
      `(at least ${percent(bound)})${fine ? "" : "  BELOW"}`,
  );
}

function renderings(gold: string, at: number): string[] {
  const unit = UNITS[at % UNITS.length]![0];
  return [
    `Adding up gives the result.\n\n\\[ \\boxed{${gold}} \\]`,
    `So it is $\\boxed{${gold}${unit}}$.`,
    `We checked 3 cases of 12. The final answer is $${gold}$. I hope it is correct.`,
  ];
}

/** Predictions that differ from the expected answer, with the expected answer as it then is. */
function* wrong(
  gold: string,
  at: number,
): Generator<{ kind: string; gold: string; answer: string }> {
  for (const match of gold.matchAll(/\d/g)) {
    for (const add of [1, 5]) {
      const digit = (Number(match[0]) + add) % 10;
      yield {
        kind: "digit",
        gold,
        answer: gold.slice(0, match.index) + digit + gold.slice(match.index + 1),
      };
    }
  }
  const value = readAnswer(gold);
  const zero = value.kind === "quantity" && value.expression.exact?.n === 0n;
  if (value.kind === "quantity" && !zero) {
    const negative = /^-\d/.test(gold)
      ? gold.slice(1)
      : /^\+?\d/.test(gold)
      ? `-${gold.replace(/^\+/, "")}`
      : `-(${gold})`;
    yield { kind: "sign", gold, answer: negative };
  }
  const sign = /(?<=[\w}) ])[-+](?=[\w\\( ])/.exec(
    gold.replaceAll(/[\^_]\{[^{}]*\}|e[-+]\d/g, (part) => "^".repeat(part.length)),
  );
  if (sign !== null) {
    const other = sign[0] === "+" ? "-" : "+";
    yield {
      kind: "sign",
      gold,
      answer: gold.slice(0, sign.index) + other + gold.slice(sign.index + 1),
    };
  }
  if (value.kind !== "quantity" || zero) return;
  const [unit, size, kind] = UNITS[at % UNITS.length]!;
  yield { kind: "unit", gold: gold + unit, answer: gold + size };
  yield { kind: "unit", gold: gold + unit, answer: gold + kind };
}

function measure(
  name: string,
  golds: readonly string[],
  bound: number,
  options: VerifyOptions,
  show: boolean,
): void {
  let [right, of] = [0, 0];
  for (const [at, gold] of golds.entries()) {
    for (const prediction of renderings(gold, at)) {
      of++;
      const verdict = verifyAnswer(gold, prediction, options);
      if (verdict.correct) right++;
      else if (show) console.log("  not recognised:", gold, verdict);
    }
  }
  report(`${name}: itself in three renderings`, right, of, bound);
  const counts = new Map<string, { rejected: number; of: number }>();
  for (const [at, gold] of golds.entries()) {
    for (const { kind, gold: expected, answer } of wrong(gold, at)) {
      const count = counts.get(kind) ?? { rejected: 0, of: 0 };
      counts.set(kind, count);
      count.of++;
      const verdict = verifyAnswer(expected, `\\boxed{${answer}}`, options);
      if (!verdict.correct) count.rejected++;
      else if (show) console.log(`  wrong ${kind} accepted:`, expected, "<-", answer, verdict.how);
    }
  }
  let [rejected, all] = [0, 0];
  for (const [kind, count] of counts) {
    console.log(`  ${kind} changed: ${count.rejected} of ${count.of} rejected`);
    rejected += count.rejected;
    all += count.of;
  }
  report(`${name}: changed answers rejected`, rejected, all, 0.995);
}

async function rows(path: string): Promise<Record<string, unknown>[]> {
  const text = await Deno.readTextFile(path);
  return text.split("\n").filter((line) => line.trim() !== "").map((line) => JSON.parse(line));
}

async function measureData(folder: string, show: boolean): Promise<void> {
  const answers = async (file: string) =>
    // A JSON number 27.0 is read as 27; the text keeps what is written.
    (await Deno.readTextFile(`${folder}/${file}`)).trim().split("\n").map((line) => {
      const written = /"answer":\s*(?:"([^"]*)"|([-\d.eE+]+))/.exec(line);
      return written?.[1] ?? written?.[2] ?? String(JSON.parse(line).answer);
    });
  measure("AIME24", await answers("aime24.jsonl"), 1, {}, show);
  measure("AMC23", await answers("amc23.jsonl"), 1, {}, show);
  const minerva = (await rows(`${folder}/minerva_math.jsonl`))
    .map(({ solution }) => extractAnswer(String(solution))?.text ?? "");
  measure("Minerva, exact", minerva, 0.97, {}, show);
  measure("Minerva, rounded", minerva, 0.97, { rounded: true }, show);
}

async function measureMathVerify(tests: string, show: boolean): Promise<void> {
  const script = new URL("./math_verify_cases.py", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command("python3", { args: [script, tests] })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const lines = new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
  let agreed = 0;
  let slowest = 0;
  const begun = performance.now();
  for (const line of lines) {
    const started = performance.now();
    const same = "letter" in line
      ? (extractAnswer(line.text, { choice: true })?.text ?? null) === line.letter
      : verifyAnswer(line.gold, line.prediction, { relativeTolerance: 10 ** -line.precision })
        .correct === line.expected;
    slowest = Math.max(slowest, performance.now() - started);
    if (same) agreed++;
    else if (show) {
      console.log(
        "  differs:",
        line.file,
        line.test,
        JSON.stringify(line.gold ?? line.text),
        "<-",
        JSON.stringify(line.prediction),
        line.expected,
      );
    }
  }
  report("Math-Verify's own test cases: agreement", agreed, lines.length, 0.92);
  const total = performance.now() - begun;
  console.log(
    `  ${(total / lines.length).toFixed(2)} ms each, the slowest ${slowest.toFixed(0)} ms`,
  );
}

const program = new Command("verifier")
  .description("Measure the answer verifier on benchmarks and on Math-Verify's test cases")
  .option("--data <folder>", "folder with aime24.jsonl, amc23.jsonl and minerva_math.jsonl")
  .option("--math-verify <tests>", "the folder tests of a checkout of huggingface/Math-Verify")
  .option("--show", "print each disagreement", false)
  .parse(["deno", "verifier", ...Deno.args]);
const options = program.opts<Options>();
if (options.data === undefined && options.mathVerify === undefined) program.help({ error: true });
if (options.data !== undefined) await measureData(options.data, options.show);
if (options.mathVerify !== undefined) await measureMathVerify(options.mathVerify, options.show);
if (failed) Deno.exit(1);
