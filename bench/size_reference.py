"""What bench/size.ts compares with: the same steps by transformers, PEFT and torch.optim.AdamW, in float32.

Run by bench/size.ts: python size_reference.py TASK FOLDER SIZES
"""
import json
import resource
import sys
import time

import torch
from transformers import AutoModelForCausalLM

task, folder, sizes = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
torch.set_num_threads(sizes["threads"])
torch.manual_seed(1)
begun = time.perf_counter()
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
loading = time.perf_counter() - begun
vocab = model.config.vocab_size

if task == "lora":
    from peft import LoraConfig, get_peft_model

    lora = sizes["lora"]
    model = get_peft_model(model, LoraConfig(r=lora["rank"], lora_alpha=lora["alpha"], lora_dropout=lora["dropout"],
                                             target_modules=lora["targetModules"], task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-5, betas=(0.9, 0.95),
                              weight_decay=0.0)


def sample():
    prompts = torch.randint(0, vocab, (sizes["prompts"], sizes["prompt"])).repeat_interleave(sizes["samples"], 0)
    with torch.no_grad():
        return model.generate(prompts, attention_mask=torch.ones_like(prompts), do_sample=True, top_k=0, top_p=1.0,
                              max_new_tokens=sizes["completion"], min_new_tokens=sizes["completion"],
                              pad_token_id=0)


def update(ids, prompt):
    logits = model(ids[:, :-1]).logits[:, prompt - 1:]
    labels = ids[:, prompt:]
    log_probs = -torch.nn.functional.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
    if task == "grpo":
        ratio = (log_probs + 12.0).exp()
        loss = -torch.minimum(ratio, ratio.clamp(0.8, 1.2)).mean()
    else:
        loss = -log_probs.mean()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()


def step():
    sampled = sizes["prompts"] * sizes["samples"] * sizes["completion"]
    if task == "generate":
        sample()
        return sampled
    if task == "grpo":
        update(sample(), sizes["prompt"])
        return sampled
    update(torch.randint(0, vocab, (sizes["rows"], sizes["time"] + 1)), 1)
    return sizes["rows"] * sizes["time"]


step()
begun = time.perf_counter()
tokens = step()
speed = tokens / (time.perf_counter() - begun)
peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"loading": loading, "speed": speed, "peak": peak}))
