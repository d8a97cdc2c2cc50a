"""Makes policy/<name>/ (two tiny random checkpoints in bfloat16) and policy/<name>.json: what `transformers` computes with
them in float64 (logits, log-probabilities of completions, greedy continuations).

Run: python make_policy.py (needs torch, transformers, safetensors; made with 2.15.0, 5.23.0, 0.8.0).
"""
import json
import pathlib

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

HERE = pathlib.Path(__file__).parent / "policy"
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789 \n"
SPECIAL = ["<pad>", "<eos>"]
VOCAB = len(SPECIAL) + len(ALPHABET)
SIZES = dict(
    vocab_size=VOCAB, hidden_size=32, num_hidden_layers=2, intermediate_size=48, max_position_embeddings=128,
    pad_token_id=0, eos_token_id=1, bos_token_id=None, attention_dropout=0.0,
)
MODELS = {
    # The QKV bias of Qwen2, one key head for two query heads, tied embeddings.
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(
        **SIZES, num_attention_heads=2, num_key_value_heads=1, tie_word_embeddings=True, rms_norm_eps=1e-6,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
    )),
    # No bias, two key heads for four query heads, heads wider than hidden_size / heads, an output layer of its own.
    "llama": (LlamaForCausalLM, LlamaConfig(
        **SIZES, num_attention_heads=4, num_key_value_heads=2, head_dim=16, tie_word_embeddings=False, rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 500.0},
    )),
}


def tokenizer_files():
    """A byte-level BPE tokenizer without merges: one token a character."""
    escaped = {" ": "\u0120", "\n": "\u010a"}
    vocab = {token: i for i, token in enumerate(SPECIAL + [escaped.get(c, c) for c in ALPHABET])}
    added = [
        {"id": i, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
         "special": True} for i, token in enumerate(SPECIAL)
    ]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    return {
        "tokenizer.json": {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None,
            "pre_tokenizer": byte_level, "post_processor": None, "decoder": byte_level,
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                      "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                      "vocab": vocab, "merges": []},
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False,
            "pad_token": "<pad>", "eos_token": "<eos>", "model_max_length": 128,
        },
    }


def randomise(model, generator):
    """Weights large enough that every part of the model shows in the logits; norms and biases too."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if "norm" in name:
                p.copy_(1 + 0.2 * noise)
            elif "embed" in name or "lm_head" in name:
                p.copy_(0.6 * noise)
            else:
                p.copy_(0.25 * noise)


def greedy(model, prompt, count):
    """The continuation, and the least lead of the chosen token over the next: how far a tie is."""
    ids, lead = list(prompt), float("inf")
    for _ in range(count):
        best = model(torch.tensor([ids])).logits[0, -1].topk(2)
        lead = min(lead, (best.values[0] - best.values[1]).item())
        ids.append(best.indices[0].item())
    return ids[len(prompt):], lead


def main():
    for seed, (name, (kind, config)) in enumerate(MODELS.items()):
        folder = HERE / name
        folder.mkdir(parents=True, exist_ok=True)
        generator = torch.Generator().manual_seed(seed + 1)
        model = kind(config)
        randomise(model, generator)
        config.architectures = [kind.__name__]
        config.dtype = "bfloat16"
        (folder / "config.json").write_text(json.dumps(json.loads(config.to_json_string()), indent=1) + "\n")
        for file, content in tokenizer_files().items():
            (folder / file).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        state = {k: v for k, v in model.state_dict().items() if k != "lm_head.weight" or not config.tie_word_embeddings}
        save_file({k: v.to(torch.bfloat16).contiguous() for k, v in state.items()}, folder / "model.safetensors",
                  metadata={"format": "pt"})

        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).double().eval()
        ids = lambda n: torch.randint(2, VOCAB, (n,), generator=generator).tolist()
        groups = []
        with torch.no_grad():
            # One token, ragged lengths, the longest with its completions near the context's end.
            for length, completions in [(1, (5, 1)), (7, (12, 3, 9)), (64, (30, 64))]:
                prompt = ids(length)
                scored = []
                for n in completions:
                    tokens = ids(n)
                    logits = model(torch.tensor([prompt + tokens])).logits[0, length - 1:-1]
                    at = logits.log_softmax(-1)[torch.arange(n), torch.tensor(tokens)]
                    scored.append({"tokens": tokens, "logProbs": [float(f"{x:.9g}") for x in at.tolist()]})
                logits = model(torch.tensor([prompt])).logits[0, -1]
                continuation, lead = greedy(model, prompt, 64)
                assert lead > 2e-3, (name, length, lead)
                groups.append({
                    "prompt": prompt, "logits": [float(f"{x:.9g}") for x in logits.tolist()], "completions": scored,
                    "greedy": continuation,
                })
        (HERE / f"{name}.json").write_text(json.dumps(groups) + "\n")


main()
