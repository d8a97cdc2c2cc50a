/** @file verl's reward loop with the job's reward manager: the scores of every other engine. */
import { assertEquals } from "@std/assert";
import { srl, srlSchema } from "../../../src/experiment/srl.ts";
import type { LineItem } from "../../../src/rewards/score_lines.ts";
import { assertSame, config, direct, rollouts } from "../../rewards/line_rollouts.ts";
import { ask, live } from "./python_available.ts";
import { written } from "./written.ts";

const SCRIPT = new URL("../../../src/rewards/score_lines.ts", import.meta.url).pathname;

/** Lets the manager judge rollouts as verl's reward worker does, all at once, each by itself. */
const PROGRAM = `
import asyncio, json, sys
import numpy as np, torch
sys.path.insert(0, sys.argv[1])
from tensordict import TensorDict
from verl import DataProto
from judge import Judge

items = json.load(open(sys.argv[2]))
class Tokenizer:
    def decode(self, ids, skip_special_tokens, clean_up_tokenization_spaces):
        assert not skip_special_tokens and not clean_up_tokenization_spaces
        return "".join(items[token]["completion"] for token in ids)

def row(index, item):
    # The last token ends it, but for what was cut off.
    ids = [index] if item["truncated"] else [index, 2]
    one = lambda value: np.array([value], dtype=object)
    verify = item.pop("verify", False)
    info = {**{key: item[key] for key in ("target", "problem", "answer")}, "purpose": "validation" if verify else "train"}
    return DataProto(
        batch=TensorDict({"responses": torch.tensor([ids + [0] * 3])}, batch_size=1),
        non_tensor_batch={
            "extra_info": one(info), "tool_extra_fields": one({"truncated": item["truncated"]}),
            "response_len": np.array([len(ids)]), "global_steps": np.array([item["update"] + 1]),
        },
    )

async def main():
    judge = Judge(None, Tokenizer())
    judge.job["endTokenIds"] = [2]
    made = await asyncio.gather(*(judge.run_single(row(index, item)) for index, item in enumerate(items)))
    judge.scorer.worker.close()
    told = [json.loads(one["reward_extra_info"]["judgement"]) for one in made]
    print(json.dumps([[one["reward_score"], judgement] for one, judgement in zip(made, told)]))

asyncio.run(main())
`;

/** What the manager says of some items: the reward that verl is given, and the judgement that the sampler reads. */
async function judged(items: readonly LineItem[]) {
  const { dir, config: job } = await written(
    srlSchema.parse(srl({ updates: 1, learningRate: 1e-3 })),
  );
  await Deno.writeTextFile(`${dir}/reward.json`, JSON.stringify(config));
  await Deno.writeTextFile(`${dir}/items.json`, JSON.stringify(items));
  const reward = {
    ...job.reward,
    folder: Deno.cwd(),
    script: SCRIPT,
    config: `${dir}/reward.json`,
  };
  await Deno.writeTextFile(`${dir}/config.json`, JSON.stringify({ ...job, reward }));
  return await ask<[number, Record<string, unknown>][]>(PROGRAM, dir, `${dir}/items.json`);
}

Deno.test(
  live("judge.py gives 5,000 rollouts the scores of the reward itself, bit for bit"),
  async () => {
    const items = rollouts();
    const expected = await direct(items);
    const found = await judged(items);
    assertEquals(found.map(([score]) => score), expected.map(({ reward }) => reward));
    assertSame(
      found.map(([, { completion: _, truncated: _cut, ...judgement }]) => judgement as never),
      expected,
    );
    assertEquals(
      found.map(([, { completion }]) => completion),
      items.map(({ completion }) => completion),
    );
  },
);

Deno.test(live("judge.py verifies what is asked for validation"), async () => {
  const item = { truncated: false, target: "", problem: "", answer: "188", update: 0 };
  const found = await judged([
    { ...item, completion: "<think>so</think>#188", verify: true },
    { ...item, completion: "#7", verify: true },
  ]);
  assertEquals(found.map(([score]) => score), [1, 0]);
});
