"""What Stepwise adds to verl in every process: its advantages. Named in VERL_USE_EXTERNAL_MODULES, so that verl imports it by itself."""

import numpy as np
import torch
from verl.trainer.ppo.core_algos import register_adv_est

from groups import advantages


@register_adv_est("stepwise")
def group_advantages(token_level_rewards, response_mask, index, config=None, **_):
    """`(reward - mean) / (deviation + epsilon)` of each group, on every token that the policy wrote.

    verl's own would divide by the sample deviation plus 1e-6. `index` says which group a row is of; rows whose reward failed are no part
    of the batch.
    """
    epsilon = config.get("advantage_epsilon", None)
    rewards = token_level_rewards.sum(dim=-1).double().tolist()
    places = {}
    for row, group in enumerate(index):
        places.setdefault(group, []).append(row)
    values = np.zeros(len(rewards))
    for rows in places.values():
        values[rows] = advantages([rewards[row] for row in rows], epsilon)
    made = torch.as_tensor(values, dtype=torch.float32, device=response_mask.device).unsqueeze(-1) * response_mask
    return made, made
