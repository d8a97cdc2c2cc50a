import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { folder, runRlvr, runSft, runSrl } from "./runs.ts";

/** Six solved problems, the first of them with a text of so many words, and short templates to ask them by. */
async function given(words: number) {
  const dir = folder();
  const rows = Array.from({ length: 6 }, (_, i) => {
    const long = i === 0
      ? Array.from({ length: words }, (_, w) => ` ${(w * 7919) % 997}`).join("")
      : "";
    return {
      id: `p${i}`,
      problem: `${i} + 1 = ?${long}`,
      solution: `1. **Add** it is ${i + 1}\n\n2. **Answer** \\boxed{${i + 1}}`,
    };
  });
  const file = `${dir}/sums.jsonl`;
  const prompts = { system: `${dir}/s.md`, step: `${dir}/step.md`, question: `${dir}/q.md` };
  await Deno.writeTextFile(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  await Deno.writeTextFile(prompts.system, "Be brief.");
  await Deno.writeTextFile(prompts.step, "{{problem}}\n\n{{steps}}");
  await Deno.writeTextFile(prompts.question, "{{problem}}");
  return { file, prompts, parent: null };
}

const SMALL = { updates: 1, dynamicSampling: false, maxTokens: 8 } as const;

Deno.test("a stage drops what is too long, lists it, and trains on the rest", async () => {
  const data = await given(300);
  const srl = await runSrl({ ...SMALL, groups: 20, rollouts: 2 }, data);
  assertEquals([srl.instances!.total, srl.instances!.used], [12, 10]);
  assertEquals(srl.instances!.dropped.map(({ id, reason }) => [id, reason]), [
    ["p0#1", "prompt-too-long"],
    ["p0#2", "prompt-too-long"],
  ]);
  assert(
    /^a prompt of \d+ tokens and maxTokens 8; max_position_embeddings is 160$/.test(
      srl.instances!.dropped[0]!.detail,
    ),
    srl.instances!.dropped[0]!.detail,
  );
  const asked = new Set(srl.rollouts.map(({ instance }) => instance));
  assertEquals(asked.size, 10);
  assert(![...asked].some((id) => id.startsWith("p0")));
  // The templates are what the policy is asked by.
  assert(srl.rollouts.every(({ prompt }) => prompt.startsWith("Be brief.\n\n")));
  assert(
    srl.rollouts.some(({ prompt }) => prompt === "Be brief.\n\n1 + 1 = ?\n\n1. **Add** it is 2\n"),
  );

  const rlvr = await runRlvr({ ...SMALL, groups: 10, rollouts: 2 }, data);
  assertEquals(rlvr.instances!.dropped.map(({ id }) => id), ["p0"]);
  assert(!rlvr.rollouts.some(({ instance }) => instance === "p0"));
  const sft = await runSft({ updates: 1 }, data);
  assertEquals([sft.instances!.total, sft.instances!.used], [6, 5]);
  assertEquals(sft.instances!.dropped.map(({ id }) => id), ["p0"]);
  assert(sft.instances!.dropped[0]!.detail.includes("its completion"));
});

Deno.test("a stage drops nothing where all fits", async () => {
  const run = await runSrl({ ...SMALL, groups: 2, rollouts: 2 }, await given(0));
  assertEquals(run.instances, { total: 12, used: 12, reasons: {}, dropped: [] });
});

Deno.test("a stage refuses what would leave too little, for a bound of its own as for the context", async () => {
  const data = await given(0);
  await assertRejects(
    () => runSrl({ ...SMALL, maxTokens: 159 }, data),
    InputError,
    "12 of 12 prompts do not fit, at most 20 % may be dropped",
  );
  await assertRejects(
    () => runSft({ updates: 1, microBatchTokens: 9 }, data),
    InputError,
    "microBatchTokens: found 9; expected at least ",
  );
});
