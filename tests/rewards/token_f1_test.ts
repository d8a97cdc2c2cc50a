import { tokenF1 } from "../../src/rewards/token_f1.ts";
import { assertGolden } from "./golden.ts";

Deno.test("tokenF1() equals SQuAD's official evaluation on every golden pair", async () => {
  await assertGolden("token-f1", tokenF1());
});
