"""Makes objective.json (TRL's GRPO loss and its gradient for given log-probabilities) and learner.json (losses, gradient norms
and log-probabilities over several updates of policy/llama by TRL's loss, and by the likelihood loss of `transformers`, each
with PyTorch's AdamW; all in float64).

Run after make_policy.py: python make_learner.py (needs torch, transformers, trl; made with 2.15.0, 5.23.0, 1.16.0).
"""
import json
import pathlib
import tempfile

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import GRPOConfig, GRPOTrainer

HERE = pathlib.Path(__file__).parent
POLICY = HERE / "policy" / "llama"
rounded = lambda values: [float(f"{x:.9g}") for x in values]


def load(noise=0.0, seed=0):
    model = AutoModelForCausalLM.from_pretrained(POLICY, dtype=torch.float32).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(noise * torch.randn(p.shape, generator=generator, dtype=p.dtype))
    return model


def trainer_for(model, settings):
    config = GRPOConfig(
        output_dir=tempfile.mkdtemp(), report_to=[], use_cpu=True, bf16=False, per_device_train_batch_size=2,
        num_generations=2, loss_type="bnpo", beta=settings["klCoefficient"], epsilon=settings["clipLow"],
        epsilon_high=settings["clipHigh"], temperature=settings["temperature"], max_completion_length=8,
        gradient_accumulation_steps=1, use_bias_correction_kl=False,
    )
    tokenizer = AutoTokenizer.from_pretrained(POLICY)
    data = Dataset.from_list([{"prompt": "a"}] * 2)
    trainer = GRPOTrainer(model=model, reward_funcs=lambda completions, **_: [0.0] * len(completions), args=config,
                          train_dataset=data, processing_class=tokenizer)
    trainer.current_gradient_accumulation_steps = 1
    return trainer


def padded(rows, left):
    width = max(map(len, rows))
    pad = lambda row, fill: [fill] * (width - len(row)) + list(row) if left else list(row) + [fill] * (width - len(row))
    ids = torch.tensor([pad(row, 0) for row in rows])
    mask = torch.tensor([pad([1] * len(row), 0) for row in rows])
    return ids, mask


def column(rows):
    width = max(map(len, rows))
    return torch.tensor([list(row) + [0.0] * (width - len(row)) for row in rows], dtype=torch.float64)


def objective():
    """Every side of the clip range with either sign, and log-probabilities on both sides of the reference."""
    cases = []
    generator = torch.Generator().manual_seed(3)
    for clip_low, clip_high, beta in [(0.2, 0.2, 0.0), (0.1, 0.3, 0.0), (0.2, 0.28, 0.05)]:
        settings = {"clipLow": clip_low, "clipHigh": clip_high, "klCoefficient": beta, "temperature": 1.0}
        trainer = trainer_for(load(), settings)
        old = -3 * torch.rand(4, 9, generator=generator, dtype=torch.float64)
        offset = torch.tensor([-0.6, -0.25, -0.15, -0.05, 0.0, 0.05, 0.15, 0.26, 0.7], dtype=torch.float64)
        log_probs = (old + offset).requires_grad_()
        reference = old + 0.5 * torch.randn(4, 9, generator=generator, dtype=torch.float64)
        advantages = torch.tensor([1.5, -1.5, 0.25, 0.0], dtype=torch.float64)
        mask = torch.ones(4, 9, dtype=torch.int64)
        trainer._get_per_token_logps_and_entropies = lambda *a, **k: (log_probs, torch.zeros_like(log_probs), None)
        ids = torch.zeros(4, 9, dtype=torch.int64)
        loss = trainer._compute_loss(trainer.model, {
            "prompt_ids": ids, "prompt_mask": mask, "completion_ids": ids, "completion_mask": mask,
            "advantages": advantages, "old_per_token_logps": old, "ref_per_token_logps": reference,
        })
        loss.backward()
        flat = lambda t: rounded(t.detach().flatten().tolist())
        cases.append({
            **settings, "logProbs": flat(log_probs), "old": flat(old), "reference": flat(reference),
            "advantages": flat(advantages.repeat_interleave(9)), "loss": loss.item(), "gradient": flat(log_probs.grad),
        })
    (HERE / "objective.json").write_text(json.dumps(cases) + "\n")


def optimiser(model, settings):
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    return torch.optim.AdamW(
        [{"params": matrices, "weight_decay": settings["weightDecay"]}, {"params": vectors, "weight_decay": 0.0}],
        lr=settings["learningRate"], betas=(0.9, 0.95), eps=1e-8,
    )


def learner():
    generator = torch.Generator().manual_seed(11)
    ids = lambda n: torch.randint(2, 40, (n,), generator=generator).tolist()
    prompts = [ids(6)] * 3 + [ids(11)] * 2
    completions = [ids(n) for n in (5, 9, 1, 7, 4)]
    advantages = [1.2, -0.2, -1.0, 1.0, -1.0]
    prompt_ids, prompt_mask = padded(prompts, left=True)
    completion_ids, completion_mask = padded(completions, left=False)
    rows = lambda t: [rounded(row[: len(c)]) for row, c in zip(t.tolist(), completions)]
    cases = []
    for settings in [
        {"clipLow": 0.2, "clipHigh": 0.2, "klCoefficient": 0.0, "temperature": 1.0, "weightDecay": 0.0,
         "maxGradNorm": 1.0, "learningRate": 3e-3},
        {"clipLow": 0.1, "clipHigh": 0.3, "klCoefficient": 0.1, "temperature": 0.7, "weightDecay": 0.1,
         "maxGradNorm": 0.05, "learningRate": 1e-3},
        {"kind": "likelihood", "temperature": 1.0, "weightDecay": 0.01, "maxGradNorm": 1.0, "learningRate": 3e-3},
    ]:
        likelihood = settings.get("kind") == "likelihood"
        model = load()
        # The reference's loss reads the trainer's own settings; for likelihood only its log-probabilities are used.
        trainer = trainer_for(model, {"clipLow": 0.2, "clipHigh": 0.2, "klCoefficient": 0.0, **settings})
        model = trainer.model.double().eval()

        input_ids = torch.cat([prompt_ids, completion_ids], 1)
        mask = torch.cat([prompt_mask, completion_mask], 1)

        def log_probs(of):
            n = completion_ids.size(1)
            logits = of(input_ids=input_ids, attention_mask=mask).logits[:, -n - 1:-1] / settings["temperature"]
            return logits.log_softmax(-1).gather(-1, completion_ids[..., None])[..., 0]

        with torch.no_grad():
            old = rows(log_probs(load(0.02, 1).eval()))
            reference = rows(log_probs(load(0.03, 2).eval()))
        inputs = {
            "prompt_ids": prompt_ids, "prompt_mask": prompt_mask, "completion_ids": completion_ids,
            "completion_mask": completion_mask, "advantages": torch.tensor(advantages, dtype=torch.float64),
            "old_per_token_logps": column(old), "ref_per_token_logps": column(reference),
        }
        adamw = optimiser(model, settings)
        updates = []
        for _ in range(4):
            with torch.no_grad():
                before = rows(log_probs(model))
            if likelihood:
                loss = -(log_probs(model) * completion_mask).sum() / completion_mask.sum()
                wanted = torch.cat([torch.zeros_like(prompt_mask), completion_mask], 1)
                labels = input_ids.masked_fill(wanted == 0, -100)
                theirs = model(input_ids=input_ids, attention_mask=mask, labels=labels).loss
                assert abs(loss.item() - theirs.item()) < 1e-5  # theirs is made in float32
            else:
                loss = trainer._compute_loss(model, inputs)
            adamw.zero_grad()
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_(model.parameters(), settings["maxGradNorm"])
            adamw.step()
            updates.append({"loss": loss.item(), "gradNorm": norm.item(), "logProbs": before})
        cases.append({"kind": "surrogate", **settings, "old": old, "reference": reference, "updates": updates})
    (HERE / "learner.json").write_text(json.dumps({
        "prompts": [prompts[0], prompts[3]], "groups": [[0, 1, 2], [3, 4]], "completions": completions,
        "advantages": advantages, "cases": cases,
    }) + "\n")


objective()
learner()
