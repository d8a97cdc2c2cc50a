"""SRL's dynamic sampling as verl's replay buffer: groups whose rewards hardly differ are dropped, and others sampled in their place.

verl's own filter drops groups of exactly equal rewards and refills without a bound. Named by `trainer.v1.sampler.custom_sampler`.
"""

import json
import time

import transfer_queue as tq
from verl.trainer.ppo.v1.replay_buffer import ReplayBuffer

from groups import advantages, is_kept
from job import FAULT


class GroupBuffer(ReplayBuffer):
    """Batches of groups; of its `sampler_kwargs` come epsilon, the bound on refills and what advantages are made with.

    `told` is called with what happens; `take` with the kept and the dropped groups and the number of refills, before a batch is trained on.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.told = lambda event, **fields: None
        self.take = lambda global_steps, kept, dropped, refills: None
        # Whether nothing of the batch is to be trained on.
        self.empty = False

    def sample(self, global_steps: int, partition_id: str, batch_size: int):
        """The next batch. Groups stand in the order of their prompts, whichever was finished first."""
        if partition_id == "val":
            self._wait(partition_id)
            return super().sample(global_steps=global_steps, partition_id=partition_id, batch_size=batch_size)
        settings = self.sampler_kwargs
        kept, dropped, refills = [], [], 0
        while True:
            self._wait(partition_id)
            fresh = self._groups(partition_id, {group["uid"] for group in kept + dropped})
            for group in fresh:
                (kept if is_kept(group["rewards"], settings.epsilon) else dropped).append(group)
            if len(kept) >= batch_size or settings.epsilon is None or refills >= settings.max_refills:
                break
            refills += 1
            self.told("sampling", prompts=batch_size - len(kept))
            self.refill_fn(batch_size - len(kept))
        for group in kept:
            group["advantages"] = [
                None if rollout["masked"] else advantage
                for rollout, advantage in zip(group["rollouts"], advantages(group["rewards"], settings.advantage_epsilon))
            ]
        self.take(global_steps, kept, dropped, refills)
        self.empty = not any(advantage is not None for group in kept for advantage in group["advantages"])
        return self._batch(partition_id, kept, dropped), {}

    def _wait(self, partition_id: str) -> None:
        """Until no prompt is being continued."""
        ended = -1
        while True:
            self._sync_metadata_from_transfer_queue()
            if self.failure_keys[partition_id]:
                raise RuntimeError(f"{len(self.failure_keys[partition_id])} of the prompts could not be continued: {_fault()}")
            if not self.pending_keys[partition_id] and not self.running_keys[partition_id]:
                return
            if len(self.partitions[partition_id]) != ended:
                # Only what moves is a sign of life.
                ended = len(self.partitions[partition_id])
                self.told("alive", phase="sampling")
            time.sleep(self.poll_interval)

    def _groups(self, partition_id: str, known: set) -> list:
        """The finished groups that are not known yet, judged, in the order of their prompts."""
        keys = [key for key in self.partitions[partition_id] if _uid(key) not in known]
        if not keys:
            return []
        data = tq.kv_batch_get(
            keys=keys, partition_id=partition_id, select_fields=["responses", "response_mask", "extra_fields", "extra_info"]
        )
        groups = {}
        fields = zip(keys, *(data[name] for name in ("responses", "response_mask", "extra_fields", "extra_info")), strict=True)
        for key, ids, mask, made, info in fields:
            made, info = getattr(made, "data", made), getattr(info, "data", info)
            judgement = json.loads(made["reward_extra_info"]["judgement"])
            group = groups.setdefault(
                _uid(key), {"uid": _uid(key), **{name: info[name] for name in ("id", "prompt", "target", "place")}, "rollouts": []}
            )
            group["rollouts"].append(
                {"key": key, "session": made["session"], "ids": ids.tolist(), "masked": not bool(mask.any()), **judgement}
            )
        for group in groups.values():
            group["rollouts"].sort(key=lambda rollout: rollout["session"])
            group["rewards"] = [rollout["reward"] for rollout in group["rollouts"]]
        return sorted(groups.values(), key=lambda group: group["place"])

    def _batch(self, partition_id: str, kept: list, dropped: list):
        """What is trained on: the kept groups' rollouts, without those whose reward failed. The rest is forgotten.

        Where that is nothing, the dropped groups go on: verl needs a batch, and the trainer makes no update with it.
        """
        groups = dropped if self.empty else kept
        rollouts = [rollout for group in groups for rollout in group["rollouts"]]
        failed = [] if self.empty else [rollout["key"] for rollout in rollouts if rollout["reward"] is None]
        keys = [rollout["key"] for rollout in rollouts if rollout["key"] not in set(failed)]
        tags = {key: self.partitions[partition_id][key] for key in keys}
        self._clear_groups(partition_id, {group["uid"] for group in kept + dropped} - {group["uid"] for group in groups})
        if failed:
            tq.kv_clear(partition_id=partition_id, keys=failed)
        return self._materialize_batch(partition_id, [group["uid"] for group in groups], tags)


def _fault() -> str:
    try:
        with open(FAULT, encoding="utf-8") as file:
            return json.load(file)["message"]
    except FileNotFoundError:
        return "the log says why"


def _uid(key: str) -> str:
    return key.split("_")[0]
