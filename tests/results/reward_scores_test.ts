import { assertEquals } from "@std/assert";
import { rewardScoresCsv } from "../../src/results/reward_scores.ts";

Deno.test("rewardScoresCsv() keeps all digits, leaves a failure's value empty, and quotes", () => {
  const csv = rewardScoresCsv([
    { reward: 'chrf x={"a":1}', corruption: "copy", step: "a,b#1", value: 0.1 + 0.2 },
    { reward: "bleu", corruption: "half", step: "p", value: null, failure: "error: no,\nnone" },
  ]);
  assertEquals(
    csv,
    "reward,corruption,step,value,failure\n" +
      '"chrf x={""a"":1}",copy,"a,b#1",0.30000000000000004,\n' +
      'bleu,half,p,,"error: no,\nnone"\n',
  );
});
