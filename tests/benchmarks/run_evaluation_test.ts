import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { runEvaluationStage } from "../../src/benchmarks/run_evaluation.ts";
import type { LedgerJson } from "../../src/data/ledger.ts";
import { loadBenchmark, loadTraining } from "../../src/domains/load_tasks.ts";
import { verify } from "../../src/domains/relay/verify.ts";
import { InputError } from "../../src/errors.ts";
import type { ResolvedBenchmark, ResolvedEvaluation } from "../../src/experiment/evaluation.ts";
import type { ResolvedPrompts } from "../../src/experiment/prompts.ts";
import type { EvaluationSpec } from "../../src/experiment/specs.ts";
import type { Outcome } from "../../src/results/outcome.ts";
import type { StageEvent } from "../../src/runs/stage.ts";
import { startPolicy } from "../../src/trainers/embedded/start_policy.ts";
import { ASKED, SOLUTIONS } from "../experiment/declarations.ts";
import { chatFolder, folder, INIT, startFolder } from "../trainers/embedded/runs.ts";

type Row = Omit<Outcome, "arm" | "size" | "seed">;

const EASY: ResolvedBenchmark = { domain: "relay", tier: "easy", problems: 4, seed: 7 };

/** Evaluates a policy; what was written, as text and as rows. */
async function evaluated(
  evaluation: Partial<ResolvedEvaluation> = {},
  options: { seed?: number; parent?: string | null; prompts?: ResolvedPrompts } = {},
) {
  const { seed = 1, parent = await startFolder(), prompts = { chat: {} } } = options;
  const spec: EvaluationSpec = {
    kind: "evaluate",
    policy: { stage: "made elsewhere" },
    evaluation: {
      benchmarks: { easy: EASY },
      greedy: true,
      samples: 3,
      temperature: 1,
      maxTokens: null,
      ...evaluation,
    },
    prompts,
    seed,
    threads: 1,
    engine: "test",
    versions: {},
    contents: {},
  };
  const dir = folder();
  const events: StageEvent[] = [];
  const report = (event: StageEvent) => void events.push(event);
  await runEvaluationStage(spec, { dir, parent, seed, threads: 1, report });
  const text = await Deno.readTextFile(`${dir}/outcomes.jsonl`);
  const rows: Row[] = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  const files = [...Deno.readDirSync(dir)].map(({ name }) => name);
  const ledger: Record<string, LedgerJson> | null = files.includes("ledger.json")
    ? JSON.parse(await Deno.readTextFile(`${dir}/ledger.json`))
    : null;
  return { text, rows, events, files, ledger };
}

Deno.test("runEvaluationStage() writes one outcome for every problem, decoding and sample", async () => {
  const benchmarks = { easy: EASY, medium: { ...EASY, problems: 2 } };
  const { rows, files, events } = await evaluated({ benchmarks });
  assertEquals(files, ["outcomes.jsonl"]);
  const expected = Object.entries(benchmarks).flatMap(([benchmark, { problems }]) =>
    [["greedy", 1], ["sampled", 3]].flatMap(([decoding, count]) =>
      Array.from({ length: problems }, (_, p) =>
        Array.from(
          { length: Number(count) },
          (_, sample) => `${benchmark} ${decoding} relay-easy-benchmark-7-${p} ${sample}`,
        )).flat()
    )
  );
  assertEquals(rows.map((r) => `${r.benchmark} ${r.decoding} ${r.problem} ${r.sample}`), expected);
  const event = events.at(-1)!;
  assert(event.type === "progress");
  assertEquals([event.done, event.total, event.unit], [4, 4, "benchmarks"]);
});

Deno.test("runEvaluationStage() asks as the policy's chat template does, with the variables it is told", async () => {
  const parent = await chatFolder(
    "{{ bos_token }}{{ messages[0].content }}\n{% if think %}<think>{% endif %}",
  );
  const plain = await evaluated({ samples: 0 });
  const chat = await evaluated({ samples: 0 }, { parent });
  assertEquals(chat.rows, plain.rows);
  const opened = await evaluated({ samples: 0 }, {
    parent,
    prompts: { chat: { think: true } },
  });
  // Greedily, the policy opens its monologue itself, and goes on alike where that is done already.
  let whole = 0;
  opened.rows.forEach((row, i) => {
    const { completion, truncated } = plain.rows[i]!;
    assert(completion.startsWith("<think>"));
    if (truncated || row.truncated) return;
    whole++;
    assertEquals(`<think>${row.completion}`, completion);
  });
  assert(whole > 0);
});

Deno.test("runEvaluationStage() asks by the templates that it is told", async () => {
  const dir = folder();
  const solution = "1. **A** 6\n2. **B** \\boxed{6}";
  await Deno.writeTextFile(`${dir}/b.jsonl`, JSON.stringify({ problem: "a=1?a", solution }));
  await Deno.writeTextFile(`${dir}/none.md`, "");
  await Deno.writeTextFile(`${dir}/q.md`, "{{problem}}");
  const benchmarks = { b: { domain: "file", file: `${dir}/b.jsonl`, ...ASKED } } as const;
  const prompts = { system: `${dir}/none.md`, question: `${dir}/q.md`, chat: {} };
  // The policy's alphabet has no English, so that only a template without any can be asked.
  assertEquals((await evaluated({ benchmarks, samples: 0 }, { prompts })).rows.length, 1);
  await assertRejects(() => evaluated({ benchmarks }), InputError, "expected characters");
});

Deno.test("runEvaluationStage() judges each completion as the domain's verifier does", async () => {
  const { tasks } = await loadBenchmark(EASY);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const { rows } = await evaluated({ samples: 8 });
  for (const row of rows) {
    const task = byId.get(row.problem)!;
    assertEquals(row.expected, task.answer);
    const { correct, extracted } = verify(task.answer, row.completion);
    assertEquals([row.correct, row.extracted], [correct, extracted]);
    assert(!row.completion.includes("<eos>"));
  }
});

Deno.test("runEvaluationStage() keeps to each problem's budget, or to maxTokens", async () => {
  const { tasks } = await loadBenchmark(EASY);
  const budgets = new Map(tasks.map((task) => [task.id, task.budget!]));
  const check = (rows: readonly Row[], most: (problem: string) => number) => {
    for (const { tokens, truncated, problem } of rows) {
      assert(tokens >= 1 && tokens <= most(problem));
      if (truncated) assertEquals(tokens, most(problem));
    }
    return rows.filter(({ truncated }) => truncated).length;
  };
  // At this temperature the policy rambles on.
  assert(check((await evaluated({ temperature: 3 })).rows, (id) => budgets.get(id)!) > 0);
  assert(check((await evaluated({ maxTokens: 5 })).rows, () => 5) > 8);
  // No problem's own budget bounds a larger one.
  const { rows } = await evaluated({ maxTokens: 100, temperature: 3 });
  assert(rows.some(({ tokens, problem }) => tokens > budgets.get(problem)!));
});

Deno.test("runEvaluationStage() writes the same bytes for the same seed", async () => {
  const [first, second, other] = [
    await evaluated(),
    await evaluated(),
    await evaluated({}, { seed: 2 }),
  ];
  assert(second.text === first.text && other.text !== first.text);
  // Greedy answers do not depend on the seed.
  const greedy = ({ rows }: { rows: Row[] }) =>
    rows.filter(({ decoding }) => decoding === "greedy");
  assertEquals(greedy(other), greedy(first));
  // A sample does not depend on how many others there are, or on other benchmarks.
  const more = await evaluated({
    samples: 5,
    greedy: false,
    benchmarks: { other: EASY, easy: EASY },
  });
  const of = (rows: Row[]) =>
    rows.filter((r) => r.benchmark === "easy" && r.decoding === "sampled" && r.sample < 3);
  assertEquals(of(more.rows), of(first.rows));
  const samples = first.rows.filter(({ decoding }) => decoding === "sampled");
  assert(new Set(samples.map(({ completion }) => completion)).size > 8);
});

Deno.test("runEvaluationStage() heeds greedy, samples and temperature", async () => {
  const decodings = async (evaluation: Partial<ResolvedEvaluation>) =>
    new Set((await evaluated(evaluation)).rows.map(({ decoding }) => decoding));
  assertEquals(await decodings({ greedy: false }), new Set(["sampled"]));
  assertEquals(await decodings({ samples: 0 }), new Set(["greedy"]));
  const texts = async (temperature: number) =>
    (await evaluated({ greedy: false, temperature })).rows.map(({ completion }) => completion);
  assertNotEquals(await texts(0.5), await texts(1));
  const { rows } = await evaluated({ temperature: 1e-6 });
  const greedy = new Map(
    rows.filter((r) => r.decoding === "greedy").map((r) => [r.problem, r.completion]),
  );
  assert(rows.every(({ problem, completion }) => greedy.get(problem) === completion));
});

Deno.test("runEvaluationStage() answers the problems of a file", async () => {
  const dir = folder();
  const file = `${dir}/problems.jsonl`;
  // Numbers that an untrained policy does not come upon.
  const rows = [5523, 7761].map((n) => ({
    question: `What is ${n} + 1?`,
    solution: `1. **Add** ${n} + 1.\n2. **Answer** \\boxed{${n + 1}}`,
  }));
  await Deno.writeTextFile(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  const data = { domain: "file", file, validation: 0, seed: 1, ...SOLUTIONS } as const;
  const init = { ...INIT, max_position_embeddings: 512 };
  {
    using policy = await startPolicy({ init }, null, data, await loadTraining(data), 1);
    await policy.save(`${dir}/policy`);
  }
  const benchmarks = { sums: { domain: "file", file, ...ASKED } } as const;
  const { rows: found, ledger } = await evaluated({ benchmarks, maxTokens: 6 }, {
    parent: `${dir}/policy`,
  });
  assertEquals([ledger?.sums?.source, ledger?.sums?.rows.used], [file, 2]);
  assertEquals(found.length, 2 * (1 + 3));
  assertEquals(new Set(found.map(({ expected }) => expected)), new Set(["5524", "7762"]));
  assert(found.every(({ tokens, correct }) => tokens <= 6 && !correct));
  // The relay policy has no capital letters: what it cannot read is an error, not a blank.
  await assertRejects(() => evaluated({ benchmarks }), InputError, "alphabet");
});

Deno.test("runEvaluationStage() takes what rounds to the expected decimal with rounded alone", async () => {
  const dir = folder();
  await Deno.writeTextFile(`${dir}/none.md`, "");
  await Deno.writeTextFile(`${dir}/q.md`, "{{problem}}");
  const prompts = { system: `${dir}/none.md`, question: `${dir}/q.md`, chat: {} };
  const { tasks } = await loadBenchmark(EASY);
  const rows = tasks.map(({ problem }) => ({ problem, answer: "1e1" }));
  const asked = async (rounded: boolean) => {
    const benchmarks = { b: { domain: "rows", rows, ...ASKED, rounded } } as const;
    return (await evaluated({ benchmarks, samples: 0 }, { prompts })).rows;
  };
  const near = (await asked(true)).map(({ extracted, correct }) => {
    const rounds = /^\d+$/.test(extracted ?? "") && Math.abs(Number(extracted) - 10) <= 5;
    assertEquals(correct, rounds, `${extracted}`);
    return rounds && extracted !== "10";
  });
  assert(near.includes(true));
  for (const [i, { correct }] of (await asked(false)).entries()) {
    if (near[i]) assertEquals(correct, false);
  }
});

Deno.test("runEvaluationStage() names a problem that leaves no room, and a policy that is not there", async () => {
  // The same policy with a context of 20 tokens.
  const parent = folder();
  for (const { name } of Deno.readDirSync(await startFolder())) {
    await Deno.copyFile(`${await startFolder()}/${name}`, `${parent}/${name}`);
  }
  const config = await Deno.readTextFile(`${parent}/config.json`);
  const short = config.replace(/("max_position_embeddings": )\d+/, "$120");
  await Deno.writeTextFile(`${parent}/config.json`, short);
  await assertRejects(
    () => evaluated({}, { parent }),
    InputError,
    "relay-easy-benchmark-7-0 has a prompt of",
  );
  await assertRejects(() => evaluated({}, { parent: null }), InputError, "no policy to evaluate");
  await assertRejects(() => evaluated({}, { parent: "no/such" }), InputError, "no/such");
});
