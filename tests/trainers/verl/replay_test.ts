/** @file The job's replay buffer, a subclass of verl's, on a queue in memory. */
import { assert, assertEquals } from "@std/assert";
import { srl, srlSchema } from "../../../src/experiment/srl.ts";
import { ask, live } from "./python_available.ts";
import { written } from "./written.ts";

/**
 * Samples one batch of two groups of two. A prompt is its rollouts' rewards; `x` for one that failed, `t…` for one that was cut off, and
 * `late` before a prompt that is finished after the others, `broken` for one that cannot be continued.
 */
const PROGRAM = `
import json, sys
sys.path.insert(0, sys.argv[1])
import torch, transfer_queue as tq
from omegaconf import OmegaConf
from verl.trainer.ppo.v1.replay_buffer import ReplayBuffer
import replay
from advantage import group_advantages

class Queue:
    def __init__(self, prompts, mask_truncated):
        self.prompts, self.mask, self.tags, self.values, self.late = prompts, mask_truncated, {}, {}, []

    def ask(self, count):
        for _ in range(count):
            place = len([key for key, tag in self.tags.items() if tag.get("is_prompt")]) + self.gone
            prompt = list(self.prompts[place])
            uid = f"u{place}"
            self.tags[uid] = {"is_prompt": True, "status": "running", "global_steps": 3}
            self.late.append((prompt[0] == "late", uid, place, [text for text in prompt if text != "late"]))

    gone = 0

    def list(self, partition=None):
        # One prompt is finished each time that somebody looks, those that are late last.
        if self.late:
            self.late.sort(key=lambda of: of[0])
            _, uid, place, texts = self.late.pop(0)
            if texts == ["broken"]:
                self.tags[uid]["status"] = "failure"
            else:
                self.tags[uid]["status"] = "finished"
                for session, text in reversed(list(enumerate(texts))):
                    cut = text.startswith("t")
                    failed = text.lstrip("t") == "x"
                    key = f"{uid}_{session}_0"
                    self.tags[key] = {"status": "success", "seq_len": 4}
                    self.values[key] = {
                        "responses": torch.tensor([place, 7]),
                        "response_mask": torch.full((2,), 0 if cut and self.mask else 1),
                        "extra_info": {"id": f"p{place}", "prompt": "p", "target": "t", "place": place},
                        "extra_fields": {"session": session, "reward_extra_info": {"judgement": json.dumps({
                            "reward": None if failed else float(text.lstrip("t")), "rewardError": "error: broken" if failed else None,
                            "parts": {}, "think": None, "action": None, "formatError": None, "completion": text, "truncated": cut})}},
                    }
        return {"train": {key: dict(tag) for key, tag in self.tags.items()}}

    def get(self, keys, partition_id, select_fields):
        return {name: [self.values[key][name] for key in keys] for name in select_fields}

    def clear(self, partition_id, keys):
        for key in keys:
            if self.tags.pop(key).get("is_prompt"):
                self.gone += 1
            self.values.pop(key, None)

def run(prompts, epsilon=0.1, max_refills=1, mask_truncated=False, advantage_epsilon=0):
    queue = Queue(prompts, mask_truncated)
    tq.kv_list, tq.kv_batch_get, tq.kv_clear = queue.list, queue.get, queue.clear
    buffer = replay.GroupBuffer(
        trainer_mode="sync", trainer_config={}, max_off_policy_threshold=8, max_off_policy_strategy="drop", poll_interval=0,
        refill_fn=queue.ask,
        sampler_kwargs=OmegaConf.create({"epsilon": epsilon, "max_refills": max_refills, "advantage_epsilon": advantage_epsilon}))
    assert isinstance(buffer, ReplayBuffer)
    said, told = [], []
    buffer.told = lambda event, **fields: told.append([event, fields.get("prompts")])
    buffer.take = lambda step, kept, dropped, refills: said.append({
        "step": step, "refills": refills, "kept": [group["id"] for group in kept], "dropped": [group["id"] for group in dropped],
        "advantages": [group["advantages"] for group in kept]})
    queue.ask(2)
    try:
        batch, metrics = buffer.sample(global_steps=3, partition_id="train", batch_size=2)
    except RuntimeError as error:
        return {"error": str(error)}
    rows = [queue.values[key] for key in batch.keys]
    rewards = [json.loads(row["extra_fields"]["reward_extra_info"]["judgement"])["reward"] for row in rows]
    mask = torch.stack([row["response_mask"] for row in rows])
    scores = torch.tensor([[0.0, reward or 0.0] for reward in rewards])
    made, returns = group_advantages(scores, mask, [key.split("_")[0] for key in batch.keys], advantage_epsilon)
    return {**said[0], "keys": batch.keys, "tags": len(batch.tags), "left": sorted(queue.tags), "empty": buffer.empty,
            "made": made.tolist(), "asked": [prompts for event, prompts in told if event == "sampling"]}

print(json.dumps([run(case["prompts"], **case["changes"]) for case in json.loads(sys.argv[2])]))
`;

interface Made {
  readonly kept: readonly string[];
  readonly dropped: readonly string[];
  readonly refills: number;
  readonly advantages: readonly (readonly (number | null)[])[];
  readonly keys: readonly string[];
  readonly tags: number;
  readonly left: readonly string[];
  readonly empty: boolean;
  readonly made: readonly (readonly number[])[];
  readonly asked: readonly number[];
  readonly error?: string;
}

async function sampled(
  ...cases: readonly { prompts: readonly string[][]; changes?: Record<string, unknown> }[]
): Promise<Made[]> {
  const { dir } = await written(srlSchema.parse(srl({ updates: 1, learningRate: 1e-3 })));
  const given = cases.map(({ prompts, changes = {} }) => ({ prompts, changes }));
  return await ask<Made[]>(PROGRAM, dir, JSON.stringify(given));
}

Deno.test(
  live("replay.py drops, refills, bounds, masks and leaves out as the embedded engine does"),
  async () => {
    const [refilled, epsilon, short, nothing, failed, all, broken] = await sampled(
      // A group without spread is replaced; the order is that of the prompts, not that in which they end.
      { prompts: [["late", "1", "0"], ["1", "1"], ["2", "4"]] },
      // Its spread of 0.5 is not above ε.
      { prompts: [["1", "0"], ["2", "4"], ["5", "9"]], changes: { epsilon: 0.5 } },
      // It stays short: the bound on refills is reached.
      { prompts: [["1", "0"], ["1", "1"], ["0", "0"]] },
      // Nothing is left to train on, and verl still needs a batch.
      { prompts: [["1", "1"], ["1", "1"], ["0", "0"], ["0", "0"]] },
      // A failed reward is no part of its group, nor of the batch; a cut completion is part of both, but is not trained on.
      {
        prompts: [["1", "x"], ["t1", "0"]],
        changes: { epsilon: null, max_refills: 0, mask_truncated: true },
      },
      // Without dynamic sampling every group is kept.
      { prompts: [["1", "1"], ["0", "0"]], changes: { epsilon: null, max_refills: 0 } },
      { prompts: [["1", "0"], ["broken"]] },
    );
    assertEquals([refilled!.kept, refilled!.dropped], [["p0", "p2"], ["p1"]]);
    assertEquals([refilled!.refills, refilled!.asked], [1, [1]]);
    assertEquals(refilled!.advantages, [[1, -1], [-1, 1]]);
    // verl's rows, and its advantages by the same rule.
    assertEquals(new Set(refilled!.keys), new Set(["u0_0_0", "u0_1_0", "u2_0_0", "u2_1_0"]));
    assertEquals(refilled!.tags, 4);
    const byKey = Object.fromEntries(refilled!.keys.map((key, i) => [key, refilled!.made[i]]));
    assertEquals(byKey, {
      ...{ "u0_0_0": [1, 1], "u0_1_0": [-1, -1] },
      ...{ "u2_0_0": [-1, -1], "u2_1_0": [1, 1] },
    });
    // What was dropped is forgotten; what is trained on stays until the trainer clears it.
    assertEquals(refilled!.left, ["u0_0_0", "u0_1_0", "u2_0_0", "u2_1_0"]);

    assertEquals([epsilon!.kept, epsilon!.dropped], [["p1", "p2"], ["p0"]]);
    assertEquals([short!.kept, short!.dropped, short!.refills], [["p0"], ["p1", "p2"], 1]);
    assertEquals(short!.keys.length, 2);

    assertEquals([nothing!.kept, nothing!.empty, nothing!.asked], [[], true, [2]]);
    assertEquals(nothing!.keys.length, 8);
    assert(nothing!.made.flat().every((value) => value === 0));

    assertEquals(failed!.advantages, [[0, null], [null, -1]]);
    assertEquals(failed!.empty, false);
    const rows = Object.fromEntries(failed!.keys.map((key, i) => [key, failed!.made[i]]));
    assertEquals(rows, { "u0_0_0": [0, 0], "u1_0_0": [0, 0], "u1_1_0": [-1, -1] });
    assertEquals(failed!.left, ["u0_0_0", "u1_0_0", "u1_1_0"]);

    assertEquals([all!.kept, all!.dropped, all!.refills], [["p0", "p1"], [], 0]);
    assertEquals(broken!.error, "1 of the prompts could not be continued: the log says why");
  },
);
