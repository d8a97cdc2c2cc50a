import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { freePort } from "../inference/llama_server.ts";
import { mlflowTest, startMlflow } from "../runs/tracking/mlflow_server.ts";
import { Project } from "./project.ts";

/** A stage that takes seconds, in which a server can go away. */
const SLOW = "--slow-srl=150";

Deno.test("experiment --track tensorboard writes event files of every stage, also of cached ones", async () => {
  using project = new Project();
  const files = () =>
    [...Deno.readDirSync(`${project.dir}/results/five/tensorboard`)].map(({ name }) => name).sort();
  const first = await project.run(["five.ts", "--only", "srl", "--track", "tensorboard"]);
  assertEquals([first.code, first.err, files()], [0, "", ["srl"]]);
  await Deno.remove(`${project.dir}/results/five/tensorboard`, { recursive: true });
  const second = await project.run(["five.ts", "--only", "srl,base", "--track", "tensorboard"]);
  assertMatch(second.out, /1 stage made, 2 reused/);
  assertEquals(files(), ["base", "srl"]);
});

Deno.test("experiment --track mlflow ends before it runs anything where there is no server", async () => {
  using project = new Project();
  const url = `http://127.0.0.1:${freePort()}`;
  const { code, err } = await project.run(["five.ts", "--track", `mlflow=${url}`]);
  assertEquals(code, 2);
  assertStringIncludes(err, `error: --track mlflow=${url}: no MLflow server can be used there: `);
  assertEquals([...Deno.readDirSync(project.dir)].map(({ name }) => name), ["five.ts"]);
});

Deno.test("experiment --track names what it does not know", async () => {
  using project = new Project();
  const { code, err } = await project.run(["five.ts", "--track", "tensorbord"]);
  assertEquals(code, 2);
  assertStringIncludes(err, 'did you mean "tensorboard"?');
});

/** Every run of the experiment that a server has, by label. */
async function runsOf(url: string) {
  const call = async (path: string, body: object) =>
    await (await fetch(`${url}/api/2.0/mlflow/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    })).json();
  const found = await fetch(`${url}/api/2.0/mlflow/experiments/get-by-name?experiment_name=five`);
  const { experiment } = await found.json();
  const { runs } = await call("runs/search", { experiment_ids: [experiment.experiment_id] });
  return Object.groupBy(
    runs as {
      info: { run_name: string; run_id: string; status: string };
      data: Record<"metrics" | "params" | "tags", { key: string; value: unknown }[]>;
    }[],
    ({ info }) => info.run_name,
  );
}

await mlflowTest(
  "a real MLflow server has every stage's config, metrics, scores and provenance",
  async () => {
    using project = new Project();
    await using server = await startMlflow(project.dir);
    const track = ["five.ts", "--only", "srl", "--track", `mlflow=${server.url}`];
    for (const made of [2, 0]) {
      const { code, out, err } = await project.run(track);
      assertEquals([code, err], [0, ""]);
      assertStringIncludes(out, `\n${made} stages made`);
      assertEquals(out.includes("warning"), false);
      // The second time both stages are cached, and finished there: they are not logged again.
      const runs = await runsOf(server.url);
      assertEquals(Object.values(runs).map((same) => same?.length), [1, 1]);
      const [srl, scores] = [runs["srl, 1m, seed 1"]?.[0], runs["evaluate srl, 1m, seed 1"]?.[0]];
      assertEquals([srl?.info.status, scores?.info.status], ["FINISHED", "FINISHED"]);
      const value = (of: typeof srl, kind: "metrics" | "params" | "tags", key: string) =>
        of?.data[kind].find((entry) => entry.key === key)?.value;
      assertEquals(value(srl, "metrics", "reward"), 1);
      assertEquals(value(srl, "params", "stage.updates"), "60");
      assertMatch(String(value(srl, "tags", "stepwise.runtime")), /^ONNX Runtime 1\.\d+\.\d+ CPU/);
      assertEquals(value(scores, "metrics", "hard greedy"), 0.5);
      const history = await fetch(
        `${server.url}/api/2.0/mlflow/metrics/get-history?run_id=${srl?.info.run_id}&metric_key=reward`,
      );
      const { metrics } = await history.json();
      assertEquals(
        metrics.map(({ step, value }: { step: number; value: number }) => [step ?? 0, value]),
        [[1, 0.5], [2, 1]],
      );
    }
  },
);

await mlflowTest(
  "a run outlives its MLflow server, counts what was not told, and tells it the next time",
  async () => {
    using project = new Project();
    const first = await startMlflow(project.dir);
    const track = ["five.ts", "--only", "srl", "--track", `mlflow=${first.url}`];
    const running = project.run(track, SLOW);
    let runs: Awaited<ReturnType<typeof runsOf>> = {};
    while (!runs["srl, 1m, seed 1"]) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      runs = await runsOf(first.url).catch(() => ({}));
    }
    await first.kill();
    const { code, out } = await running;
    assertEquals(code, 0);
    assertStringIncludes(out, "\n2 stages made");
    assertMatch(out, /\nwarning: mlflow: the server is away \(.*\); the run goes on without it\n/);
    assertMatch(
      out,
      /\nwarning: mlflow: \d+ of \d+ values were not taken \(.*\); metrics\.jsonl has all of them/,
    );
    await using again = await startMlflow(project.dir, Number(new URL(first.url).port));
    assertEquals((await runsOf(again.url))["srl, 1m, seed 1"]?.map(({ info }) => info.status), [
      "RUNNING",
    ]);
    const second = await project.run(track);
    assertStringIncludes(second.out, "0 stages made, 2 reused");
    const told = (await runsOf(again.url))["srl, 1m, seed 1"] ?? [];
    assertEquals(told.map(({ info }) => info.status).sort(), ["FINISHED", "KILLED"]);
    const whole = told.find(({ info }) => info.status === "FINISHED");
    assertEquals(whole?.data.metrics.map(({ key, value }) => [key, value]), [["reward", 1]]);
  },
);
