"""verl's driver process, with the trainer of `practice.py`."""

import os

import ray
from verl.trainer.main_ppo import TaskRunnerV1


@ray.remote
class Runner(TaskRunnerV1.__ray_metadata__.modified_class):
    """Ray sends this class by value, so that what it changes must be imported where it runs."""

    def run(self, config):
        from verl.trainer.ppo.v1.trainer_base import TRAINER_REGISTRY

        from policies import CHECKPOINTS, SNAPSHOTS
        from practice import Practice

        os.makedirs(SNAPSHOTS, exist_ok=True)
        os.makedirs(CHECKPOINTS, exist_ok=True)
        TRAINER_REGISTRY["sync"] = Practice
        super().run(config)
