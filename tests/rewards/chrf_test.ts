import { chrf } from "../../src/rewards/chrf.ts";
import { assertGolden } from "./golden.ts";

Deno.test("chrf() equals sacrebleu's CHRF on every golden pair", async () => {
  await assertGolden("chrf", chrf());
  await assertGolden("chrf++", chrf({ wordOrder: 2 }));
  await assertGolden("chrf 3 1 beta 1", chrf({ charOrder: 3, wordOrder: 1, beta: 1 }));
});
