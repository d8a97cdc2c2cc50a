"""Makes lora/<name>/ (an adapter of policy/<name>, written by PEFT) and lora.json.gz: what PEFT computes with them in float64
(log-probabilities of every token behind a prompt, the mean loss of a completion, the gradient of each of the adapter's matrices).

Run after make_policy.py: python make_lora.py (needs torch, transformers, peft; made with 2.15.0, 5.24.0, 0.21.2).
"""
import gzip
import json
import pathlib
import shutil

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent
ADAPTERS = {
    # Every projection; matrices that the engine keeps side by side are adapted whole.
    "qwen2": dict(r=4, lora_alpha=6, target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]),
    # Some of them: of the first, the last, and none in the middle; of two, the second.
    "llama": dict(r=2, lora_alpha=8, target_modules=["q_proj", "v_proj", "up_proj", "down_proj"]),
}
rounded = lambda t: [float(f"{x:.9g}") for x in t.flatten().tolist()]


def load(name):
    return AutoModelForCausalLM.from_pretrained(HERE / "policy" / name, dtype=torch.float32)


def main():
    cases = {}
    for seed, (name, settings) in enumerate(ADAPTERS.items()):
        generator = torch.Generator().manual_seed(seed + 7)
        config = LoraConfig(**settings, lora_dropout=0.0, bias="none", task_type="CAUSAL_LM")
        model = get_peft_model(load(name), config)
        with torch.no_grad():
            for key, p in model.named_parameters():
                if "lora_" in key:
                    p.copy_(0.3 * torch.randn(p.shape, generator=generator))
        folder = HERE / "lora" / name
        shutil.rmtree(folder, ignore_errors=True)
        model.peft_config["default"].base_model_name_or_path = f"policy/{name}"
        model.save_pretrained(folder)
        (folder / "README.md").unlink()

        model = PeftModel.from_pretrained(load(name), folder, is_trainable=True).double().train()
        vocab = model.config.vocab_size
        ids = lambda n: torch.randint(2, vocab, (n,), generator=generator).tolist()
        prompt, completion = ids(9), ids(14)
        logits = model(torch.tensor([prompt + completion])).logits[0, len(prompt) - 1:-1]
        log_probs = logits.log_softmax(-1)
        loss = -log_probs[torch.arange(len(completion)), torch.tensor(completion)].mean()
        loss.backward()
        plain = load(name).double()
        with torch.no_grad():
            before = plain(torch.tensor([prompt])).logits[0, -1].log_softmax(-1)
        assert (before - log_probs[0]).abs().max() > 0.1, "the adapter does not show"
        cases[name] = {
            "prompt": prompt, "completion": completion, "logProbs": rounded(log_probs[0].detach()), "loss": loss.item(),
            "gradients": {
                key.replace(".default.", "."): {"shape": list(p.grad.shape), "data": rounded(p.grad)}
                for key, p in model.named_parameters() if p.requires_grad
            },
        }
    with gzip.GzipFile(HERE / "lora.json.gz", "wb", mtime=0) as file:
        file.write((json.dumps(cases) + "\n").encode())


main()
