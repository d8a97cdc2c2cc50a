"""The same work in PyTorch and transformers, for bench/main.ts: a JSON request a line in, a JSON answer a line out."""

import json
import resource
import statistics
import sys
import time

import torch
import transformers
from transformers import LlamaConfig, LlamaForCausalLM

transformers.logging.set_verbosity_error()


def build(shape):
    config = LlamaConfig(
        vocab_size=shape["vocabSize"],
        hidden_size=shape["hiddenSize"],
        intermediate_size=shape["intermediateSize"],
        num_hidden_layers=shape["layers"],
        num_attention_heads=shape["heads"],
        num_key_value_heads=shape["kvHeads"],
        max_position_embeddings=shape["maxPositions"],
        tie_word_embeddings=True,
        eos_token_id=None,
        pad_token_id=0,
    )
    torch.manual_seed(0)
    return LlamaForCausalLM(config)


def timed(repeats, work):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


class Train:
    """Forward, backward, clip and fused AdamW."""

    def __init__(self, request):
        self.model = build(request["shape"])
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3, fused=True)
        size = (request["rows"], request["time"] + 1)
        self.ids = torch.randint(0, request["shape"]["vocabSize"], size)

    def step(self):
        logits = self.model(self.ids[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), self.ids[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()


class Rollout:
    """`generate` with sampling and its usual cache."""

    def __init__(self, request):
        self.model = build(request["shape"]).eval()
        self.tokens = request["tokens"]
        size = (request["rows"], request["prompt"])
        self.ids = torch.randint(0, request["shape"]["vocabSize"], size)

    @torch.no_grad()
    def step(self):
        self.model.generate(
            self.ids,
            attention_mask=torch.ones_like(self.ids),
            do_sample=True,
            min_new_tokens=self.tokens,
            max_new_tokens=self.tokens,
        )


def main():
    made = {}
    for line in sys.stdin:
        request = json.loads(line)
        torch.set_num_threads(request["threads"])
        kind = request["kind"]
        if kind not in made:
            made[kind] = {"train": Train, "rollout": Rollout}[kind](request)
            made[kind].step()
        seconds = timed(request["repeats"], made[kind].step)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        versions = f"PyTorch {torch.__version__}, transformers {transformers.__version__}"
        print(json.dumps({"seconds": seconds, "peak": peak, "versions": versions}), flush=True)


main()
