"""TRL's `rollout_func`: samples the batch with dynamic sampling, has it scored, and keeps account of it."""

import hashlib

import torch
from accelerate.utils import gather_object

from account import Account
from generation import generate
from groups import Order, advantages, sample_groups
from text import completion_text


class Sampler:
    """The batches of one job. Every process takes the same prompts in the same order, and samples its share of them."""

    def __init__(self, config: dict, order: Order, worker, records, state: dict | None):
        self.config = config
        self.order = order
        self.worker = worker
        self.records = records
        self.account = Account(config["maxRewardFailures"], records, state)
        order.taken = state["taken"] if state else 0
        # Of the batch that is trained on now:
        self.row = {}
        self.scale = 1.0
        self.empty = False

    @property
    def state(self) -> dict:
        """What a job that goes on needs to know."""
        return {**self.account.state, "taken": self.order.taken}

    def __call__(self, prompts: list, trainer) -> dict:
        """A batch. TRL's own `prompts` only say how many rows each process brings: which come next is decided by `order.json`."""
        sampling = self.config["sampling"]
        step = trainer.state.global_step
        # What a batch draws depends on its place alone, so that a job that goes on draws what it would have drawn.
        torch.manual_seed(stream(trainer.args.seed, step, trainer.accelerator.process_index))
        kept, dropped, refills = sample_groups(
            sampling["groups"], sampling["epsilon"], sampling["maxRefills"], lambda count: self._sample(trainer, count, step)
        )
        for group in kept:
            group["advantages"] = [
                None if masked else advantage
                for advantage, masked in zip(advantages(group["rewards"], sampling["advantageEpsilon"]), self._masked(group))
            ]
        self.row = self.account.add(step, kept, dropped, refills)
        self._weigh(kept)
        # TRL's batches have a fixed size: what dynamic sampling dropped fills a short one up, without any weight.
        slots = (kept + dropped)[: sampling["groups"]]
        share = sampling["groups"] // trainer.accelerator.num_processes
        first = trainer.accelerator.process_index * share
        assert len(prompts) == share * sampling["rollouts"], "TRL asks for another number of rollouts than config.json"
        return self._batch(slots[first : first + share], len(kept) - first)

    def _masked(self, group: dict) -> list:
        hide = self.config["sampling"]["maskTruncated"]
        return [hide and rollout["truncated"] for rollout in group["rollouts"]]

    def _batch(self, slots: list, kept: int) -> dict:
        epsilon = self.config["sampling"]["advantageEpsilon"]
        batch = {"prompt_ids": [], "completion_ids": [], "logprobs": None, "env_mask": [], "advantage": []}
        for index, group in enumerate(slots):
            trained = index < kept
            # With the advantages of what is masked the mean of the group's stays 0, which TRL subtracts.
            values = advantages(group["rewards"], epsilon) if trained else [0.0] * len(group["rewards"])
            for place, rollout in enumerate(group["rollouts"]):
                weight = 1 if trained and group["advantages"][place] is not None else 0
                batch["prompt_ids"].append(group["promptIds"])
                batch["completion_ids"].append(rollout["ids"])
                batch["env_mask"].append([weight] * len(rollout["ids"]))
                batch["advantage"].append(values[place] or 0.0)
        return batch

    def _sample(self, trainer, count: int, step: int) -> list:
        """The next `count` groups, judged. Every process gets all of them."""
        accelerator = trainer.accelerator
        rows = self.order.take(count)
        # Where the policy is sharded all processes must generate together, so that each brings as many prompts.
        share = -(-count // accelerator.num_processes)
        padded = rows + [rows[-1]] * (share * accelerator.num_processes - count)
        own = padded[accelerator.process_index * share :][:share]
        G = self.config["sampling"]["rollouts"]
        self.records.event("sampling", step=step, prompts=count)
        made = generate(trainer, [row for row in own for _ in range(G)], self.config)
        self.records.event("scoring", step=step, prompts=count)
        ends = self.config["endTokenIds"]
        items = [
            {
                "completion": completion_text(trainer.processing_class, completion["ids"], ends),
                "truncated": completion["truncated"],
                "update": step,
                **{key: own[index // G][key] for key in ("target", "problem", "answer")},
            }
            for index, completion in enumerate(made)
        ]
        judged = self.worker.score(items)
        groups = []
        for index, row in enumerate(own):
            rollouts = [
                {**made[at], "completion": items[at]["completion"], **judged[at]} for at in range(index * G, index * G + G)
            ]
            groups.append({
                **{key: row[key] for key in ("id", "prompt", "target", "promptIds")},
                "rollouts": rollouts,
                "rewards": [rollout["reward"] for rollout in rollouts],
            })
        return gather_object(groups)[:count]

    def _weigh(self, kept: list) -> None:
        # TRL averages these losses over all rows of a batch; those that only fill it up must not count.
        sampling = self.config["sampling"]
        counted = sum(reward is not None for group in kept for reward in group["rewards"])
        trained = sum(advantage is not None for group in kept for advantage in group["advantages"])
        self.empty = trained == 0
        rows = sampling["groups"] * sampling["rollouts"]
        self.scale = rows / counted if sampling["averagesRows"] and counted else 1.0


def stream(*labels: int) -> int:
    """A seed that the labels name."""
    return int.from_bytes(hashlib.sha256(repr(labels).encode()).digest()[:7], "big")


def advantage(prompts, completions, completion_ids, advantage, **_):
    """The reward function that TRL is given: the advantages, made already. Each group's have a mean of 0, and are not scaled again."""
    return advantage
