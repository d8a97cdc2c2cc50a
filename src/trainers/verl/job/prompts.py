"""Prompts as verl's trainer takes them, and how each is continued."""

import os
from typing import Any

from torch.utils.data import Dataset
from verl.experimental.agent_loop.agent_loop import AgentLoopBase, AgentLoopOutput
from verl.utils.profiler import simple_timer

from job import FAULT, read, read_rows, stream
from records import write_whole
from text import count_stops, decode


class Prompts(Dataset):
    """Rows of `data.jsonl` in the order of `order.json`, replacements included; or those of `validation.jsonl`, each once."""

    def __init__(self, data_files, tokenizer=None, config=None, processor=None, max_samples=-1):
        name = os.path.basename(data_files if isinstance(data_files, str) else data_files[0])
        self.validates = name == "validation.jsonl"
        self.rows = read_rows(name)
        self.order = list(range(len(self.rows))) if self.validates else read("order.json")

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, place: int) -> dict:
        row = self.rows[self.order[place]]
        return {
            "raw_prompt": [{"role": "user", "content": row["prompt"]}],
            "index": place,
            "data_source": "validation" if self.validates else "train",
            "reward_model": {"style": "rule", "ground_truth": row["answer"] if self.validates else row["target"]},
            "extra_info": {**row, "place": place, "purpose": "validation" if self.validates else "train"},
            "agent_name": "stepwise",
        }


class Continue(AgentLoopBase):
    """One completion of a prompt given as ids, ended as Stepwise ends them: by an end token, by a text, or by the prompt's own budget."""

    def __init__(self, trainer_config, server_manager, tokenizer, **_):
        # The base class would read the chat template, which prompts that are ids do not need, and refuse tokenizers without its tokens.
        self.server_manager = server_manager
        self.tokenizer = tokenizer
        self.job = read("config.json")

    async def run(self, sampling_params: dict[str, Any], **row) -> AgentLoopOutput:
        try:
            return await self._continue(sampling_params, row)
        except Exception as error:
            # verl only says that a prompt failed; see `GroupBuffer`.
            write_whole(FAULT, {"message": f"{type(error).__name__}: {error}"})
            raise

    async def _continue(self, sampling_params: dict[str, Any], row: dict) -> AgentLoopOutput:
        info, session = row["extra_info"], row["session_id"]
        place = (row["data_source"], int(info["place"]), session)
        sampling = self.job["sampling"]
        stops = sampling["stops"] if info["purpose"] == "train" else []
        times = info.get("stopAfter", 1)
        prompt_ids = [int(token) for token in info["promptIds"]]
        metrics = {}
        with simple_timer("generate_sequences", metrics):
            made = await self.server_manager.generate(
                request_id="-".join(map(str, place)) + f"-{row['global_steps']}",
                prompt_ids=prompt_ids,
                sampling_params={
                    **sampling_params,
                    # What a prompt draws depends on its place alone.
                    "seed": stream(self.job["seed"], *place),
                    "max_tokens": int(info["maxTokens"]),
                    # The end tokens are those that Stepwise names, whatever the checkpoint's own settings say.
                    "ignore_eos": True,
                    "stop_token_ids": self.job["endTokenIds"],
                    "stop": stops if times == 1 else [],
                    "include_stop_str_in_output": True,
                    "skip_special_tokens": False,
                    "spaces_between_special_tokens": False,
                },
            )
        ids = list(made.token_ids)
        if times is not None and times > 1:
            ids = self._cut(ids, stops, times)
        truncated = not self._ended(ids, stops, times)
        mask = 0 if truncated and sampling["maskTruncated"] and info["purpose"] == "train" else 1
        return AgentLoopOutput(
            prompt_ids=prompt_ids,
            response_ids=ids,
            response_mask=[mask] * len(ids),
            response_logprobs=made.log_probs[: len(ids)] if made.log_probs else None,
            num_turns=2,
            metrics=metrics,
            extra_fields={**made.extra_fields, "truncated": truncated, "place": place[1], "session": session},
        )

    def _cut(self, ids: list, stops: list, times: int) -> list:
        """Up to the token with which a stop is there for the last of its times: the server knows only the first."""
        if count_stops(decode(self.tokenizer, ids), stops) < times:
            return ids
        low, high = 1, len(ids)
        while low < high:
            middle = (low + high) // 2
            if count_stops(decode(self.tokenizer, ids[:middle]), stops) >= times:
                high = middle
            else:
                low = middle + 1
        return ids[:low]

    def _ended(self, ids: list, stops: list, times) -> bool:
        if ids and ids[-1] in self.job["endTokenIds"]:
            return True
        return times is not None and bool(stops) and count_stops(decode(self.tokenizer, ids), stops) >= times
