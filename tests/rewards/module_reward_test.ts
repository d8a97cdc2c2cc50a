import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { type ModuleOptions, moduleReward } from "../../src/rewards/module_reward.ts";
import { rolloutOf, withTarget } from "./rollouts.ts";

const dir = await Deno.makeTempDir();
let files = 0;

/** A reward whose file exports this by default. */
const made = async (source: string, options: Partial<ModuleOptions> = {}) => {
  const file = `${dir}/${files++}.ts`;
  await Deno.writeTextFile(file, source.replace(/^/, "export default "));
  return await makeReward(moduleReward({ file, ...options }));
};
const whole = rolloutOf("<think>a</think>b");

Deno.test("moduleReward() calls the function with the whole rollout and instance", async () => {
  const reward = await made(
    `async ({ completion, think, action, formatError, update }, { target, problem, answer }) =>
       ({ value: 0.5, parts: { seen: completion + think + action + formatError + update + target + problem + answer ===
         "<think>a</think>babnull3tp" ? 1 : 0 } })`,
  );
  assertEquals(await reward.score({ ...whole, update: 3 }, withTarget("t")), {
    value: 0.5,
    parts: { module: 0.5, "module.seen": 1, format: 0 },
  });
});

Deno.test("moduleReward() is spared a broken format, unless it wants to see it", async () => {
  const source = `({ action }) => ({ value: action === null ? 0.25 : 1, parts: {} })`;
  const broken = rolloutOf("b");
  assertEquals((await (await made(source)).score(broken, withTarget(""))).value, -1);
  const seeing = await made(source, { needsFormat: false });
  assertEquals([(await seeing.score(broken, withTarget(""))).value, seeing.judgesFormat], [
    0.25,
    false,
  ]);
});

Deno.test("moduleReward() throws for what is no score, or out of range", async () => {
  const fails = async (source: string, message: string, options: Partial<ModuleOptions> = {}) => {
    const reward = await made(source, options);
    await assertRejects(async () => await reward.score(whole, withTarget("")), Error, message);
  };
  for (
    const score of [
      "1",
      "null",
      "{ value: NaN, parts: {} }",
      "{ value: 1 }",
      "{ value: 1, parts: { a: 'x' } }",
    ]
  ) {
    await fails(`() => (${score})`, "expected a score { value, parts } of finite numbers");
  }
  await fails("() => ({ value: 2, parts: {} })", "expected a score from 0 to 1, found 2");
  await fails("() => ({ value: 1, parts: {} })", "from -3 to -2, found 1", { range: [-3, -2] });
  await fails("() => { throw new Error('own words') }", "own words");
});

Deno.test("moduleReward() names a file that cannot be used", async () => {
  await assertRejects(
    () => makeReward(moduleReward({ file: `${dir}/none.ts` })),
    InputError,
    "none.ts: cannot be imported as a reward",
  );
  await assertRejects(() => made("3"), InputError, "as default export, found number");
  await assertRejects(() => made("(((("), InputError, "cannot be imported as a reward");
});
