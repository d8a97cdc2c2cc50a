import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { watchCommand } from "../../src/cli/watch.ts";
import { InputError } from "../../src/errors.ts";
import { Watched } from "../../src/runs/watch/watched.ts";
import { until } from "../runs/fixtures.ts";
import { Project } from "./project.ts";

Deno.test("watch serves the page on a free port, to this machine alone", async () => {
  const root = await Deno.makeTempDir();
  await using server = watchCommand(["--port", "0"], root);
  const response = await fetch(server.url);
  assertStringIncludes(await response.text(), "<title>Stepwise</title>");
  assertEquals(new URL(server.url).hostname, "127.0.0.1");
  await Deno.remove(root, { recursive: true });
});

Deno.test("watch names a port that is none", () => {
  for (const port of ["x", "-1", "70000", "1.5"]) {
    const error = assertThrows(() => watchCommand([`--port=${port}`], "."), InputError);
    assertStringIncludes(
      error.message,
      `--port: found "${port}"; expected a number from 0 to 65535`,
    );
  }
});

Deno.test("experiment leaves a board that another process can watch while it runs, and after it", async () => {
  using project = new Project();
  const watched = new Watched(`${project.dir}/.stepwise`);
  const running = project.run(["five.ts", "--only", "srl"], "--slow-srl=100");
  let seen = "";
  const looking = setInterval(async () => {
    const board = await watched.board("five").catch(() => null);
    const stage = board?.stages.find(({ kind }) => kind === "srl");
    if (board?.live && stage?.state === "running" && stage.total === 1000) seen = stage.label;
  }, 50);
  await until(() => seen !== "");
  clearInterval(looking);
  assertEquals((await running).code, 0);
  const { over, live, cells, stages } = await watched.board("five");
  assertEquals([over, live, cells.length], [true, false, 1]);
  assertEquals(stages.map(({ state }) => state), ["done", "done"]);
});
