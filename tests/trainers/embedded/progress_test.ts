import { assert, assertEquals } from "@std/assert";
import type { StageEvent } from "../../../src/runs/stage.ts";
import { JsonLines } from "../../../src/trainers/embedded/json_lines.ts";
import { Progress } from "../../../src/trainers/embedded/progress.ts";
import { folder } from "./runs.ts";

Deno.test("Progress reports every unit, and times them in a file of their own", async () => {
  const dir = folder();
  const events: StageEvent[] = [];
  const context = {
    dir,
    parent: null,
    seed: 1,
    threads: 1,
    report: (e: StageEvent) => events.push(e),
  };
  {
    using timings = new JsonLines(`${dir}/timings.jsonl`);
    const progress = new Progress(context, timings, 2, "updates");
    progress.advance("first");
    progress.advance("second", { sampling: 3 });
  }
  const event = (done: number, note: string) => ({
    type: "progress" as const,
    done,
    total: 2,
    unit: "updates",
    note,
  });
  assertEquals(events, [event(0, ""), event(1, "first"), event(2, "second")]);
  const lines = (await Deno.readTextFile(`${dir}/timings.jsonl`)).trim().split("\n");
  const rows = lines.map((line) => JSON.parse(line));
  assertEquals(rows.map(({ step }) => step), [0, 1]);
  assert(rows.every(({ ms }) => Number.isInteger(ms) && ms >= 0));
  assertEquals(rows[1].sampling, 3);
});

Deno.test("Progress goes on with the count of an earlier process", async () => {
  const dir = folder();
  const seen: number[] = [];
  const report = (event: StageEvent) => event.type === "progress" && seen.push(event.done);
  const context = { dir, parent: null, seed: 1, threads: 1, report };
  {
    using timings = new JsonLines(`${dir}/timings.jsonl`);
    new Progress(context, timings, 9, "updates", 7).advance("");
  }
  assertEquals(seen, [7, 8]);
  assertEquals(JSON.parse(await Deno.readTextFile(`${dir}/timings.jsonl`)).step, 7);
});
