"""TRL's `rollout_func`: samples the batch with dynamic sampling, has it scored, and keeps account of it."""

import hashlib

import torch
from accelerate.utils import gather_object

from generation import completion_text, generate
from groups import Order, advantages, sample_groups

# Until this many rollouts, failures are compared with a share of this many: one early failure is no trend.
FEWEST = 200


class Sampler:
    """The batches of one job. Every process takes the same prompts in the same order, and samples its share of them."""

    def __init__(self, config: dict, order: Order, worker, records, state: dict | None):
        self.config = config
        self.order = order
        self.worker = worker
        self.records = records
        state = state or {"sampledTokens": 0, "rollouts": 0, "failed": 0, "taken": 0}
        self.sampled_tokens = state["sampledTokens"]
        self.rollouts = state["rollouts"]
        self.failed = state["failed"]
        order.taken = state["taken"]
        # Of the batch that is trained on now:
        self.row = {}
        self.scale = 1.0
        self.empty = False

    @property
    def state(self) -> dict:
        """What a job that goes on needs to know."""
        return {
            "sampledTokens": self.sampled_tokens,
            "rollouts": self.rollouts,
            "failed": self.failed,
            "taken": self.order.taken,
        }

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
        self._account(step, kept, dropped, refills)
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

    def _account(self, step: int, kept: list, dropped: list, refills: int) -> None:
        groups = kept + dropped
        rollouts = [rollout for group in groups for rollout in group["rollouts"]]
        known = [rollout["reward"] for rollout in rollouts if rollout["reward"] is not None]
        failures = [rollout["rewardError"] for rollout in rollouts if rollout["rewardError"] is not None]
        tokens = sum(len(rollout["ids"]) for rollout in rollouts)
        self.sampled_tokens += tokens
        self.rollouts += len(rollouts)
        self.failed += len(failures)
        timeouts = sum(failure.startswith("timeout") for failure in failures)
        self.row = {
            "step": step,
            "reward": sum(known) / len(known) if known else None,
            "formatErrors": sum(rollout["formatError"] is not None for rollout in rollouts) / len(rollouts),
            "truncated": sum(rollout["truncated"] for rollout in rollouts) / len(rollouts),
            "completionTokens": tokens / len(rollouts),
            "rewardErrors": len(failures) - timeouts,
            "rewardTimeouts": timeouts,
            "kept": len(kept),
            "dropped": len(dropped),
            "refills": refills,
        }
        self.records.write("rollouts.jsonl", _rows(step, kept, dropped))
        self._check_failures(max(FEWEST, self.rollouts), failures)
        # TRL averages these losses over all rows of a batch; those that only fill it up must not count.
        sampling = self.config["sampling"]
        counted = sum(reward is not None for group in kept for reward in group["rewards"])
        trained = sum(advantage is not None for group in kept for advantage in group["advantages"])
        self.empty = trained == 0
        rows = sampling["groups"] * sampling["rollouts"]
        self.scale = rows / counted if sampling["averagesRows"] and counted else 1.0

    def _check_failures(self, of: int, failures: list) -> None:
        most = self.config["maxRewardFailures"]
        if self.failed > most * of:
            example = failures[0] if failures else "in earlier batches"
            raise RuntimeError(
                f"{self.failed} of {self.rollouts} rewards failed; expected at most {most} of them (maxRewardFailures): {example}"
            )

    def finish(self) -> None:
        """Checks the share of failures over the whole job."""
        self._check_failures(self.rollouts, [])


def stream(*labels: int) -> int:
    """A seed that the labels name."""
    return int.from_bytes(hashlib.sha256(repr(labels).encode()).digest()[:7], "big")


def _rows(step: int, kept: list, dropped: list) -> list:
    """Lines of `rollouts.jsonl`."""
    return [
        {
            "step": step,
            "group": index,
            "rollout": place,
            "instance": group["id"],
            "prompt": group["prompt"],
            "target": group["target"],
            **{key: rollout[key] for key in ("completion", "think", "action", "formatError", "reward", "rewardError", "parts")},
            "advantage": group["advantages"][place] if index < len(kept) else None,
            "tokens": len(rollout["ids"]),
        }
        for index, group in enumerate(kept + dropped)
        for place, rollout in enumerate(group["rollouts"])
    ]


def advantage(prompts, completions, completion_ids, advantage, **_):
    """The reward function that TRL is given: the advantages, made already. Each group's have a mean of 0, and are not scaled again."""
    return advantage
