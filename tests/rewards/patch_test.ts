import { assertAlmostEquals, assertEquals, assertGreaterOrEqual, assertRejects } from "@std/assert";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { patch } from "../../src/rewards/patch.ts";
import { readGolden } from "./golden.ts";
import { acting, HOSTILE, withTarget } from "./rollouts.ts";

/** [patch, expert's patch, similarity, similarity of the changed lines alone], see make_patch_similarity.py. */
type GoldenCase = [string, string, number, number];

const CHANGE = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n";

Deno.test("patch() equals difflib's mean ratio over the files, as another reader of diffs sees them", async () => {
  const golden = await readGolden<GoldenCase[]>("patch_similarity.json.gz");
  assertGreaterOrEqual(golden.length, 150);
  const [whole, bare] = [await makeReward(patch()), await makeReward(patch({ context: false }))];
  for (const [mine, theirs, all, changed] of golden) {
    for (const text of [mine, mine.trim(), `Here:\n\`\`\`diff\n${mine}\`\`\``]) {
      const instance = withTarget(theirs);
      assertAlmostEquals((await whole.score(acting(text), instance)).value, all, 1e-12, text);
      assertAlmostEquals((await bare.score(acting(text), instance)).value, changed, 1e-12, text);
    }
  }
});

Deno.test("patch() gives -1 for a malformed patch, and says so", async () => {
  const reward = await makeReward(patch());
  // One of the texts is a patch by accident.
  const hostile = HOSTILE.filter((text) => !text.startsWith("---"));
  for (const action of ["x", CHANGE.replace("-old\n", ""), "@@ -1 +1 @@\n-a\n+b", ...hostile]) {
    assertEquals(await reward.score(acting(action), withTarget(CHANGE)), {
      value: -1,
      parts: { patch: -1, "patch.malformed": 1, format: 0 },
    });
  }
});

Deno.test("patch() throws where the expert's action is no patch", async () => {
  const reward = await makeReward(patch());
  await assertRejects(
    async () => await reward.score(acting(CHANGE), withTarget("do it")),
    Error,
    'patch: expected a unified diff as the expert\'s action, found "do it"',
  );
});
