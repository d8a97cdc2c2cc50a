"""Stepwise's advantages as one of verl's estimators."""

import torch
from verl.trainer.ppo.core_algos import register_adv_est

from groups import advantages


def register(epsilon) -> None:
    """Makes `algorithm.adv_estimator=stepwise` known: `(reward - mean) / (population deviation + epsilon)`; None for no division.

    verl's own divides by the sample deviation plus 1e-6.
    """

    @register_adv_est("stepwise")
    def estimate(token_level_rewards, response_mask, index, **_):
        return group_advantages(token_level_rewards, response_mask, index, epsilon)


def group_advantages(token_level_rewards, response_mask, index, epsilon):
    """The advantages of rows, twice (verl asks for returns, too), on every token that is trained on; `index` names each row's group."""
    rewards = token_level_rewards.double().sum(dim=-1).tolist()
    groups = {}
    for row, group in enumerate(index):
        groups.setdefault(group, []).append(row)
    values = torch.zeros(len(rewards), dtype=torch.float64)
    for rows in groups.values():
        for row, value in zip(rows, advantages([rewards[row] for row in rows], epsilon)):
            values[row] = value
    made = values.to(torch.float32).to(response_mask.device).unsqueeze(-1) * response_mask
    return made, made
