"""What a job tells of its rollouts: their lines, each batch's row of metrics, and how many rewards failed so far."""

# Until this many rollouts, failures are compared with a share of this many: one early failure is no trend.
FEWEST = 200


class Account:
    """Counts over all batches. A group has `id`, `prompt`, `target` and `rollouts`; those that are kept `advantages`, too."""

    def __init__(self, most: float, records, state: dict | None):
        self.most = most
        self.records = records
        state = state or {"sampledTokens": 0, "rollouts": 0, "failed": 0}
        self.sampled_tokens = state["sampledTokens"]
        self.rollouts = state["rollouts"]
        self.failed = state["failed"]

    @property
    def state(self) -> dict:
        """What a job that goes on needs to know."""
        return {"sampledTokens": self.sampled_tokens, "rollouts": self.rollouts, "failed": self.failed}

    def add(self, step: int, kept: list, dropped: list, refills: int) -> dict:
        """Writes the lines of a batch's rollouts. Returns its row of metrics; raises where too many rewards failed."""
        rollouts = [rollout for group in kept + dropped for rollout in group["rollouts"]]
        known = [rollout["reward"] for rollout in rollouts if rollout["reward"] is not None]
        failures = [rollout["rewardError"] for rollout in rollouts if rollout["rewardError"] is not None]
        tokens = sum(len(rollout["ids"]) for rollout in rollouts)
        self.sampled_tokens += tokens
        self.rollouts += len(rollouts)
        self.failed += len(failures)
        timeouts = sum(failure.startswith("timeout") for failure in failures)
        self.records.write("rollouts.jsonl", _lines(step, kept, dropped))
        self._check(max(FEWEST, self.rollouts), failures)
        return {
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

    def finish(self) -> None:
        """Checks the share of failures over the whole job."""
        self._check(self.rollouts, [])

    def _check(self, of: int, failures: list) -> None:
        if self.failed > self.most * of:
            example = failures[0] if failures else "in earlier batches"
            raise RuntimeError(
                f"{self.failed} of {self.rollouts} rewards failed; expected at most {self.most} of them "
                f"(maxRewardFailures): {example}"
            )


def _lines(step: int, kept: list, dropped: list) -> list:
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
