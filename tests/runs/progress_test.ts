import { assertEquals } from "@std/assert";
import type { PlannedStage } from "../../src/experiment/plan.ts";
import { Progress } from "../../src/runs/progress.ts";

const stage = (id: string, parent: string | null = null): PlannedStage =>
  ({ id, parent, label: `stage ${id}`, size: "1m", spec: {} }) as unknown as PlannedStage;

/** A display of two stages of 100 expected seconds each, one at a time, with a clock in hand. */
function display(columns: number | null) {
  const [a, b] = [stage("a"), stage("b", "a")];
  const state = { now: 0, text: "" };
  const progress = new Progress({
    stages: [a, b],
    seconds: new Map([["a", 100], ["b", 100]]),
    jobs: 1,
    columns,
    write: (text) => state.text += text,
    now: () => state.now * 1000,
  });
  const say = (done: number) =>
    progress.event({
      type: "said",
      stage: a,
      event: { type: "progress", done, total: 50, unit: "updates", note: "reward 0.41" },
    });
  return { a, b, state, progress, say };
}

Deno.test("Progress writes plain lines at starts and ends, and at most one in ten seconds between", () => {
  const { a, b, state, progress, say } = display(null);
  progress.event({ type: "started", stage: a, step: 0 });
  for (state.now = 1; state.now <= 25; state.now++) say(state.now);
  state.now = 50;
  progress.event({ type: "finished", stage: a, seconds: 50 });
  progress.event({
    type: "failed",
    stage: b,
    failure: { stage: b, reason: "NaN", tail: [], dir: "" },
  });
  assertEquals(state.text.split("\n"), [
    "start   stage a",
    // Twice as fast as expected: the rest is expected to be so, too.
    "        stage a  20 % (10/50 updates)  10 s, about 40 s left  reward 0.41 [0 of 2, about 2 min left]",
    "        stage a  40 % (20/50 updates)  20 s, about 30 s left  reward 0.41 [0 of 2, about 1 min left]",
    "done    stage a in 50 s [1 of 2, about 50 s left]",
    "FAILED  stage b: NaN",
    "",
  ]);
});

Deno.test("Progress.beat() speaks for a stage that says nothing", () => {
  const { a, state, progress } = display(null);
  progress.beat();
  progress.event({ type: "started", stage: a, step: 0 });
  for (state.now = 1; state.now <= 10; state.now++) progress.beat();
  assertEquals(
    state.text,
    "start   stage a\n        stage a  10 s, about 2 min left [0 of 2, about 3 min left]\n",
  );
});

Deno.test("Progress redraws its live lines in place, cut to the terminal", () => {
  const { a, state, progress, say } = display(30);
  progress.event({ type: "started", stage: a, step: 0 });
  state.now = 10;
  state.text = "";
  say(25);
  assertEquals(
    state.text,
    "\x1b[2A\x1b[0J  stage a  50 % (25/50 updat…\n  [0 of 2, about 30 s left]\n",
  );
  state.text = "";
  say(26);
  assertEquals(state.text, "");
  progress.close();
  assertEquals(state.text, "\x1b[2A\x1b[0J");
});

Deno.test("Progress counts what is reused or skipped, and names why", () => {
  const { a, b, state, progress } = display(null);
  progress.event({ type: "reused", stage: a });
  progress.event({ type: "waiting", stage: b });
  progress.event({ type: "skipped", stage: b, because: a });
  assertEquals(state.text.split("\n"), [
    "wait    stage b: another process is making it",
    "skip    stage b: it needs stage a, which failed",
    "",
  ]);
});

Deno.test("Progress.note() writes a line that stays, above the live ones", () => {
  const { a, state, progress, say } = display(60);
  progress.event({ type: "started", stage: a, step: 0 });
  say(25);
  state.text = "";
  progress.note("warning: it is away");
  assertEquals(state.text.includes("warning: it is away\n"), true);
  assertEquals(state.text.indexOf("warning") < state.text.lastIndexOf("stage a"), true);
});

Deno.test("Progress gives each running stage a line of its own in plain output", () => {
  const { a, b, state, progress } = display(null);
  progress.event({ type: "started", stage: a, step: 0 });
  progress.event({ type: "started", stage: b, step: 0 });
  state.now = 10;
  state.text = "";
  progress.beat();
  assertEquals(
    state.text,
    "        stage a  10 s, about 2 min left\n        stage b  10 s, about 2 min left [0 of 2, about 3 min left]\n",
  );
});

Deno.test("Progress says when what another process was making is there, and is silent about what was finished before", () => {
  const { a, b, state, progress } = display(null);
  progress.event({ type: "reused", stage: a });
  progress.event({ type: "waiting", stage: b });
  progress.event({ type: "reused", stage: b });
  assertEquals(state.text.split("\n"), [
    "wait    stage b: another process is making it",
    "taken   stage b [2 of 2]",
    "",
  ]);
});

Deno.test("Progress shows what could steer the terminal as escapes, and cuts wide letters by their columns", () => {
  const { a, b, state, progress } = display(24);
  const stage = { ...a, label: "a\x1b[2J" };
  const failure = { stage, reason: "boom\x1b[31m\nred", tail: [], dir: "" };
  progress.event({ type: "failed", stage, failure });
  assertEquals(state.text.split("\n")[0], "FAILED  a\\x1b[2J: boom\\x1b[31m\\nred");
  state.text = "";
  progress.event({ type: "started", stage: { ...b, label: "漢".repeat(20) }, step: 0 });
  assertEquals(state.text.split("\n")[1], `  ${"漢".repeat(10)}…`);
});

Deno.test("Progress does not count a stage as over that was stopped", () => {
  const { a, state, progress } = display(60);
  progress.event({ type: "started", stage: a, step: 0 });
  state.text = "";
  progress.event({ type: "stopped", stage: a, step: 7 });
  const [saved, live] = state.text.split("\n");
  assertEquals(saved, "\x1b[2A\x1b[0Jsaved   stage a after update 7");
  assertEquals(live?.startsWith("  [0 of 2, "), true, live);
});
