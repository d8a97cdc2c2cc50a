import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { rewardPlot } from "../../src/results/reward_plot.ts";
import { drawnTexts } from "./svg.ts";

/** Ten updates, rewards rising from 0 to 0.9 with a broken format at each. */
const rollouts = Array.from({ length: 10 }, (_, step) => [
  { step, reward: step / 10 },
  { step, reward: -1 },
  { step, reward: null },
]).flat();

interface Bin {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

const layers = (index = 0) => {
  const spec = rewardPlot([{ name: "srl", rollouts }, { name: "rlvr", rollouts }]);
  const { vconcat } = spec as unknown as {
    vconcat: { layer: { data: { values: Bin[] } }[] }[];
  };
  return vconcat[index]!.layer.map(({ data }) => data.values);
};

Deno.test("rewardPlot() bins the first and the last fifth of a stage's updates", () => {
  const [last, first] = layers();
  const filled = (bins: readonly Bin[]) =>
    bins.filter(({ share }) => share > 0).map(({ from, share }) => [from.toFixed(1), share]);
  // Of ten updates the shares 0, 1/9 are first, 8/9 and 1 last.
  assertEquals(filled(last!), [["-1.0", 50], ["0.8", 25], ["0.9", 25]]);
  assertEquals(filled(first!.slice(0, -1)), [["-1.0", 50], ["0.0", 25], ["0.1", 25]]);
  assertAlmostEquals(last!.reduce((sum, { share }) => sum + share, 0), 100, 1e-9);
  assertEquals(first!.at(-1)!.from, 1);
});

Deno.test("rewardPlot() counts rollouts without a reward", async () => {
  const spec = rewardPlot([{ name: "srl", rollouts }], { note: "TAINTED" });
  const text = (await drawnTexts(spec)).join(" ");
  assert(text.includes("10 rollouts have no reward") && text.includes("TAINTED"), text);
});

Deno.test("rewardPlot() takes rewards beyond 0 and 1, and a stage of one update", () => {
  const spec = rewardPlot([{
    name: "srl",
    rollouts: [{ step: 3, reward: 7 }, { step: 3, reward: -2 }],
  }]);
  const [panel] = (spec as unknown as {
    vconcat: { layer: { data: { values: Bin[] } }[] }[];
  }).vconcat;
  const bins = panel!.layer[0]!.data.values;
  assertEquals([bins[0]!.from, bins.at(-1)!.to, bins.at(-1)!.share], [-2, 7, 50]);
});

Deno.test("rewardPlot() refuses nothing", () => {
  assertThrows(() => rewardPlot([]), InputError, "no series");
  const lost = [{ name: "srl", rollouts: [{ step: 0, reward: null }] }];
  assertThrows(() => rewardPlot(lost), InputError, "srl: found no rollout");
});
