"""The rewards: verl's reward loop asks for one rollout at a time, and Stepwise's own reward worker scores whatever waits in one batch."""

import json

from verl.experimental.reward_loop.reward_manager.base import RewardManagerBase

from job import HERE, read
from rewards import RewardWorker
from text import completion_text

# Most items that the worker is sent at once.
BATCH = 256


class Scorer:
    """Answers many callers of one event loop with one worker process."""

    def __init__(self, worker: RewardWorker, loop):
        self.worker = worker
        self.loop = loop
        self.waiting = []
        self.running = None

    async def score(self, item: dict) -> dict:
        """The judgement of an item; see `LineJudgement` in the worker's source for the keys."""
        answer = self.loop.create_future()
        self.waiting.append((item, answer))
        if self.running is None:
            self.running = self.loop.create_task(self._serve())
        return await answer

    async def _serve(self) -> None:
        try:
            while self.waiting:
                batch, self.waiting = self.waiting[:BATCH], self.waiting[BATCH:]
                try:
                    judged = await self.loop.run_in_executor(None, self.worker.score, [item for item, _ in batch])
                except BaseException as error:
                    for _, answer in batch:
                        answer.set_exception(RuntimeError(str(error)))
                    continue
                for (_, answer), judgement in zip(batch, judged, strict=True):
                    answer.set_result(judgement)
        finally:
            self.running = None


class Judge(RewardManagerBase):
    """verl's reward manager: the same item, and so the same score, as in every other engine."""

    def __init__(self, config, tokenizer, compute_score=None, **_):
        super().__init__(config, tokenizer, compute_score)
        self.job = read("config.json")
        self.scorer = Scorer(RewardWorker(HERE, self.job["reward"]), self.loop)

    async def run_single(self, data) -> dict:
        row = data[-1]
        length = int(row.non_tensor_batch["response_len"])
        ids = row.batch["responses"][:length].tolist()
        info = row.non_tensor_batch["extra_info"]
        made = row.non_tensor_batch["tool_extra_fields"]
        completion = completion_text(self.tokenizer, ids, self.job["endTokenIds"])
        trains = info["purpose"] == "train"
        item = {
            "completion": completion,
            "truncated": bool(made["truncated"]),
            # verl counts batches from 1.
            "update": (int(row.non_tensor_batch["global_steps"]) - 1) * self.job["updatesPerBatch"] if trains else 0,
            **{key: info[key] for key in ("target", "problem", "answer")},
            **({} if trains else {"verify": True}),
        }
        judgement = await self.scorer.score(item)
        reward = judgement["reward"]
        told = {"completion": completion, "truncated": item["truncated"], **judgement}
        return {
            # A failed reward is no reward of 0: the sampler leaves the rollout out of its group.
            "reward_score": 0.0 if reward is None else float(reward),
            "reward_extra_info": {"judgement": json.dumps(told)},
        }
