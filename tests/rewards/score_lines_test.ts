import { assert, assertEquals } from "@std/assert";
import { TextLineStream } from "../../src/runs/lines.ts";
import type { LineJudgement, LineWorkerConfig } from "../../src/rewards/score_lines.ts";
import { assertSame, config, direct, rollouts } from "./line_rollouts.ts";
import { HOSTILE } from "./rollouts.ts";

const script = new URL("../../src/rewards/score_lines.ts", import.meta.url).pathname;
const shim = new URL("../../src/trainers/jobs/job/", import.meta.url).pathname;
const dir = await Deno.makeTempDir();

/** A worker's process, asked line by line. */
async function* worker(lines: readonly string[], cfg: LineWorkerConfig = config) {
  const path = `${dir}/reward.json`;
  await Deno.writeTextFile(path, JSON.stringify(cfg));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, path],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const said = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    .getReader();
  const stdin = child.stdin.getWriter();
  yield JSON.parse((await said.read()).value!);
  for (const line of lines) {
    await stdin.write(new TextEncoder().encode(`${line}\n`));
    yield JSON.parse((await said.read()).value!);
  }
  await stdin.close();
  assertEquals((await child.status).code, 0);
}

Deno.test("score_lines gives 5,000 rollouts the scores of the reward itself, bit for bit", async () => {
  const items = rollouts();
  const expected = await direct(items);
  assert(new Set(expected.map(({ reward }) => reward)).size > 100, "the scores tell nothing apart");
  const halves = [items.slice(0, 1000), items.slice(1000)];
  const lines = halves.map((items, id) => JSON.stringify({ id, items }));
  const [ready, ...answers] = await Array.fromAsync(worker(lines));
  assertEquals(ready, { ready: true });
  assertEquals(answers.map(({ id }) => id), [0, 1]);
  assertSame(answers.flatMap(({ judged }) => judged), expected);
});

Deno.test({
  name: "rewards.py gives 5,000 rollouts the scores of the reward itself, bit for bit",
  ignore: !await hasPython(),
}, async () => {
  const items = rollouts();
  await Deno.writeTextFile(`${dir}/reward.json`, JSON.stringify(config));
  await Deno.writeTextFile(`${dir}/items.json`, JSON.stringify(items));
  const out = await python(`
worker = RewardWorker("/", {"folder": ${JSON.stringify(Deno.cwd())}, "script": ${
    JSON.stringify(script)
  }, "config": "${dir}/reward.json", "batchSeconds": 120})
items = json.load(open("${dir}/items.json"))
judged = worker.score(items[:1700]) + worker.score(items[1700:])
worker.close()
print(json.dumps(judged))
`);
  assertSame(JSON.parse(out), await direct(items));
});

Deno.test({
  name: "rewards.py restarts a worker that died or is late, and fails a batch that fails twice",
  ignore: !await hasPython(),
}, async () => {
  const fake = `${dir}/fake.py`;
  // Dies at its first batch, answers at its second life; hangs where it is told to.
  await Deno.writeTextFile(
    fake,
    `
import json, os, sys, time
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    ask = json.loads(line)
    kind = ask["items"][0]["completion"]
    if kind == "die" or (kind == "die once" and not os.path.exists("${dir}/died")):
        open("${dir}/died", "w").close()
        sys.exit(7)
    if kind == "hang":
        time.sleep(60)
    print(json.dumps({"id": ask["id"], "judged": [{"reward": 0.5} for _ in ask["items"]]}), flush=True)
`,
  );
  const out = await python(`
worker = RewardWorker("/", {"folder": "/", "script": "", "config": "", "batchSeconds": 1})
worker.command = ["python3", "${fake}"]
score = lambda text: worker.score([{"completion": text}])[0]
print(json.dumps([score("die once"), score("die"), score("hang"), score("fine")]))
worker.close()
`);
  const [once, twice, late, fine] = JSON.parse(out);
  assertEquals([once.reward, fine.reward], [0.5, 0.5]);
  assertEquals(twice.reward, null);
  assertEquals(twice.rewardError, "error: reward worker: ended with code 7");
  assertEquals(late.rewardError, "error: reward worker: no answer after 1 s");
});

Deno.test("score_lines verifies answers where it is asked to, among rewards and in order", async () => {
  const item = { truncated: false, target: "a b", problem: "", answer: "188", update: 0 };
  const items = [
    { ...item, completion: "#188", verify: true as const },
    { ...item, completion: "<think>x</think>a b" },
    { ...item, completion: "#189", verify: true as const },
    { ...item, completion: "none", verify: true as const },
  ];
  const [, { judged }] = await Array.fromAsync(worker([JSON.stringify({ id: 1, items })]));
  assertEquals(judged.map(({ reward }: LineJudgement) => Math.round(reward!)), [1, 1, 0, 0]);
  assertEquals(judged.map(({ action }: LineJudgement) => action), ["188", "a b", "189", null]);
});

Deno.test("score_lines survives hostile text, and says why a reward cannot be used", async () => {
  const items = HOSTILE.map((completion) => ({
    ...{ completion, truncated: false, target: completion.slice(0, 1000) || "a" },
    ...{ problem: "", answer: "", update: 0 },
  }));
  const [, answer] = await Array.fromAsync(worker([JSON.stringify({ id: 1, items })]));
  assertEquals(answer.judged.length, HOSTILE.length);
  for (const { reward, rewardError } of answer.judged as LineJudgement[]) {
    assert(reward !== null || rewardError!.startsWith("timeout: "));
  }
  await Deno.writeTextFile(
    `${dir}/bad.json`,
    JSON.stringify({ ...config, reward: { kind: "module", file: "none.ts", range: [0, 1] } }),
  );
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, `${dir}/bad.json`],
    stdin: "null",
    stderr: "null",
  }).output();
  assertEquals(code, 1);
  const said = JSON.parse(new TextDecoder().decode(stdout));
  assert(said.error.startsWith("none.ts: cannot be imported as a reward: "), said.error);
});

async function hasPython(): Promise<boolean> {
  try {
    return (await new Deno.Command("python3", { args: ["-c", ""] }).output()).success;
  } catch {
    return false; // Not installed.
  }
}

/** What a program prints that has the job's reward client at hand. */
async function python(body: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("python3", {
    args: [
      "-c",
      `import json, sys\nsys.path.insert(0, "${shim}")\nfrom rewards import RewardWorker\n${body}`,
    ],
    env: { STEPWISE_DENO: Deno.execPath(), PYTHONDONTWRITEBYTECODE: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
