"""Which groups of rollouts a batch is made of, and their advantages. Plain Python; float64."""

import math


def spread(rewards: list) -> tuple:
    """Mean and population standard deviation; exactly 0 for equal rewards, which rounding of the mean would not give."""
    if all(reward == rewards[0] for reward in rewards):
        return rewards[0], 0.0
    mean = total(rewards) / len(rewards)
    return mean, math.sqrt(total([(reward - mean) * (reward - mean) for reward in rewards]) / len(rewards))


def total(values: list) -> float:
    """The sum, one after the other as the embedded engine adds: Python's own sum corrects rounding in some versions and not in others."""
    result = 0.0
    for value in values:
        result += value
    return result


def advantages(rewards: list, epsilon) -> list:
    """`(reward - mean) / (deviation + epsilon)`; of None (its reward failed) None, which is no part of the mean either.

    TRL's own would divide by the sample deviation plus 1e-4, so it is given these and told not to scale. Epsilon None: no division.
    """
    known = [reward for reward in rewards if reward is not None]
    if not known:
        return [None] * len(rewards)
    mean, deviation = spread(known)
    divisor = 1.0 if epsilon is None else deviation + epsilon
    return [
        None if reward is None else 0.0 if deviation == 0 else (reward - mean) / divisor for reward in rewards
    ]


def is_kept(rewards: list, epsilon) -> bool:
    """Whether a group teaches something: a deviation above epsilon, or, of None, any reward at all."""
    known = [reward for reward in rewards if reward is not None]
    return bool(known) and (epsilon is None or spread(known)[1] > epsilon)


def sample_groups(count: int, epsilon, max_refills: int, sample) -> tuple:
    """Dynamic sampling: groups that teach nothing are dropped and others sampled in their place, for a bounded number of rounds.

    `sample(n)` gives n groups, each with `rewards`. Returns the kept, the dropped, and the number of further rounds.
    """
    kept, dropped, refills = [], [], 0
    while True:
        for group in sample(count - len(kept)):
            (kept if is_kept(group["rewards"], epsilon) else dropped).append(group)
        if len(kept) >= count or epsilon is None or refills >= max_refills:
            return kept, dropped, refills
        refills += 1


class Order:
    """The prompts in the order of training, as written in `order.json`; each is taken once in every pass over the data."""

    def __init__(self, rows: list, order: list, taken: int = 0):
        self.rows = rows
        self.order = order
        self.taken = taken

    def take(self, count: int) -> list:
        end = self.taken + count
        if end > len(self.order):
            raise RuntimeError(f"order.json: has {len(self.order)} entries; expected at least {end}")
        taken = [self.rows[index] for index in self.order[self.taken : end]]
        self.taken = end
        return taken
