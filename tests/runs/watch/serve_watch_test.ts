import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { TextLineStream } from "../../../src/runs/lines.ts";
import { answerWatch, serveWatch } from "../../../src/runs/watch/serve_watch.ts";
import { Watched } from "../../../src/runs/watch/watched.ts";
import { scene } from "./scene.ts";

const get = (root: string, path: string, init: RequestInit = {}, host = "127.0.0.1:9") =>
  answerWatch(new Request(`http://${host}${path}`, init), new Watched(root));

Deno.test("answerWatch() answers only GET, and only to who asks by a loopback name", async () => {
  await using place = await scene();
  for (const host of ["127.0.0.1:9", "localhost:9", "[::1]:9"]) {
    const response = await get(place.root, "/", {}, host);
    assertEquals([response.status, response.headers.get("x-content-type-options")], [
      200,
      "nosniff",
    ]);
  }
  for (const host of ["attacker.example", "127.0.0.1.attacker.example", "10.0.0.1"]) {
    assertEquals((await get(place.root, "/", {}, host)).status, 403, host);
  }
  assertEquals((await get(place.root, "/", { method: "POST" })).status, 405);
  assertEquals((await get(place.root, "/../../etc/passwd")).status, 404);
});

Deno.test("answerWatch() gives a page of groups, by step and filter", async () => {
  await using place = await scene();
  const ask = async (query: string) =>
    await (await get(place.root, `/groups?stage=${place.running}${query}`)).json();
  const latest = await ask("");
  assertEquals([latest.steps, latest.step, latest.total, latest.groups.length], [
    [0, 20],
    20,
    13,
    8,
  ]);
  assertEquals((await ask("&step=0&from=8")).groups.length, 5);
  assertEquals((await ask("&step=0&from=8")).step, 0);
  const format = await ask("&filter=format");
  assertEquals([format.total, format.groups[0].group], [1, 2]);
  assertEquals((await ask("&step=3")).total, 0);
  const none = await (await get(place.root, "/groups?stage=0123456789abcdef")).json();
  assertEquals([none.steps, none.step, none.groups], [[], null, []]);
});

Deno.test("answerWatch() refuses what is no id, and says what is wrong with a broken file", async () => {
  await using place = await scene();
  for (const stage of ["", "..", "../../../../etc", "0123456789ABCDEF", "0123456789abcdef/.."]) {
    const response = await get(place.root, `/groups?stage=${encodeURIComponent(stage)}`);
    assertEquals([response.status, await response.text()], [
      400,
      "stage: expected the id of a stage",
    ]);
  }
  await Deno.writeTextFile(`${place.dir}/rollouts.jsonl`, '{"step":40,"group":"x"}\n', {
    append: true,
  });
  const broken = await get(place.root, `/groups?stage=${place.running}`);
  assertEquals(broken.status, 503);
  assertMatch(await broken.text(), /rollouts\.jsonl:1: group: /);
});

/** The first events of a stream, by name. */
async function news(url: string, wanted: readonly string[]): Promise<Record<string, unknown>> {
  const stop = new AbortController();
  const response = await fetch(url, { signal: stop.signal });
  const lines = response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TextLineStream(),
  );
  const found: Record<string, unknown> = {};
  let name = "";
  for await (const line of lines) {
    if (line.startsWith("event: ")) name = line.slice(7);
    else if (line.startsWith("data: ")) found[name] ??= JSON.parse(line.slice(6));
    if (wanted.every((name) => name in found)) break;
  }
  stop.abort();
  return found;
}

Deno.test("serveWatch() streams the boards, the one asked for, and the points of its curves", async () => {
  await using place = await scene();
  await using server = serveWatch(new Watched(place.root), 0);
  assertMatch(server.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  const found = await news(`${server.url}events?metric=loss`, ["experiments", "board", "points"]);
  assertEquals(found.experiments, ["five"]);
  const { name, live, over } = found.board as Record<string, unknown>;
  assertEquals([name, live, over], ["five", true, false]);
  const { points, metrics, metric } = found.points as {
    points: Record<string, unknown[]>;
    metrics: string[];
    metric: string;
  };
  assertEquals([metrics, metric], [["loss", "reward", "validation"], "loss"]);
  assertEquals(points[place.running]?.length, 35);
});

Deno.test("answerWatch() stops looking at the disk when its reader is gone", async () => {
  await using place = await scene();
  let looks = 0;
  const watched = new (class extends Watched {
    override experiments() {
      looks++;
      return super.experiments();
    }
  })(place.root);
  const response = await answerWatch(new Request("http://127.0.0.1:9/events"), watched);
  const reader = response.body!.getReader();
  for (let event = 0; event < 3; event++) await reader.read();
  await reader.cancel();
  const before = looks;
  await new Promise((resolve) => setTimeout(resolve, 1600));
  // At most the one that was under way.
  assertEquals(looks - before <= 1, true);
});

Deno.test("serveWatch() says that nothing was run yet, and that a run was killed", async () => {
  const empty = await Deno.makeTempDir();
  await using server = serveWatch(new Watched(empty), 0);
  const { problem } = await news(`${server.url}events`, ["problem"]);
  assertStringIncludes(String(problem), "No experiment was run here yet");
  await using place = await scene();
  const path = `${place.root}/boards/five.json`;
  const board = await Deno.readTextFile(path);
  place.board.close();
  // As it is left where nobody could close it.
  await Deno.writeTextFile(path, board);
  assertEquals((await new Watched(place.root).board("five")).live, false);
  await Deno.remove(empty, { recursive: true });
});

Deno.test("serveWatch() names a port that is taken", async () => {
  const empty = await Deno.makeTempDir();
  await using server = serveWatch(new Watched(empty), 0);
  const { port } = new URL(server.url);
  const error = assertThrows(() => serveWatch(new Watched(empty), Number(port)), InputError);
  assertStringIncludes(error.message, `--port: ${port} is taken`);
  await Deno.remove(empty, { recursive: true });
});
