import { assert, assertEquals } from "@std/assert";
import { EvalProgress } from "../../src/cli/eval_progress.ts";

function display(live: boolean) {
  const written: string[] = [];
  const clock = { now: 0 };
  const progress = new EvalProgress({
    total: 200,
    live,
    write: (text) => written.push(text),
    now: () => clock.now,
  });
  return { progress, written, clock };
}

Deno.test("EvalProgress estimates from what was asked in this run, over all passes", () => {
  const { progress, written, clock } = display(false);
  progress.pass("amc23 greedy");
  progress.answered({ done: 40, total: 40, kept: 40 });
  progress.pass("amc23 sampled");
  clock.now = 30_000;
  progress.answered({ done: 60, total: 160, kept: 30 });
  assertEquals(written, [
    "  100 of 200 (70 kept)  30 s, about 2 min left  amc23 sampled\n",
  ]);
});

Deno.test("EvalProgress writes plain lines ten seconds apart, and while nothing is answered too", () => {
  const { progress, written, clock } = display(false);
  progress.pass("aime24 greedy");
  for (clock.now = 0; clock.now <= 60_000; clock.now += 500) progress.beat();
  assertEquals(written.length, 6);
  assert(written.every((line) => line.startsWith("  0 of 200  ")), written[0]);
});

Deno.test("EvalProgress draws over its line on a terminal, within 100 columns, and removes it", () => {
  const { progress, written, clock } = display(true);
  progress.pass("aime24 sampled");
  for (let done = 1; done <= 50; done++) {
    clock.now += 100;
    progress.answered({ done, total: 200, kept: 0 });
  }
  progress.retried("w".repeat(500));
  assert(written.length > 15 && written.length < 30, `${written.length}`);
  for (const text of written) assert(text.startsWith("\r\x1b[K") && text.length <= 4 + 99);
  progress.close();
  assertEquals(written.at(-2), "\r\x1b[K");
});

Deno.test("EvalProgress says at its end what was asked, what was kept and how often it was asked again", () => {
  const { progress, written, clock } = display(false);
  progress.pass("a");
  progress.answered({ done: 50, total: 100, kept: 20 });
  progress.retried("p1: 503 busy");
  progress.retried("p2: nothing came for 300 s");
  clock.now = 5000;
  progress.close();
  assertEquals(written, [
    "30 completions in 5 s; 20 kept from before; 2 asked again, last: p2: nothing came for 300 s\n",
  ]);
});
