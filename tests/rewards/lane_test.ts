import { assertEquals, assertNotEquals } from "@std/assert";
import { Lane } from "../../src/rewards/lane.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";
import { acting, withTarget } from "./rollouts.ts";

const dir = await Deno.makeTempDir();

/** A reward that takes as many milliseconds as its action says, or matches a regular expression that backtracks; it tells its process. */
const file = `${dir}/reward.ts`;
await Deno.writeTextFile(
  file,
  `export default ({ action }) => {
     if (action === "backtrack") /^(a+)+$/.test("a".repeat(60) + "b");
     const end = performance.now() + Number(action);
     while (performance.now() < end);
     return { value: 1, parts: { id: Deno.pid } };
   };`,
);
const declared = rewardSchema.parse({ kind: "module", file });

const score = (lane: Lane, ...actions: string[]) =>
  lane.score(actions.map((action) => ({ rollout: acting(action), instance: withTarget("") })));

/** The id of the process that scored each, or what failed. */
async function processes(lane: Lane, ...actions: string[]) {
  const judgements = await score(lane, ...actions);
  return judgements.map((one) => one.status === "ok" ? one.score.parts["module.id"] : one.status);
}

Deno.test("Lane keeps its process from batch to batch, and starts another where one is stuck in a regular expression", async () => {
  const lane = new Lane(declared, {}, 600);
  const [first] = await processes(lane, "0");
  assertEquals(await processes(lane, "0", "0"), [first, first]);
  const [before, stuck, after] = await processes(lane, "0", "backtrack", "0");
  assertEquals([before, stuck], [first, "timeout"]);
  assertNotEquals(after, first);
  assertEquals(await processes(lane, "0"), [after]);
  lane.stop();
});

Deno.test("Lane takes no time for a deadline in which this thread is too busy to hear a score", async () => {
  const lane = new Lane(declared, {}, 400);
  await lane.start();
  const scored = score(lane, "10", "20", "0");
  // Let the items go out, then hear nothing for longer than the deadline.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const end = performance.now() + 1000;
  while (performance.now() < end);
  assertEquals((await scored).map(({ status }) => status), ["ok", "ok", "ok"]);
  lane.stop();
});
