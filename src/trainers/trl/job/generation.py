"""Completions of prompts, ended as Stepwise ends them: by an end token, by a text, or by each prompt's own budget."""

import torch
from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList
from trl.models import unwrap_model_for_generation

from text import count_stops, decode


class Ends(StoppingCriteria):
    """Ends each row by itself, and remembers its length and whether its budget ended it."""

    def __init__(self, tokenizer, prompt_length: int, rows: list, end_ids: list, stops: list):
        self.tokenizer = tokenizer
        self.prompt_length = prompt_length
        self.rows = rows
        self.end_ids = set(end_ids)
        self.stops = stops
        self.lengths = [None] * len(rows)
        self.truncated = [False] * len(rows)
        self.may_end = {}
        # A token holds one character at least, but for those of a multi-byte character, of which four may share one.
        self.window = 4 * max((len(stop) for stop in stops), default=0)

    def __call__(self, input_ids, scores, **kwargs):
        written = input_ids[:, self.prompt_length :].tolist()
        length = len(written[0])
        for index, tokens in enumerate(written):
            if self.lengths[index] is not None:
                continue
            if tokens[-1] in self.end_ids or self._stopped(tokens, self.rows[index].get("stopAfter", 1)):
                self.lengths[index] = length
            elif length >= self.rows[index]["maxTokens"]:
                self.lengths[index] = length
                self.truncated[index] = True
        return torch.tensor([end is not None for end in self.lengths], device=input_ids.device)

    def _stopped(self, tokens: list, times) -> bool:
        if times is None or not self.stops or not self._may_end(tokens[-1]):
            return False
        text = decode(self.tokenizer, tokens if times > 1 else tokens[-self.window :])
        if times == 1:
            return any(stop in text for stop in self.stops)
        return count_stops(text, self.stops) >= times

    def _may_end(self, token: int) -> bool:
        if token not in self.may_end:
            piece = decode(self.tokenizer, [token])
            # A replacement character stands for a part of some character, perhaps the one that is looked for.
            self.may_end[token] = "\ufffd" in piece or any(stop[-1] in piece for stop in self.stops)
        return self.may_end[token]


def generate(trainer, rows: list, config: dict) -> list:
    """One completion for each row: `ids` and whether its budget ended it. Every process must bring as many rows."""
    sampling = config["sampling"]
    made = []
    with unwrap_model_for_generation(
        trainer.model_wrapped,
        trainer.accelerator,
        gather_deepspeed3_params=trainer.args.ds3_gather_for_generation,
        gradient_checkpointing_kwargs=trainer.args.gradient_checkpointing_kwargs,
    ) as model, torch.no_grad(), trainer._dist.summon_full_params(trainer.model_wrapped, recurse=False):
        for start in range(0, len(rows), sampling["rowsAtOnce"]):
            made.extend(_generate(trainer, model, rows[start : start + sampling["rowsAtOnce"]], config))
    return made


def _generate(trainer, model, rows: list, config: dict) -> list:
    sampling = config["sampling"]
    tokenizer = trainer.processing_class
    width = max(len(row["promptIds"]) for row in rows)
    pad = config["padTokenId"]
    device = trainer.accelerator.device
    ids = torch.tensor([[pad] * (width - len(row["promptIds"])) + row["promptIds"] for row in rows], device=device)
    mask = torch.tensor([[0] * (width - len(row["promptIds"])) + [1] * len(row["promptIds"]) for row in rows], device=device)
    ends = Ends(tokenizer, width, rows, config["endTokenIds"], sampling["stops"])
    # Everything that a checkpoint's own generation settings could change is said.
    settings = GenerationConfig(
        do_sample=True,
        temperature=sampling["temperature"],
        top_p=sampling["topP"],
        top_k=sampling["topK"],
        min_p=None,
        repetition_penalty=1.0,
        no_repeat_ngram_size=0,
        num_beams=1,
        max_new_tokens=max(row["maxTokens"] for row in rows),
        eos_token_id=config["endTokenIds"] or None,
        pad_token_id=pad,
        bos_token_id=None,
    )
    output = model.generate(
        input_ids=ids, attention_mask=mask, generation_config=settings, stopping_criteria=StoppingCriteriaList([ends])
    )
    written = output[:, width:].tolist()
    assert all(length is not None for length in ends.lengths), "a completion has no end"
    return [
        {"ids": tokens[:length], "truncated": truncated}
        for tokens, length, truncated in zip(written, ends.lengths, ends.truncated, strict=True)
    ]

