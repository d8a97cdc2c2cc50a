import { bleu } from "../../src/rewards/bleu.ts";
import { assertGolden } from "./golden.ts";

Deno.test("bleu() equals sacrebleu's sentence BLEU on every golden pair", async () => {
  await assertGolden("bleu", bleu());
  await assertGolden("bleu word", bleu({ tokens: "word" }));
  await assertGolden("bleu char 2", bleu({ tokens: "char", maxOrder: 2 }));
});
