"""Makes architectures.json.gz: what `transformers` and PyTorch compute in float64 with tiny models of every architecture that
Stepwise opens (logits, greedy continuations, the SFT loss and its gradients).

No weights are stored: `weights()` is a formula, which tests/policy/formula_weights.ts has too. A gradient is stored as its norm
and its products with PROJECTIONS pseudo-random vectors, whose differences estimate the norm of a difference.

Run: python make_architectures.py (needs torch, transformers, numpy; made with 2.15.0, 5.24.0, 2.4.6).
"""
import gzip
import json
import pathlib

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

VOCAB = 48
PROJECTIONS = 16
SIZES = dict(
    vocab_size=VOCAB, hidden_size=32, num_hidden_layers=2, intermediate_size=40, max_position_embeddings=512,
    pad_token_id=0, eos_token_id=[1, 2], bos_token_id=None, attention_dropout=0.0,
)
ROPE = {"rope_type": "default", "rope_theta": 10000.0}
# A short original context and a small base, so that every kind of wavelength is there: kept, blended, stretched.
LLAMA3 = {"rope_type": "llama3", "rope_theta": 500.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 64}
MODELS = {
    "qwen2": (Qwen2ForCausalLM, Qwen2Config, dict(
        num_attention_heads=2, num_key_value_heads=1, rms_norm_eps=1e-6, rope_parameters=ROPE)),
    # Heads of a width that is not hidden_size / heads.
    "qwen3": (Qwen3ForCausalLM, Qwen3Config, dict(
        num_attention_heads=4, num_key_value_heads=2, head_dim=16, rms_norm_eps=1e-6,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0})),
    "llama": (LlamaForCausalLM, LlamaConfig, dict(
        num_attention_heads=2, num_key_value_heads=2, rms_norm_eps=1e-5, rope_parameters=LLAMA3)),
}


def noise(stream, size):
    """Numbers in [-1, 1), exact in float64: a hash of their places (a multiply-xorshift mix)."""
    h = (np.arange(size, dtype=np.uint64) * 2654435761 + (stream + 1) * 2246822519) % 2**32
    for _ in range(2):
        h ^= h >> np.uint64(16)
        h = h * np.uint64(0x45D9F3B) % 2**32
    h ^= h >> np.uint64(16)
    return (h >> np.uint64(8)).astype(np.float64) / 2**23 - 1


def weights(seed, at, name, size):
    """The weights of the `at`-th parameter."""
    x = noise(1000 * seed + at, size)
    scaled = 1 + 0.4 * x if "norm" in name else x if "embed" in name or "lm_head" in name else 0.4 * x
    return scaled.astype(np.float32)


def fill(model, seed):
    with torch.no_grad():
        for at, (name, p) in enumerate(model.named_parameters()):
            p.copy_(torch.from_numpy(weights(seed, at, name, p.numel())).reshape(p.shape))


def greedy(model, prompt, count):
    """The continuation, and the least lead of the chosen token over the next: how far a tie is."""
    found, lead, cache, ids = [], float("inf"), None, prompt
    for _ in range(count):
        out = model(torch.tensor([ids]), past_key_values=cache, use_cache=True)
        best, cache = out.logits[0, -1].topk(2), out.past_key_values
        lead = min(lead, (best.values[0] - best.values[1]).item())
        ids = [best.indices[0].item()]
        found += ids
    return found, lead


def continuations(model, prompts):
    """Logits behind each prompt and its greedy continuation, and the least lead of all."""
    found, leads = [], []
    with torch.no_grad():
        for prompt in prompts:
            continuation, lead = greedy(model, prompt, 64)
            logits = model(torch.tensor([prompt])).logits[0, -1]
            found.append({"prompt": prompt, "logits": [short(x) for x in logits.tolist()], "greedy": continuation})
            leads.append(lead)
    return found, min(leads)


def supervised(model, groups):
    """The mean negative log-likelihood of all completion tokens, and its gradients."""
    model.zero_grad()
    total, count = 0, 0
    for prompt, completions in groups:
        for tokens in completions:
            logits = model(torch.tensor([prompt + tokens])).logits[0, len(prompt) - 1:-1]
            total = total - logits.log_softmax(-1)[torch.arange(len(tokens)), torch.tensor(tokens)].sum()
            count += len(tokens)
    loss = total / count
    loss.backward()
    gradients = {}
    for name, p in model.named_parameters():
        g = p.grad.numpy().reshape(-1)
        gradients[name] = {"norm": short(np.linalg.norm(g)),
                           "projections": [short(noise(2**20 + i, g.size) @ g) for i in range(PROJECTIONS)]}
    return short(loss.item()), gradients


def ids_of(seed, stream, count):
    """Token ids, none special."""
    return (((noise(100000 + 100 * seed + stream, count) + 1) / 2 * (VOCAB - 3)).astype(int) + 3).tolist()


def short(x):
    return float(f"{x:.9g}")


def main():
    cases = []
    for name, (kind, make, own) in MODELS.items():
        for tied in (True, False):
            config = make(**SIZES, **own, tie_word_embeddings=tied, architectures=[kind.__name__])
            for seed in range(20 * len(cases), 20 * len(cases) + 20):
                model = kind(config)
                fill(model, seed)
                model = model.double().eval()
                ids = lambda stream, n: ids_of(seed, stream, n)
                found, lead = continuations(model, [ids(i, n) for i, n in enumerate((1, 7, 150))])
                if lead > 1e-3:  # No tie that float32 could turn.
                    break
            assert lead > 1e-3, (name, tied, lead)
            if name == "llama":  # The stretched wavelengths must matter, or nothing is shown.
                plain = {**own, "rope_parameters": {"rope_type": "default", "rope_theta": 500.0}}
                other = kind(make(**SIZES, **plain, tie_word_embeddings=tied))
                fill(other, seed)
                with torch.no_grad():
                    logits = other.double().eval()(torch.tensor([found[2]["prompt"]])).logits[0, -1]
                gap = (logits - torch.tensor(found[2]["logits"])).abs().max().item()
                assert gap > 0.1, gap
            groups = [[ids(10, 5), [ids(11, 9), ids(12, 3)]], [ids(13, 70), [ids(14, 60)]]]
            loss, gradients = supervised(model, groups)
            cases.append({"name": f"{name} {'tied' if tied else 'untied'}", "seed": seed,
                          "config": json.loads(config.to_json_string()), "continuations": found,
                          "sft": {"groups": groups, "loss": loss, "gradients": gradients}})
    path = pathlib.Path(__file__).parent / "architectures.json.gz"
    with open(path, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as out:
        out.write(json.dumps(cases).encode())
    print(path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
