import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { runEval } from "../../src/cli/eval.ts";
import { InputError } from "../../src/errors.ts";
import { OUTCOMES, readRows } from "../../src/results/jsonl_rows.ts";
import { freePort, llamaTest, SLOTS, startLlamaServer, writeModel } from "./llama_server.ts";

interface Setting {
  readonly dir: string;
  readonly model: string;
  readonly args: (baseUrl: string, out: string, ...more: string[]) => string[];
}

async function withSetting(body: (setting: Setting) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    const rows = (name: string, count: number) =>
      Array.from({ length: count }, (_, i) => ({ problem: `${name} ${i} + 1?`, answer: i + 1 }));
    for (const [name, count] of [["aime24", 30], ["amc23", 40]] as const) {
      const text = rows(name, count).map((row) => `${JSON.stringify(row)}\n`).join("");
      await Deno.writeTextFile(`${dir}/${name}.jsonl`, text);
    }
    await Deno.writeTextFile(`${dir}/question.md`, "Solve it. {{problem}}");
    const args = (baseUrl: string, out: string, ...more: string[]) => [
      ...["--model", baseUrl, "--out", `${dir}/${out}`, "--question", `${dir}/question.md`],
      ...["--benchmark", `aime24=${dir}/aime24.jsonl,amc23=${dir}/amc23.jsonl`],
      ...["--concurrency", `${SLOTS}`, ...more],
    ];
    await body({ dir, model: await writeModel(dir), args });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

await llamaTest(
  "deno task eval measures a model behind a llama.cpp server, each sample from its own seed",
  () =>
    withSetting(async ({ dir, model, args }) => {
      await using server = await startLlamaServer(model, freePort());
      const options = ["--samples", "4", "--max-tokens", "24"];
      const text = await runEval(args(server.baseUrl, "a", ...options));
      const table = text.split("\n");
      assert(table.some((line) => line.startsWith("tiny ")), "it is called as the server calls it");
      const rows = await readRows(OUTCOMES, `${dir}/a/outcomes.jsonl`);
      assertEquals(rows.length, 70 * 5);
      for (const { tokens, truncated } of rows) assert(truncated ? tokens === 24 : tokens <= 24);
      assert(rows.some(({ truncated }) => truncated) && rows.some(({ truncated }) => !truncated));
      const sampled = rows.filter(({ decoding }) => decoding === "sampled");
      assert(new Set(sampled.map(({ completion }) => completion)).size > 0.95 * sampled.length);
      // Every token can be drawn: of 99, llama.cpp by itself would draw among the 40 likeliest.
      const drawn = new Set(sampled.flatMap(({ completion }) => [...completion]));
      assert(drawn.size > 90, `${drawn.size} characters`);
      // One after the other, so that the order of sums does not depend on what shares a batch.
      const alone = async (out: string, seed: string) => {
        const one = [...options, "--concurrency", "1", "--seed", seed, "--no-greedy"];
        await runEval(args(server.baseUrl, out, ...one));
        const found = await readRows(OUTCOMES, `${dir}/${out}/outcomes.jsonl`);
        return found.map(({ completion }) => completion);
      };
      const first = await alone("b", "3");
      assertEquals(await alone("c", "3"), first);
      assertNotEquals(await alone("d", "4"), first);
    }),
);

await llamaTest(
  "deno task eval goes on when its llama.cpp server is killed and started again",
  () =>
    withSetting(async ({ dir, model, args }) => {
      const port = freePort();
      const journal = `${dir}/a/answers.jsonl`;
      const lines = async () =>
        (await Deno.readTextFile(journal).catch(() => "")).split("\n").length - 1;
      const killed = await startLlamaServer(model, port);
      const run = runEval(args(killed.baseUrl, "a", "--samples", "4", "--max-tokens", "48"));
      while (await lines() < 60) await new Promise((next) => setTimeout(next, 5));
      await killed.kill();
      const before = await lines();
      await using _again = await startLlamaServer(model, port);
      await run;
      assert(before < 350, "it was killed in the midst of the run");
      const keys = (await Deno.readTextFile(journal)).trimEnd().split("\n")
        .map((line) => JSON.parse(line).key);
      assertEquals([keys.length, new Set(keys).size], [350, 350], "nothing lost, nothing twice");
      assertEquals((await readRows(OUTCOMES, `${dir}/a/outcomes.jsonl`)).length, 350);
    }),
);

await llamaTest(
  "deno task eval says what a llama.cpp server refuses, in one line",
  () =>
    withSetting(async ({ dir, model, args }) => {
      await using server = await startLlamaServer(model, freePort());
      await assertRejects(
        () => runEval(args(server.baseUrl, "a", "--served", "tinny")),
        InputError,
        `${server.baseUrl}: it has no model "tinny", but "tiny"; did you mean "tiny"?`,
      );
      await Deno.writeTextFile(`${dir}/question.md`, `${"long ".repeat(300)} {{problem}}`);
      await assertRejects(
        () => runEval(args(server.baseUrl, "a", "--max-tokens", "8")),
        InputError,
        "does not fit into the context of tiny with its budget; ask for fewer tokens: 400 request",
      );
    }),
);
