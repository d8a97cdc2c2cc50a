import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { MlflowTracker } from "../../../src/runs/tracking/mlflow.ts";
import { freePort } from "../../inference/llama_server.ts";
import { FakeMlflow } from "./fake_mlflow.ts";
import { trackedStage } from "./stages.ts";

/** A tracker with the warnings that it gave. */
async function connected(url: string) {
  const warnings: string[] = [];
  const tracker = await MlflowTracker.connect(url, "five", (text) => warnings.push(text));
  return { tracker, warnings };
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ step: i + 1, "hard avg@8": i, gone: null }));

Deno.test("MlflowTracker sends config, metrics and tags in batches that MLflow takes", async () => {
  await using server = new FakeMlflow();
  const { tracker } = await connected(`${server.url}/`);
  const stage = await trackedStage();
  await tracker.begin(stage);
  await tracker.rows(stage, rows(2500), 5);
  await tracker.end(stage, "finished", 9);
  assertEquals(await tracker.close(), null);
  const [made] = server.bodies("runs/create");
  assertEquals([made?.experiment_id, made?.run_name, made?.start_time], [
    "7",
    stage.label,
    stage.start,
  ]);
  const tags = made?.tags as { key: string; value: string }[];
  const tag = (key: string) => tags.find((tag) => tag.key === key)?.value;
  assertEquals([tag("stepwise.stage"), tag("stepwise.cpu"), tag("mlflow.source.git.commit")], [
    stage.id,
    "a cpu",
    "0123456789abcdef",
  ]);
  const batches = server.bodies("runs/log-batch");
  assertEquals(new Set(batches.map(({ run_id }) => run_id)), new Set(["run 1"]));
  const params = batches.flatMap(({ params }) => params ?? []) as { key: string; value: string }[];
  assertEquals(params.find(({ key }) => key === "stage.kind")?.value, "sft");
  const sizes = batches.flatMap(({ metrics }) => metrics ? [(metrics as unknown[]).length] : []);
  assertEquals(sizes, [1000, 1000, 500]);
  assertEquals((batches.at(-1)?.metrics as unknown[])[0], {
    key: "hard avg_8",
    value: 2000,
    timestamp: 5,
    step: 2001,
  });
  assertEquals(server.bodies("runs/update"), [
    { run_id: "run 1", status: "FINISHED", end_time: 9 },
  ]);
});

Deno.test("MlflowTracker keeps what a failing server does not take, and tells it at the end", async () => {
  await using server = new FakeMlflow();
  const { tracker, warnings } = await connected(server.url);
  const stage = await trackedStage();
  await tracker.begin(stage);
  server.instead = () => new Response("starting", { status: 503 });
  const before = server.asked.length;
  for (let i = 0; i < 20; i++) await tracker.rows(stage, rows(1), i);
  await tracker.end(stage, "finished", 9);
  // It is left alone for a while, not asked for every row.
  assertEquals([server.asked.length - before, warnings.length], [1, 1]);
  assertStringIncludes(warnings[0]!, "mlflow: the server is away (runs/log-batch: status 503)");
  server.instead = () => null;
  assertEquals(await tracker.close(), null);
  assertEquals(server.bodies("runs/log-batch").filter(({ metrics }) => metrics).length, 21);
  assertEquals(server.bodies("runs/update").at(-1)?.status, "FINISHED");
});

Deno.test("MlflowTracker counts what is lost when the server stays away", async () => {
  const server = new FakeMlflow();
  const { tracker } = await connected(server.url);
  const stage = await trackedStage();
  await tracker.begin(stage);
  await server[Symbol.asyncDispose]();
  await tracker.rows(stage, rows(30), 1);
  await tracker.end(stage, "finished", 9);
  const untold = await tracker.close();
  // Thirty values, and the end of the run.
  assertEquals(untold?.lost, 31);
});

Deno.test("MlflowTracker counts what the server refuses, and does not hold up the rest for it", async () => {
  await using server = new FakeMlflow();
  const { tracker } = await connected(server.url);
  const stage = await trackedStage();
  const refusal = { error_code: "INVALID_PARAMETER_VALUE", message: "bad name\nmore" };
  server.instead = ({ body }) => body?.metrics ? Response.json(refusal, { status: 400 }) : null;
  await tracker.begin(stage);
  await tracker.rows(stage, rows(3), 1);
  await tracker.end(stage, "failed", 9);
  const untold = await tracker.close();
  assertEquals([untold?.lost, untold?.reason], [3, "runs/log-batch: status 400: bad name"]);
  assertEquals(server.bodies("runs/update").at(-1)?.status, "FAILED");
});

Deno.test("MlflowTracker leaves a stage alone that is finished there, and ends what was left running", async () => {
  await using server = new FakeMlflow();
  const { tracker } = await connected(server.url);
  const runs = (status: string) => ({ runs: [{ info: { run_id: "old", status } }] });
  let there = "FINISHED";
  server.instead = ({ path, body }) =>
    path === "runs/search" && String(body?.filter).endsWith(`'${there}'`)
      ? Response.json(runs(there))
      : null;
  const before = await trackedStage({ finishedBefore: true });
  await tracker.begin(before);
  await tracker.rows(before, rows(3), 1);
  await tracker.end(before, "finished", 9);
  assertEquals(new Set(server.asked.slice(1).map(({ path }) => path)), new Set(["runs/search"]));
  there = "RUNNING";
  await tracker.begin(await trackedStage());
  assertEquals(server.bodies("runs/update"), [{ run_id: "old", status: "KILLED" }]);
  assertEquals(server.bodies("runs/create").length, 1);
  assertEquals(await tracker.close(), null);
});

Deno.test("MlflowTracker.connect() makes the experiment where there is none", async () => {
  await using server = new FakeMlflow();
  const none = { error_code: "RESOURCE_DOES_NOT_EXIST", message: "none" };
  server.instead = ({ path }) =>
    path === "experiments/get-by-name" ? Response.json(none, { status: 404 }) : null;
  await connected(server.url);
  assertEquals(server.bodies("experiments/create"), [{ name: "five" }]);
});

Deno.test("MlflowTracker.connect() says why a server cannot be used", async () => {
  const away = `http://127.0.0.1:${freePort()}`;
  const message = async (url: string) =>
    (await assertRejects(() => connected(url), InputError)).message;
  assertStringIncludes(
    await message(away),
    `--track mlflow=${away}: no MLflow server can be used there: `,
  );
  await using server = new FakeMlflow();
  server.instead = () => new Response("<html>", { status: 200 });
  assertStringIncludes(
    await message(server.url),
    "its answer is not JSON: is this an MLflow server?",
  );
  const deleted = { experiment: { experiment_id: "7", lifecycle_stage: "deleted" } };
  server.instead = () => Response.json(deleted);
  assertStringIncludes(await message(server.url), 'its experiment "five" was deleted');
  server.instead = () => new Response("", { status: 404 });
  assertStringIncludes(await message(server.url), "experiments/get-by-name: status 404");
});
