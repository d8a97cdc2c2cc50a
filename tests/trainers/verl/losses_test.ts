/** @file verl's losses, with the settings that jobs are given, beside TRL's, which the embedded engine's equal. */
import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { POLICY_LOSSES } from "../../../src/algorithms/policy_loss.ts";
import { srl, srlSchema } from "../../../src/experiment/srl.ts";
import { ask, live } from "./python_available.ts";
import { written } from "./written.ts";

const GOLDEN = new URL("../../golden/grpo_losses.json.gz", import.meta.url).pathname;

/** The loss and its gradient for cases of the golden file, by verl's own functions. */
const PROGRAM = `
import base64, gzip, json, sys
import numpy as np, torch
golden = json.load(gzip.open(sys.argv[1]))
asked = json.loads(sys.argv[2])
sys.path.insert(0, asked[0][1])
import train
from verl.utils.config import omega_conf_to_dataclass
from verl.trainer.ppo.core_algos import agg_loss, get_policy_loss_fn, kl_penalty
train.model_path = lambda model: "none"

from transformers import Qwen2Config, Qwen2ForCausalLM
settings = {k: v for k, v in golden["config"].items() if k not in ("model_type", "rope_theta")}
model = Qwen2ForCausalLM(Qwen2Config(**settings, bos_token_id=None, eos_token_id=1, pad_token_id=0,
    rope_parameters={"rope_type": "default", "rope_theta": golden["config"]["rope_theta"]}))
read = lambda text, shape: torch.tensor(np.frombuffer(base64.b64decode(text), "<f4").reshape(shape).copy())
weights = {name: read(of["data"], of["shape"]) for name, of in golden["weights"].items()}
model.load_state_dict(weights, strict=False)
model = model.double()


def judge(case, job):
    train.HERE = job
    actor = omega_conf_to_dataclass(train.compose({"trainer": "grpo", "model": None}).actor_rollout_ref.actor)
    model.zero_grad()
    width = golden["maxTokens"]
    pad = lambda row: list(row) + [0.0] * (width - len(row))
    masked = {tuple(at) for at in golden["truncated"]} if case["maskTruncated"] else set()
    new, old, reference, advantages, mask = [], [], [], [], []
    for g, group in enumerate(golden["groups"]):
        for c, ids in enumerate(group["completions"]):
            row = torch.tensor([group["prompt"] + ids])
            logits = model(input_ids=row).logits[0, len(group["prompt"]) - 1 : -1] / golden["temperature"]
            said = torch.log_softmax(logits, -1)[range(len(ids)), ids]
            new.append(torch.cat([said, torch.zeros(width - len(ids), dtype=said.dtype)]))
            old.append(pad(golden["old"][g][c]))
            reference.append(pad(golden["reference"][g][c]))
            advantages.append([group["advantages"][c]] * width)
            mask.append([0.0 if (g, c) in masked else 1.0] * len(ids) + [0.0] * (width - len(ids)))
    new = torch.stack(new)
    old, reference, advantages, mask = (torch.tensor(of, dtype=torch.float64) for of in (old, reference, advantages, mask))
    actor.global_batch_info.update(dp_size=1, batch_num_tokens=mask.sum(), global_batch_size=len(new),
                                   loss_scale_factor=actor.loss_scale_factor)
    loss, metrics = get_policy_loss_fn(actor.policy_loss.loss_mode)(
        old_log_prob=old, log_prob=new, advantages=advantages, response_mask=mask, loss_agg_mode=actor.loss_agg_mode, config=actor)
    if actor.use_kl_loss:
        kl = kl_penalty(logprob=new, ref_logprob=reference, kl_penalty=actor.kl_loss_type)
        loss = loss + actor.kl_loss_coef * agg_loss(
            loss_mat=kl, loss_mask=mask, loss_agg_mode=actor.loss_agg_mode, **actor.global_batch_info)
    loss.backward()
    found = torch.cat([p.grad.flatten() for _, p in sorted(model.named_parameters())])
    expected = torch.cat([
        read(case["gradient"][name], p.shape).flatten().double() for name, p in sorted(model.named_parameters())])
    return {
        "loss": float(loss), "expected": case["updates"][0]["loss"],
        "gradient": float((found - expected).norm() / expected.norm()),
    }

print(json.dumps([judge(golden["cases"][index], job) for index, job in asked]))
`;

interface Case {
  readonly loss: (typeof POLICY_LOSSES)[number];
  readonly clip: { readonly low: number | null; readonly high: number };
  readonly klCoefficient: number;
  readonly klEstimator: "k3" | "unbiased" | null;
  readonly maskTruncated: boolean;
}

const bytes = await Deno.readFile(GOLDEN);
const golden: { cases: Case[]; maxTokens: number } = await new Response(
  new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")),
).json();

// The plan refuses the others.
const cases = [...golden.cases.entries()].filter(([, { loss, klEstimator }]) =>
  loss !== "bnpo" && klEstimator !== "unbiased"
);

Deno.test("the golden cases have every loss that verl has", () => {
  assertEquals(
    new Set(cases.map(([, { loss }]) => loss)),
    new Set(POLICY_LOSSES.filter((loss) => loss !== "bnpo")),
  );
});

Deno.test(live("verl's losses and their gradients are TRL's"), async (test) => {
  const jobs = await Promise.all(cases.map(async ([index, one]) => {
    const { loss, clip: { low, high }, klCoefficient, maskTruncated } = one;
    const stage = srlSchema.parse(srl({
      ...{ updates: 2, groups: 6, rollouts: 2, learningRate: 1e-3, maskTruncated },
      ...{ loss, klCoefficient, maxTokens: golden.maxTokens },
      clip: { ...low === null ? {} : { low }, high },
    }));
    return [index, (await written(stage)).dir];
  }));
  const found = await ask<{ loss: number; expected: number; gradient: number }[]>(
    PROGRAM,
    GOLDEN,
    JSON.stringify(jobs),
  );
  assertEquals(found.length, cases.length);
  for (const [i, [, { loss, klCoefficient, maskTruncated }]] of cases.entries()) {
    const more = `${klCoefficient > 0 ? " with KL" : ""}${maskTruncated ? ", masked" : ""}`;
    await test.step(`${loss}${more}`, () => {
      assertLess(found[i]!.gradient, 1e-5);
      assertAlmostEquals(found[i]!.loss, found[i]!.expected, 1e-6);
    });
  }
});
