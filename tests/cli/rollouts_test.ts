import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { rolloutsCommand } from "../../src/cli/rollouts.ts";
import { InputError } from "../../src/errors.ts";
import { collect } from "../../src/runs/collect.ts";
import { planOf, Workplace } from "../runs/fixtures.ts";

/** A finished experiment "five" of fake stages, and a function that shows its rollouts. */
async function finished() {
  const place = new Workplace();
  const plan = await planOf({ seeds: [1, 2] });
  await place.run(plan);
  const { cells } = await collect(plan, place.store);
  await Deno.mkdir(`${place.dir}/results/five`, { recursive: true });
  await Deno.writeTextFile(`${place.dir}/results/five/cells.json`, JSON.stringify({ cells }));
  const show = (...args: string[]) => rolloutsCommand(args, `${place.dir}/results`);
  const refusal = async (...args: string[]) =>
    (await assertRejects(() => show(...args), InputError)).message;
  return { place, show, refusal };
}

Deno.test("rollouts shows a group, and only what exists", async () => {
  const { place, show, refusal } = await finished();
  await using _ = place;

  // Without options: the first arm with rollouts, its first seed, the last step, group 0.
  const text = await show("five");
  assertEquals(text.split("\n")[0], "five: arm rlvr, size 1m, seed 1, stage rlvr");
  assertStringIncludes(text, "rollouts.jsonl: steps 0 to 20; 3 groups in this one\n");
  assertStringIncludes(text, "after 20 updates, group 0: p0#1");
  assertStringIncludes(text, "b=m-3;m=7?b");
  assertStringIncludes(text, "rollout 1   reward 1.000   advantage +1.000   9 tokens");

  const chain = ["five", "--arm", "srl → rlvr", "--seed", "2"];
  assertStringIncludes(await show(...chain), "arm srl → rlvr, size 1m, seed 2, stage rlvr\n");
  assertStringIncludes(await show(...chain, "--stage", "srl"), "seed 2, stage srl\n");

  const other = await show("five", "--step", "0", "--group", "2");
  assertStringIncludes(other, "after 0 updates, group 2: p2#1");
  assertStringIncludes(other, "format error: no think");

  const cases = { top: 0, bottom: 2, "zero-variance": 1, format: 2 };
  for (const [filter, group] of Object.entries(cases)) {
    assertStringIncludes(
      await show("five", "--filter", filter),
      `after 20 updates, group ${group}:`,
    );
  }
  assertStringIncludes(await show("five", "--filter", "top", "--group", "1"), "group 1:");

  assertEquals(
    await refusal("fiev"),
    `"fiev": no finished experiment of this name in ${place.dir}/results/; did you mean "five"?`,
  );
  assertEquals(
    await refusal("five", "--arm", "slr"),
    '--arm: no finished cell with arm "slr"; did you mean "srl"?',
  );
  assertEquals(
    await refusal("five", "--seed", "9"),
    '--seed: no finished cell with seed "9"; there are 1, 2',
  );
  assertEquals(
    await refusal("five", "--size", "7b"),
    '--size: no finished cell with size "7b"; there are 1m',
  );
  assertEquals(
    await refusal("five", "--arm", "base"),
    'arm "base" has no rollouts: only srl, rlvr and r3 stages sample any',
  );
  assertEquals(
    await refusal("five", "--arm", "rlvr", "--stage", "srl"),
    '--stage: arm "rlvr" has no "srl" with rollouts; there are rlvr',
  );
  assertEquals(
    await refusal("five", "--step", "5"),
    "--step: no rollouts of step 5; there are 0, 20",
  );
  assertEquals(
    await refusal("five", "--step", "x"),
    '--step: found "x"; expected "last" or a whole number from 0',
  );
  assertEquals(
    await refusal("five", "--group", "7"),
    "--group: step 20 has no group 7; there are 0, 1, 2",
  );
  assertEquals(
    await refusal("five", "--filter", "format", "--group", "1"),
    "--filter format: step 20 has 1 such groups; --group takes 0 to 0",
  );
});

Deno.test("rollouts knows that nothing was run yet", async () => {
  const dir = await Deno.makeTempDir();
  const error = await assertRejects(() => rolloutsCommand(["quickstart"], dir), InputError);
  assertEquals(
    error.message,
    `"quickstart": no finished experiment of this name in ${dir}/; there are none`,
  );
  await Deno.remove(dir);
});
