"""What bench/gpu/main.ts compares with, on the same GPU: PyTorch in bfloat16, compiled, with fused AdamW, and transformers.generate.

Run by bench/gpu/main.ts: python reference.py TASK CONFIG WORK, where TASK is matmul, train or rollout. Prints JSON.
"""
import json
import statistics
import sys
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

task, config, work = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
torch.manual_seed(1)
torch.set_float32_matmul_precision("high")


def median(step):
    step()
    step()  # what is compiled for the second shape
    torch.cuda.synchronize()
    seconds = []
    for _ in range(work["rounds"]):
        begun = time.perf_counter()
        step()
        torch.cuda.synchronize()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def model():
    shape = dict(
        vocab_size=config["vocabSize"], hidden_size=config["hiddenSize"],
        intermediate_size=config["intermediateSize"], num_hidden_layers=config["layers"],
        num_attention_heads=config["heads"], num_key_value_heads=config["kvHeads"], head_dim=config["headDim"],
        max_position_embeddings=config["maxPositions"], tie_word_embeddings=config["tieWordEmbeddings"],
        pad_token_id=0, eos_token_id=None, bos_token_id=None)
    if config["attentionBias"]:
        return Qwen2ForCausalLM(Qwen2Config(**shape)).cuda()
    return LlamaForCausalLM(LlamaConfig(**shape)).cuda()


def matmul():
    side, chain = work["matmul"], 16
    x, w = (torch.zeros(side, side, device="cuda", dtype=torch.bfloat16) for _ in range(2))

    def step():
        y = x
        for _ in range(chain):
            y = y @ w
        y.float().sum().item()

    return chain * 2 * side**3 / median(step)


def train():
    policy = model()
    compiled = torch.compile(policy)
    optimizer = torch.optim.AdamW(policy.parameters(), lr=1e-5, betas=(0.9, 0.95), weight_decay=0.0, fused=True)
    ids = torch.randint(0, config["vocabSize"], (work["rows"], work["time"] + 1), device="cuda")

    def step():
        with torch.autocast("cuda", dtype=torch.bfloat16):
            logits = compiled(ids[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    return work["rows"] * work["time"] / median(step)


def rollout():
    policy = model().to(torch.bfloat16).eval()
    rows = work["prompts"] * work["samples"]

    def step():
        prompts = torch.randint(0, config["vocabSize"], (work["prompts"], work["prompt"]), device="cuda")
        prompts = prompts.repeat_interleave(work["samples"], 0)
        with torch.no_grad():
            policy.generate(prompts, attention_mask=torch.ones_like(prompts), do_sample=True, top_k=0, top_p=1.0,
                            max_new_tokens=work["completion"], min_new_tokens=work["completion"])

    return rows * work["completion"] / median(step)


print(json.dumps({"rate": {"matmul": matmul, "train": train, "rollout": rollout}[task]()}))
