"""Runs the job of this folder: `python train.py` (GRPO) or `torchrun --nproc_per_node N train.py` (SFT). Started again, it goes on after its
last checkpoint.

It reads `config.json`, `overrides.txt` (verl's own settings), the data and `reward.json`, and writes into `output/`: `metrics.jsonl`,
`rollouts.jsonl`, `events.jsonl`, the best policy in `snapshots/step-N` (see `best.json`) where it validates, and the last in `final/`;
STEPWISE_OUTPUT names another folder. A file `output/stop` stops it after the batch that is being made, with a checkpoint. Exit code 0:
trained or stopped (the last event says which); otherwise `output/error-RANK.json` says why.
"""

import json
import os
import sys
import threading
import time
import traceback
from importlib import metadata

from job import HERE, OUTPUT, model_path, read

RANK = int(os.environ.get("RANK", "0"))


def check_packages(expected: dict) -> None:
    """verl's settings and losses change between releases: another one would train something else, or refuse a key."""
    wrong = []
    for name, version in expected.items():
        try:
            found = metadata.version(name).split("+")[0]
        except metadata.PackageNotFoundError:
            found = "none"
        if found != version:
            wrong.append(f"{name}: found {found}; expected {version}")
    if wrong:
        raise SystemExit("; ".join(wrong) + ". Install them with: pip install -r requirements.txt")


def end_with_stdin() -> None:
    """Ends this process when who started it is gone, however that ended: two trainers must not write into one folder."""

    def watch():
        # Not by sys.stdin: its lock would be held when the interpreter shuts down.
        while os.read(0, 65536):
            pass
        # A Ray that this process has started would leave some of its processes behind; one that does not stop is left to itself.
        threading.Timer(10, lambda: os._exit(3)).start()
        if "ray" in sys.modules:
            sys.modules["ray"].shutdown()
        os._exit(3)

    threading.Thread(target=watch, daemon=True).start()


def resume() -> list:
    """Where verl goes on from: what was saved whole, which its own record need not be."""
    path = os.path.join(OUTPUT, "resume.json")
    if not os.path.exists(path):
        return ["trainer.resume_mode=disable"]
    with open(path, encoding="utf-8") as file:
        saved = os.path.join(OUTPUT, "checkpoints", json.load(file)["checkpoint"])
    return ["trainer.resume_mode=resume_path", f"trainer.resume_from_path={saved}"]


def compose(job: dict):
    """verl's configuration with the job's overrides; a key that verl does not know is an error."""
    from hydra import compose as hydra_compose
    from hydra import initialize_config_module

    with open(os.path.join(HERE, "overrides.txt"), encoding="utf-8") as file:
        overrides = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    model = "model" if job["trainer"] == "sft" else "actor_rollout_ref.model"
    overrides.append(f"{model}.path={model_path(job['model'])}")
    if job["trainer"] == "grpo":
        overrides += [
            f"trainer.default_local_dir={os.path.join(OUTPUT, 'checkpoints')}",
            *resume(),
        ]
    name = "sft_trainer_engine" if job["trainer"] == "sft" else "ppo_trainer"
    with initialize_config_module("verl.trainer.config", version_base=None):
        return hydra_compose(name, overrides=overrides)


def practise(config) -> None:
    """GRPO: this process starts verl's driver on Ray and waits for it."""
    import ray
    from omegaconf import open_dict
    from verl.trainer.main_ppo import run_ppo
    from verl.trainer.ppo.utils import need_critic, need_reference_policy
    from verl.utils.config import validate_config

    from runner import Runner

    validate_config(config=config, use_reference_policy=need_reference_policy(config), use_critic=need_critic(config))
    # The processes of a job of Ray have its variables and its folder already, and Ray refuses to be told them again.
    if "RAY_JOB_CONFIG_JSON_ENV_VAR" not in os.environ:
        passed = {name: value for name, value in os.environ.items() if name.startswith(("STEPWISE_", "VERL_", "HF_", "DENO_"))}
        passed.pop("STEPWISE_TIED", None)
        path = os.pathsep.join(filter(None, [HERE, os.environ.get("PYTHONPATH")]))
        with open_dict(config):
            config.ray_kwargs.ray_init.runtime_env.env_vars = {**passed, "PYTHONPATH": path}
    try:
        run_ppo(config, task_runner_class=Runner)
    finally:
        ray.shutdown()


def imitate(config) -> None:
    """SFT: this process is one of those that torchrun has started."""
    from verl.utils.distributed import destroy_global_process_group, initialize_global_process_group

    from imitation import Imitation

    initialize_global_process_group()
    for name in ("snapshots", "checkpoints"):
        os.makedirs(os.path.join(OUTPUT, name), exist_ok=True)
    Imitation(config=config).fit()
    destroy_global_process_group()


def main() -> None:
    job = read("config.json")
    check_packages(job["packages"])
    config = compose(job)
    (imitate if job["trainer"] == "sft" else practise)(config)


def cause_of(error: BaseException) -> BaseException:
    """What a process of Ray died of, where that is what is known."""
    while getattr(error, "cause", None) is not None:
        error = error.cause
    return error


if __name__ == "__main__":
    os.makedirs(OUTPUT, exist_ok=True)
    if os.environ.get("STEPWISE_TIED") == "1":
        end_with_stdin()
    try:
        main()
    except BaseException as error:
        if not (isinstance(error, SystemExit) and error.code in (0, None)):
            found = cause_of(error)
            text = str(found) or type(found).__name__
            with open(os.path.join(OUTPUT, f"error-{RANK}.json"), "w", encoding="utf-8") as file:
                json.dump({"time": time.time(), "rank": RANK, "type": type(found).__name__, "message": text,
                           "traceback": traceback.format_exc()}, file)
        raise
    # Everything is written. Threads that outlive the interpreter now and then abort a process that ends by itself.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
