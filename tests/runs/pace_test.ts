import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { PlannedStage } from "../../src/experiment/plan.ts";
import type { RunEvent } from "../../src/runs/events.ts";
import { Pace } from "../../src/runs/pace.ts";

const stage = (id: string): PlannedStage =>
  ({ id, parent: null, label: id, size: "1m", spec: {} }) as unknown as PlannedStage;

/** A run of four stages of 100 expected seconds each, with a clock in hand. */
function run(jobs: number) {
  const stages = ["a", "b", "c", "d"].map(stage);
  const clock = { now: 0 };
  const pace = new Pace({
    stages,
    jobs,
    seconds: new Map(stages.map(({ id }) => [id, 100])),
    now: () => clock.now * 1000,
  });
  const at = (id: string) => stages.find((stage) => stage.id === id)!;
  const tell = (type: "started" | "finished", id: string, n: number) =>
    pace.event({ type, stage: at(id), step: n, seconds: n } as RunEvent);
  const say = (id: string, done: number) =>
    pace.event({
      type: "said",
      stage: at(id),
      event: { type: "progress", done, total: 100, unit: "updates", note: "" },
    });
  return { clock, pace, at, tell, say };
}

Deno.test("Pace begins with what is expected, on as many stages as run at once", () => {
  assertEquals([run(1).pace.total(), run(2).pace.total(), run(9).pace.total()], [400, 200, 100]);
});

Deno.test("Pace takes a running stage's speed for its own rest, and for the stages to come", () => {
  const { clock, pace, tell, say } = run(1);
  tell("started", "a", 0);
  clock.now = 4;
  say("a", 2);
  // Two hundredths say nothing yet: 4 s of the expected 100 are over.
  assertEquals(pace.total(), 396);
  clock.now = 100;
  say("a", 50);
  // Twice as slow as expected: 100 s of its own, 200 s for each of the others.
  assertAlmostEquals(pace.total(), 700);
  assertAlmostEquals(pace.seconds().get("d")!, 200);
});

Deno.test("Pace weighs finished and running stages by what was expected of them", () => {
  const { clock, pace, tell, say } = run(1);
  tell("started", "a", 0);
  tell("finished", "a", 50);
  tell("started", "b", 0);
  clock.now = 200;
  say("b", 100);
  // 250 s for what was expected to take 200.
  assertAlmostEquals(pace.seconds().get("c")!, 125);
});

Deno.test("Pace does not take an earlier process's updates for this one's speed", () => {
  const { clock, pace, tell, say } = run(1);
  tell("started", "a", 80);
  clock.now = 10;
  say("a", 90);
  assertAlmostEquals(pace.seconds().get("a")!, 10);
  assertAlmostEquals(pace.seconds().get("b")!, 100);
});

Deno.test("Pace leaves out what is over, however it ended", () => {
  const { pace, tell, at } = run(1);
  tell("finished", "a", 100);
  pace.event({ type: "reused", stage: at("b") });
  pace.event({ type: "skipped", stage: at("c"), because: at("a") });
  pace.event({ type: "waiting", stage: at("d") });
  assertEquals([...pace.seconds().keys()], ["d"]);
  pace.event({ type: "stopped", stage: at("d"), step: 3 });
  assertEquals(pace.total(), 0);
});
