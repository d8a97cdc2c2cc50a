import { assertEquals, assertRejects } from "@std/assert";
import { loadNamedBenchmark } from "../../src/benchmarks/load_named_benchmark.ts";
import { NAMED_BENCHMARKS } from "../../src/benchmarks/named_benchmarks.ts";
import { InputError } from "../../src/errors.ts";
import { commitOf, type FakeRepo, startFakeHub } from "../hub/fake_hub.ts";

async function withRows(
  rows: readonly object[],
  body: (file: string) => Promise<void>,
): Promise<void> {
  const file = await Deno.makeTempFile({ suffix: ".jsonl" });
  try {
    await Deno.writeTextFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    await body(file);
  } finally {
    await Deno.remove(file);
  }
}

/** A row of each benchmark as its data set writes it. */
const ROWS: Readonly<Record<string, (i: number) => object>> = {
  amc23: (i) => ({ id: i, question: `${i} + 1?`, answer: i + 1.0, url: "u" }),
  aime24: (i) => ({ id: i, problem: `${i} + 1?`, solution: `\\boxed{${i + 1}}`, url: "u" }),
  aime25: (i) => ({ problem: `${i} + 1?`, answer: `${i + 1}`, id: `${i}` }),
  minerva: (i) => ({ question: `${i} + 1?`, answer: `${i + 1}` }),
  math500: (i) => ({
    problem: `${i} + 1?`,
    solution: `It is $\\boxed{${i + 1}}$.`,
    answer: `${i + 1}`,
    subject: "Algebra",
    level: 2,
    unique_id: `test/algebra/${i}.json`,
  }),
  olympiadbench: (i) => ({
    id: i,
    question: `${i} + 1?`,
    solution: ["s"],
    final_answer: [`${i + 1}`],
  }),
  gsm8k: (i) => ({ question: `${i} + 1?`, answer: `${i} + 1 = <<${i}+1=>>\n#### ${i + 1}` }),
};

Deno.test("loadNamedBenchmark() reads the rows of every benchmark as its data set writes them", async () => {
  for (const [name, { rows: [count] }] of Object.entries(NAMED_BENCHMARKS)) {
    const rows = Array.from({ length: count }, (_, i) => ROWS[name]!(i));
    await withRows(rows, async (file) => {
      const { tasks, format, source } = await loadNamedBenchmark(name, { file });
      assertEquals(tasks.length, count, name);
      assertEquals([tasks[4]!.problem, tasks[4]!.answer, source], ["4 + 1?", "5", file], name);
      assertEquals(format.verifier.endsWith("rounded.ts"), name === "minerva");
    });
  }
});

Deno.test("loadNamedBenchmark() reads Minerva's answers from the boxes of a copy that has no other", async () => {
  const rows = Array.from({ length: 272 }, (_, idx) => ({
    problem: `${idx}?`,
    solution: `So \\boxed{${idx}.5} cm`,
    type: "Astronomy",
    idx,
  }));
  await withRows(rows, async (file) => {
    const { tasks } = await loadNamedBenchmark("minerva", { file });
    assertEquals([tasks.length, tasks[1]!.answer], [272, "1.5"]);
  });
});

Deno.test("loadNamedBenchmark() refuses another number of rows, and a row that cannot be asked", async () => {
  const rows = (count: number) => Array.from({ length: count }, (_, i) => ROWS.amc23!(i));
  await withRows(rows(83), (file) =>
    assertRejects(
      () => loadNamedBenchmark("amc23", { file }),
      InputError,
      `${file}: found 83 rows; amc23 has 40`,
    ).then(() => {}));
  await withRows([...rows(39), { id: 39, question: "Why?" }], (file) =>
    assertRejects(
      () => loadNamedBenchmark("amc23", { file }),
      InputError,
      `${file}: 1 of 40 rows of amc23 cannot be asked, e.g. row 40: there is no answer`,
    ).then(() => {}));
  const olympiad = (count: number) =>
    Array.from({ length: count }, (_, i) => ROWS.olympiadbench!(i));
  await withRows(olympiad(675), async (file) => {
    assertEquals((await loadNamedBenchmark("olympiadbench", { file })).tasks.length, 675);
  });
});

Deno.test("loadNamedBenchmark() asks by the templates that it is told", async () => {
  const template = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(template, "Answer in \\boxed{}: {{problem}}");
    const rows = Array.from({ length: 30 }, (_, i) => ROWS.aime25!(i));
    await withRows(rows, async (file) => {
      const prompts = { question: template };
      const { format } = await loadNamedBenchmark("aime25", { file, prompts });
      assertEquals(format.question("7?"), "Answer in \\boxed{}: 7?\n");
    });
  } finally {
    await Deno.remove(template);
  }
});

Deno.test("loadNamedBenchmark() reads the pinned commit from the Hub, and no other", async () => {
  const datasets: Record<string, FakeRepo> = {};
  // Those whose rows are JSON Lines there.
  const names = ["aime25", "math500", "minerva"];
  for (const name of names) {
    const { hub, revision, files, rows: [count] } = NAMED_BENCHMARKS[name]!;
    const path = files[0]!;
    const rows = Array.from({ length: count }, (_, i) => `${JSON.stringify(ROWS[name]!(i))}\n`);
    const newer = { [path]: rows.slice(1).join(""), "README.md": "newer" };
    datasets[hub] = {
      refs: { main: commitOf("newer") },
      commits: {
        [revision]: { [path]: rows.join(""), "README.md": "old" },
        [commitOf("newer")]: newer,
      },
    };
  }
  await using hub = startFakeHub(datasets);
  const dir = await Deno.makeTempDir();
  const before = ["HF_ENDPOINT", "HF_HUB_CACHE"].map((name) => [name, Deno.env.get(name)] as const);
  Deno.env.set("HF_ENDPOINT", hub.url);
  Deno.env.set("HF_HUB_CACHE", dir);
  try {
    for (const name of names) {
      const { tasks, source } = await loadNamedBenchmark(name);
      const { hub: dataset, revision, rows: [count] } = NAMED_BENCHMARKS[name]!;
      assertEquals([tasks.length, tasks[0]?.answer], [count, "1"]);
      assertEquals(source, `hf:${dataset}@${revision}/test`);
    }
    assertEquals((await loadNamedBenchmark("math500")).tasks[3]?.id, "test/algebra/3.json");
    const asked = hub.requests.length;
    await loadNamedBenchmark("aime25");
    assertEquals(hub.requests.length, asked, "what the cache has is not asked for again");
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
    await Deno.remove(dir, { recursive: true });
  }
});
