"""Makes grpo_losses.json.gz: for each loss, what TRL's own GRPOTrainer._compute_loss gives on one batch of several micro-batches.

Each case has the loss and the whole gradient (float32, little-endian, base64) of the first update, and the losses, gradient norms and
log-probabilities of several updates on the same batch with PyTorch's AdamW. The policy is a tiny random Qwen2 in float64; the
policy that sampled and the reference are it with noise, so that ratios are beyond either end of every clip range. Completions
differ in length; where `maskTruncated` is set, two are masked, one of them a whole group's.

Run: python make_grpo_losses.py [FOLDER] (needs torch, transformers, trl; made with 2.15.0, 5.24.0, 1.16.0).
"""
import base64
import gzip
import json
import pathlib
import sys
import tempfile

import numpy as np
import torch
from datasets import Dataset
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM
from trl import GRPOConfig, GRPOTrainer

OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
CONFIG = {
    "model_type": "qwen2", "vocab_size": 24, "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2,
    "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 64, "rms_norm_eps": 1e-6,
    "rope_theta": 10000.0, "tie_word_embeddings": True, "hidden_act": "silu", "attention_dropout": 0.0,
}
TEMPERATURE = 0.8
MAX_TOKENS = 12
UPDATES = 3
# Micro-batches of two groups of two; prompts and completions of different lengths.
PROMPTS = [5, 3, 7, 2, 4, 6]
COMPLETIONS = [[4, 9], [12, 1], [3, 3], [7, 2], [12, 12], [1, 10]]
ADVANTAGES = [[1.1, -0.9], [-1.3, 0.7], [0.5, -0.5], [-2.0, 1.0], [0.8, -0.8], [1.6, -1.6]]
TRUNCATED = [(1, 0), (4, 0), (4, 1)]
PER_MICRO_BATCH = 2
CLIP = {"low": 0.2, "high": 0.28}
CASES = [
    {"loss": "grpo", "clip": CLIP},
    {"loss": "dr_grpo", "clip": CLIP},
    {"loss": "bnpo", "clip": CLIP},
    {"loss": "dapo", "clip": CLIP},
    {"loss": "gspo", "clip": {"low": 0.1, "high": 0.1}},
    {"loss": "cispo", "clip": {"low": None, "high": 0.3}},
    {"loss": "grpo", "clip": CLIP, "klCoefficient": 0.1, "klEstimator": "k3", "maskTruncated": True},
    {"loss": "dr_grpo", "clip": CLIP, "maskTruncated": True},
    {"loss": "bnpo", "clip": CLIP, "klCoefficient": 0.2, "klEstimator": "unbiased", "maskTruncated": True},
    {"loss": "dapo", "clip": CLIP, "klCoefficient": 0.1, "klEstimator": "unbiased", "maskTruncated": True},
    {"loss": "gspo", "clip": {"low": 0.1, "high": 0.1}, "klCoefficient": 0.3, "klEstimator": "k3"},
    {"loss": "gspo", "clip": {"low": 0.1, "high": 0.1}, "klCoefficient": 0.3, "klEstimator": "unbiased",
     "maskTruncated": True},
    {"loss": "cispo", "clip": {"low": None, "high": 0.3}, "klCoefficient": 0.1, "klEstimator": "k3",
     "maskTruncated": True},
]


def encoded(array):
    return base64.b64encode(np.asarray(array, dtype="<f4").tobytes()).decode()


def policy(noise=0.0, seed=0):
    torch.manual_seed(5)
    settings = {key: value for key, value in CONFIG.items() if key not in ("model_type", "rope_theta")}
    model = Qwen2ForCausalLM(Qwen2Config(
        **settings, rope_parameters={"rope_type": "default", "rope_theta": CONFIG["rope_theta"]},
        bos_token_id=None, eos_token_id=1, pad_token_id=0,
    ))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            # Larger than they begin, biases included, so that predictions differ.
            start = torch.Generator().manual_seed(p.numel())
            p.add_(0.3 * torch.randn(p.shape, generator=start))
        model.double()
        for p in model.parameters():
            p.add_(noise * torch.randn(p.shape, generator=generator, dtype=p.dtype))
    return model


def trainer_for(model, case):
    micro_batches = len(PROMPTS) // PER_MICRO_BATCH
    clip = case["clip"]
    beta = case.get("klCoefficient", 0.0)
    config = GRPOConfig(
        output_dir=tempfile.mkdtemp(), report_to=[], use_cpu=True, bf16=False, per_device_train_batch_size=2 * PER_MICRO_BATCH,
        num_generations=2, gradient_accumulation_steps=micro_batches, max_completion_length=MAX_TOKENS,
        temperature=TEMPERATURE, beta=beta, use_bias_correction_kl=case.get("klEstimator") == "unbiased",
        loss_type="grpo" if case["loss"] == "gspo" else case["loss"],
        importance_sampling_level="sequence" if case["loss"] == "gspo" else "token",
        # TRL's CISPO takes the bound itself.
        epsilon_high=1 + clip["high"] if case["loss"] == "cispo" else clip["high"],
        epsilon=0.2 if clip["low"] is None else clip["low"],
    )
    assert config.steps_per_generation == micro_batches
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel({"<pad>": 0, "<eos>": 1, "a": 2}, unk_token="a")),
        pad_token="<pad>", eos_token="<eos>",
    )
    trainer = GRPOTrainer(
        model=model, reward_funcs=lambda completions, **_: [0.0] * len(completions), args=config,
        train_dataset=Dataset.from_list([{"prompt": "a"}] * 4), processing_class=tokenizer,
    )
    # What Trainer sets at the beginning of an accumulation window.
    trainer.current_gradient_accumulation_steps = micro_batches
    trainer.model.double().train()
    return trainer


def padded(rows, left, dtype=torch.int64, fill=0):
    width = max(map(len, rows))
    pad = lambda row: [fill] * (width - len(row)) + list(row) if left else list(row) + [fill] * (width - len(row))
    return torch.tensor([pad(row) for row in rows], dtype=dtype)


generator = torch.Generator().manual_seed(7)
ids = lambda n: torch.randint(2, CONFIG["vocab_size"], (n,), generator=generator).tolist()
groups = [
    {"prompt": ids(p), "completions": [ids(n) for n in lengths], "advantages": advantages}
    for p, lengths, advantages in zip(PROMPTS, COMPLETIONS, ADVANTAGES)
]


def log_probs(model, micro_batch):
    n = micro_batch["completion_ids"].size(1)
    input_ids = torch.cat([micro_batch["prompt_ids"], micro_batch["completion_ids"]], 1)
    mask = torch.cat([micro_batch["prompt_mask"], micro_batch["lengths_mask"]], 1)
    with torch.no_grad():
        logits = model(input_ids=input_ids, attention_mask=mask).logits[:, -n - 1:-1] / TEMPERATURE
        return logits.log_softmax(-1).gather(-1, micro_batch["completion_ids"][..., None])[..., 0]


def micro_batches(case):
    """The inputs that TRL makes of rollouts; truncated ones are masked as its `mask_truncated_completions` does."""
    made = []
    for at in range(0, len(groups), PER_MICRO_BATCH):
        chosen = range(at, at + PER_MICRO_BATCH)
        prompts = [groups[g]["prompt"] for g in chosen for _ in range(2)]
        completions = [c for g in chosen for c in groups[g]["completions"]]
        keep = [not (case.get("maskTruncated") and (g, c) in TRUNCATED) for g in chosen for c in range(2)]
        lengths_mask = padded([[1] * len(c) for c in completions], left=False)
        made.append({
            "prompt_ids": padded(prompts, left=True), "prompt_mask": padded([[1] * len(p) for p in prompts], left=True),
            "completion_ids": padded(completions, left=False), "lengths_mask": lengths_mask,
            "completion_mask": lengths_mask * torch.tensor(keep)[:, None],
            "advantages": torch.tensor([a for g in chosen for a in groups[g]["advantages"]], dtype=torch.float64),
        })
    total = sum(m["completion_mask"].sum() for m in made)
    for m in made:
        m["num_items_in_batch"] = total
    return made


def by_completion(made, values):
    """Rows cut to their completions, group by group."""
    rows = [
        [float(f"{x:.9g}") for x in row[: int(mask.sum())]]
        for m, v in zip(made, values) for row, mask in zip(v.tolist(), m["lengths_mask"])
    ]
    return [rows[i:i + 2] for i in range(0, len(rows), 2)]


def ratios_seen(case, made, model):
    """How many ratios lie below, within and above the clip range, of what is not masked."""
    low = -1.0 if case["clip"]["low"] is None else 1 - case["clip"]["low"]
    high = 1 + case["clip"]["high"]
    counts = [0, 0, 0]
    for m in made:
        log = log_probs(model, m) - m["old_per_token_logps"]
        mask = m["completion_mask"]
        if case["loss"] == "gspo":
            ratio = ((log * mask).sum(-1) / mask.sum(-1).clamp(min=1)).exp()[mask.sum(-1) > 0]
        else:
            ratio = log.exp()[mask > 0]
        for i, part in enumerate([ratio < low, (ratio >= low) & (ratio <= high), ratio > high]):
            counts[i] += int(part.sum())
    return counts


def run(case):
    # TRL reads its own reference from where the model was loaded.
    folder = tempfile.mkdtemp()
    policy().float().save_pretrained(folder)
    trainer = trainer_for(Qwen2ForCausalLM.from_pretrained(folder, dtype=torch.float32), case)
    model = trainer.model
    made = micro_batches(case)
    old, reference = policy(0.04, 1), policy(0.05, 2)
    for m in made:
        m["old_per_token_logps"] = log_probs(old, m)
        m["ref_per_token_logps"] = log_probs(reference, m)
    adamw = torch.optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.0)
    updates = []
    for update in range(UPDATES):
        before = by_completion(made, [log_probs(model, m) for m in made])
        seen = ratios_seen(case, made, model)
        adamw.zero_grad()
        total = 0.0
        for m in made:
            loss = trainer._compute_loss(model, {k: v for k, v in m.items() if k != "lengths_mask"})
            loss.backward()
            total += loss.item()
        if update == 0:
            gradient = {name: encoded(p.grad) for name, p in model.named_parameters()}
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adamw.step()
        updates.append({"loss": total, "gradNorm": norm.item(), "ratios": seen, "logProbs": before})
    lower, within, upper = updates[0]["ratios"]
    assert upper > 0 and within > 0 and (lower > 0 or case["loss"] == "cispo"), (case, updates[0]["ratios"])
    print(case["loss"], [(round(u["loss"], 4), round(u["gradNorm"], 4), u["ratios"]) for u in updates])
    return {
        "klCoefficient": 0.0, "klEstimator": None, "maskTruncated": False, **case, "gradient": gradient, "updates": updates,
    }, by_completion(made, [m["old_per_token_logps"] for m in made]), by_completion(
        made, [m["ref_per_token_logps"] for m in made])


results = [run(case) for case in CASES]
weights = {
    name: {"shape": list(p.shape), "data": encoded(p.detach())} for name, p in policy().named_parameters()
}
golden = {
    "config": CONFIG, "weights": weights, "temperature": TEMPERATURE, "maxTokens": MAX_TOKENS, "groups": groups,
    "perMicroBatch": PER_MICRO_BATCH, "truncated": TRUNCATED, "old": results[0][1], "reference": results[0][2],
    "learningRate": 3e-3, "cases": [case for case, _, _ in results],
}
(OUT / "grpo_losses.json.gz").write_bytes(gzip.compress(json.dumps(golden).encode(), mtime=0))
