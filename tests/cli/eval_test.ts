import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { runEval } from "../../src/cli/eval.ts";
import { InputError } from "../../src/errors.ts";
import { OUTCOMES, readRows } from "../../src/results/jsonl_rows.ts";
import { commitOf, startFakeHub } from "../hub/fake_hub.ts";
import { type FakeServer, startFakeServer } from "../inference/fake_server.ts";

const MAIN = new URL("../../src/cli/eval.ts", import.meta.url).pathname;
const RELAY = new URL("../../experiments/checkpoints/relay-base", import.meta.url).pathname;

async function withFolder(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    const rows = (count: number, name: string) =>
      Array.from(
        { length: count },
        (_, i) => `${JSON.stringify({ id: i, problem: `${name}=${i}?`, answer: i })}\n`,
      ).join("");
    await Deno.writeTextFile(`${dir}/aime24.jsonl`, rows(30, "a"));
    await Deno.writeTextFile(`${dir}/amc23.jsonl`, rows(40, "b"));
    await Deno.writeTextFile(`${dir}/question.md`, "{{problem}}");
    await Deno.writeTextFile(`${dir}/system.md`, "");
    await body(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Answers `a=7?` with 7 for every second seed, greedy always. */
function solver(): Promise<FakeServer> {
  return startFakeServer({
    behave({ messages, seed, temperature }) {
      const answer = /[ab]=(\d+)/.exec(messages.at(-1)!.content)![1];
      const right = temperature === 0 || seed % 2 === 0;
      return { text: `\\boxed{${right ? answer : "1000"}}`, tokens: 4 };
    },
  });
}

const args = (dir: string, server: FakeServer, ...more: string[]) => [
  ...["--model", server.baseUrl, "--out", `${dir}/out`],
  ...["--benchmark", `aime24=${dir}/aime24.jsonl,amc23=${dir}/amc23.jsonl`, ...more],
];

Deno.test("runEval() measures every problem, greedy and sampled, and writes each sample", () =>
  withFolder(async (dir) => {
    await using server = await solver();
    const text = await runEval(args(dir, server, "--samples", "4", "--k", "1,4", "--name", "own"));
    assertEquals(server.answered.length, 70 * 5);
    assertStringIncludes(text, "── published: Qwen2.5-7B-Instruct");
    const rows = await readRows(OUTCOMES, `${dir}/out/outcomes.jsonl`);
    assertEquals(rows.length, 70 * 5);
    const share = (benchmark: string, decoding: string) => {
      const found = rows.filter((r) => r.benchmark === benchmark && r.decoding === decoding);
      return found.filter(({ correct }) => correct).length / found.length;
    };
    assertEquals([share("aime24", "greedy"), share("amc23", "greedy")], [1, 1]);
    const sampled = share("aime24", "sampled");
    assert(sampled > 0.3 && sampled < 0.7);
    const own = text.split("\n").find((line) => line.startsWith("own "))!;
    assertEquals(own.trim().split(/\s+/), [
      "own",
      (100 * share("amc23", "sampled")).toFixed(1),
      "100.0",
      (100 * sampled).toFixed(1),
      "100.0",
    ]);
    const written = JSON.parse(await Deno.readTextFile(`${dir}/out/evaluation.json`));
    assertEquals(written.benchmarks.amc23.problems, 40);
    assertEquals(written.summaries.length, 4);
    assertEquals(written.summaries[1].score.mean, sampled);
    const table = await Deno.readTextFile(`${dir}/out/table.md`);
    assertStringIncludes(table, "| own |");
    // Of the tree that these tests run in, whatever state it is in.
    const { provenance } = JSON.parse(await Deno.readTextFile(`${dir}/out/evaluation.json`));
    for (const said of [text, table]) {
      assertEquals(said.includes("TAINTED"), provenance.dirty !== false);
      assertStringIncludes(said, provenance.commit?.slice(0, 12) ?? "unknown commit");
    }
  }));

Deno.test("runEval() asks for nothing that its folder has, also for more samples", () =>
  withFolder(async (dir) => {
    await using server = await solver();
    const first = await runEval(args(dir, server, "--samples", "2"));
    const asked = server.asked.length;
    assertEquals(await runEval(args(dir, server, "--samples", "2")), first);
    assertEquals(server.asked.length, asked);
    await runEval(args(dir, server, "--samples", "3", "--no-greedy"));
    assertEquals(server.asked.length, asked + 70);
  }));

Deno.test("runEval() has options that change what is asked", () =>
  withFolder(async (dir) => {
    await using server = await solver();
    const one = async (...more: string[]) => {
      const before = server.asked.length;
      await runEval(args(dir, server, "--samples", "1", ...more));
      return server.asked.slice(before);
    };
    const plain = await one();
    assertEquals(plain.length, 140);
    assertEquals((await one("--seed", "9")).length, 70, "no greedy completion has a seed");
    const warm = await one("--temperature", "0.6", "--no-greedy");
    assertEquals([warm.length, warm[0]?.temperature], [70, 0.6]);
    const short = await one("--max-tokens", "7");
    assertEquals([short.length, short[0]?.max_tokens, plain[0]?.max_tokens], [140, 7, undefined]);
    const files = ["--question", `${dir}/question.md`, "--system", `${dir}/system.md`];
    const templated = await one(...files);
    assertEquals(templated[0]?.messages, [{ role: "user", content: "a=0?\n" }]);
    const known = await one("--served", "m", "--concurrency", "1", "--patience", "9");
    assertEquals(known.length, 0, "neither is part of an answer");
  }));

Deno.test("runEval() measures a checkpoint in this process", () =>
  withFolder(async (dir) => {
    // The policy's alphabet has digits, "=" and "?", and no English.
    const files = ["--question", `${dir}/question.md`, "--system", `${dir}/system.md`];
    const benchmark = ["--benchmark", `aime24=${dir}/aime24.jsonl`, "--samples", "2"];
    const run = (out: string) =>
      runEval(["--model", RELAY, ...benchmark, ...files, "--out", `${dir}/${out}`]);
    const text = await run("a");
    assertStringIncludes(text, "relay-base");
    const rows = await readRows(OUTCOMES, `${dir}/a/outcomes.jsonl`);
    assertEquals(rows.length, 90);
    assert(rows.every(({ tokens }) => tokens > 0));
    await run("b");
    assertEquals(await readRows(OUTCOMES, `${dir}/b/outcomes.jsonl`), rows);
  }));

Deno.test("runEval() says in one line what cannot be", () =>
  withFolder(async (dir) => {
    await using server = await solver();
    const file = ["--benchmark", `aime24=${dir}/aime24.jsonl`, "--out", `${dir}/out`];
    const cases: [string[], string][] = [
      [["--model", `${dir}/none`, ...file], "--model: cannot read"],
      [["--model", dir, ...file], `--model: ${dir} has no config.json`],
      [["--model", "http://", ...file], '--model: found "http://"; expected an address'],
      [["--model", server.baseUrl, ...file, "--served", "n"], 'it has no model "n", but "m"'],
      [["--model", RELAY, ...file, "--served", "n"], "--served: expected none"],
      [["--model", RELAY, ...file, "--key-variable", "K"], "--key-variable: expected none"],
      [["--model", server.baseUrl, ...file, "--key-variable", "STEPWISE_NO_KEY"], "is not set"],
      [
        ["--model", server.baseUrl, ...file, "--samples", "0", "--no-greedy"],
        "nothing is measured",
      ],
      [["--model", server.baseUrl, ...file, "--samples", "1001"], "expected at most 1000"],
      [["--model", server.baseUrl, ...file, "--question", `${dir}/no.md`], "cannot read"],
      [["--model", server.baseUrl, "--benchmark", `amc23=${dir}/aime24.jsonl`], "amc23 has 40"],
      [
        ["--model", RELAY, "--benchmark", `aime24=${dir}/aime24.jsonl`, "--out", `${dir}/out`],
        `--model ${RELAY}: aime24 `,
      ],
      [args(dir, server, "--out", `${dir}/amc23.jsonl`), "--out: cannot make"],
    ];
    for (const [line, message] of cases) {
      await assertRejects(() => runEval(line), InputError, message);
    }
    assertEquals(server.asked.length, 0);
  }));

/** Does something while the environment names this Hub and an empty cache in `dir`. */
async function withHub(url: string, dir: string, body: () => Promise<void>): Promise<void> {
  const before = ["HF_ENDPOINT", "HF_HUB_CACHE"].map((name) => [name, Deno.env.get(name)]);
  Deno.env.set("HF_ENDPOINT", url);
  Deno.env.set("HF_HUB_CACHE", `${dir}/cache`);
  try {
    await body();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name!);
      else Deno.env.set(name!, value);
    }
  }
}

Deno.test("runEval() says what else there is where the Hub cannot be reached", () =>
  withFolder(async (dir) => {
    await using server = await solver();
    await withHub("http://127.0.0.1:1", dir, async () => {
      await assertRejects(
        () => runEval(["--model", server.baseUrl, "--benchmark", "aime25"]),
        InputError,
        "--benchmark aime25=FILE reads its rows from a file",
      );
    });
  }));

Deno.test("runEval() measures a checkpoint on the Hub as it does the same files in a folder", () =>
  withFolder(async (dir) => {
    const files: Record<string, string | Uint8Array> = {};
    for await (const { name } of Deno.readDir(RELAY)) {
      files[name] = name.endsWith(".safetensors")
        ? await Deno.readFile(`${RELAY}/${name}`)
        : await Deno.readTextFile(`${RELAY}/${name}`);
    }
    const commit = commitOf("relay");
    const relay = { refs: { main: commit, v1: commit }, commits: { [commit]: files } };
    await using hub = startFakeHub({}, { "lab/relay": relay });
    const run = async (model: string, out: string) => {
      await runEval([
        ...["--model", model, "--out", `${dir}/${out}`, "--samples", "0", "--max-tokens", "4"],
        ...["--benchmark", `aime24=${dir}/aime24.jsonl`],
        ...["--question", `${dir}/question.md`, "--system", `${dir}/system.md`],
      ]);
      const evaluation = JSON.parse(await Deno.readTextFile(`${dir}/${out}/evaluation.json`));
      const rows = await readRows(OUTCOMES, `${dir}/${out}/outcomes.jsonl`);
      return { ...evaluation, completions: rows.map(({ completion }) => completion) };
    };
    const local = await run(RELAY, "folder");
    await withHub(hub.url, dir, async () => {
      for (const [model, name] of [["hf:lab/relay", "relay"], ["hf:lab/relay@v1", "relay@v1"]]) {
        const found = await run(model!, name!);
        assertEquals([found.model, found.name], [`hf:lab/relay@${commit}`, name]);
        assertEquals(found.identity, local.identity);
        assertEquals(found.completions, local.completions);
      }
      await assertRejects(
        () => run("hf:lab/none", "none"),
        InputError,
        "--model: hf:lab/none: the Hub refuses (401)",
      );
    });
  }));

Deno.test("deno task eval ends with 2 and one line for bad input, and 0 after --help", async () => {
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", MAIN, ...args],
    }).output();
    const text = (bytes: Uint8Array<ArrayBuffer>) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  };
  const bad = await run("--model", "none", "--benchmark", "aime24,gms8k");
  assertEquals([bad.code, bad.stdout], [2, ""]);
  assert(/^error: --benchmark: found "gms8k"; .+ did you mean gsm8k\?\n$/.test(bad.stderr));
  const help = await run("--help");
  assertEquals(help.code, 0);
  for (const line of help.stdout.split("\n")) assert(line.length <= 100, line);
  assertStringIncludes(help.stdout, "minerva          272 problems   math-ai/minervamath");
});
