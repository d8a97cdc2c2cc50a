import { rougeL } from "../../src/rewards/rouge_l.ts";
import { assertGolden } from "./golden.ts";

Deno.test("rougeL() equals rouge-score on every golden pair", async () => {
  await assertGolden("rouge-l", rougeL());
  await assertGolden("rouge-l beta 2", rougeL({ beta: 2 }));
});
