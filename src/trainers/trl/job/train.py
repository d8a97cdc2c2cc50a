"""Runs the job of this folder: `torchrun --nproc_per_node N train.py`. Started again, it goes on after its last checkpoint.

It reads `config.json`, `data.jsonl`, `order.json` and `reward.json`, and writes into `output/`: `metrics.jsonl`, `rollouts.jsonl`,
`events.jsonl`, `snapshots/step-N` to validate, and the trained policy in `final/`; STEPWISE_OUTPUT names another folder. A file `output/stop` stops it after the update that is
being made, with a checkpoint. Exit code 0: trained or stopped (the last event says which); otherwise `output/error-RANK.json` says why.
"""

import json
import os
import platform
import sys
import threading
import time
import traceback
from importlib import metadata

HERE = os.path.dirname(os.path.abspath(__file__))
OUTPUT = os.environ.get("STEPWISE_OUTPUT", os.path.join(HERE, "output"))
RANK = int(os.environ.get("RANK", "0"))


def read(name: str):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return json.load(file)


def check_packages(expected: dict) -> None:
    """TRL's keys and losses change between releases: another one would train something else, or refuse a key in the middle."""
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
        os._exit(3)

    threading.Thread(target=watch, daemon=True).start()


def load_rows() -> list:
    with open(os.path.join(HERE, "data.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def last_checkpoint(config: dict):
    """Folder, step and own state of the checkpoint to go on from; None for a fresh start."""
    path = os.path.join(OUTPUT, "resume.json")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    folder = os.path.join(OUTPUT, "checkpoints", record["checkpoint"])
    with open(os.path.join(folder, "stepwise.json"), encoding="utf-8") as file:
        return {"folder": folder, "step": record["step"], "state": json.load(file)}


def main() -> None:
    config = read("config.json")
    check_packages(config["packages"])
    os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
    import torch
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import GRPOConfig, SFTConfig

    import training
    from groups import Order
    from records import Records
    from rewards import RewardWorker
    from sampler import Sampler, advantage

    training.no_fallback_kernels()
    records = Records(OUTPUT, writes=RANK == 0)
    resumed = last_checkpoint(config)
    step = resumed["step"] if resumed else 0
    records.cut(step)
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    records.event("began", step=step, processes=processes, python=platform.python_version())

    model_path = config["model"]["path"]
    where = os.path.join(HERE, model_path) if config["model"]["revision"] is None else model_path
    chosen = {"revision": config["model"]["revision"]} if config["model"]["revision"] else {}
    tokenizer = AutoTokenizer.from_pretrained(where, **chosen)
    model = AutoModelForCausalLM.from_pretrained(where, dtype=torch.float32, **chosen)
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.convert_ids_to_tokens(config["padTokenId"])
    on_cpu = not torch.cuda.is_available()
    arguments = {**config["arguments"], "output_dir": os.path.join(OUTPUT, "checkpoints"), "use_cpu": on_cpu}
    rows, order = load_rows(), read("order.json")
    keeper = training.Keeper(config, records, OUTPUT, step)
    state = resumed["state"] if resumed else None
    worker = None
    if config["trainer"] == "sft":
        data = [
            {"input_ids": row["promptIds"] + row["completionIds"], "labels": [-100] * len(row["promptIds"]) + row["completionIds"]}
            for row in rows
        ]
        trainer = training.Imitation(
            model=model,
            args=SFTConfig(**arguments),
            train_dataset=Dataset.from_list(data).select(order),
            processing_class=tokenizer,
            callbacks=[keeper],
        )
        sampler = None
    else:
        worker = RewardWorker(HERE, config["reward"])
        sampler = Sampler(config, Order(rows, order), worker, records, state)
        batches = config["updates"] // config["updatesPerBatch"]
        first = [{"prompt": rows[index]["prompt"]} for index in order[: batches * config["sampling"]["groups"]]]
        trainer = training.Practice(
            model=model,
            reward_funcs=advantage,
            args=GRPOConfig(**arguments),
            train_dataset=Dataset.from_list(first),
            processing_class=tokenizer,
            rollout_func=sampler,
            callbacks=[keeper],
        )
    trainer.prepare_telling(config, records, sampler, state["trainedTokens"] if state else 0)
    keeper.trainer, keeper.sampler = trainer, sampler
    try:
        trainer.train(resume_from_checkpoint=resumed["folder"] if resumed else None)
        if sampler is not None and not keeper.stopping:
            sampler.account.finish()
    finally:
        if worker is not None:
            worker.close()
    if keeper.stopping:
        records.event("stopped", step=trainer.state.global_step)
    else:
        trainer.save_model(os.path.join(OUTPUT, "final"))
        trainer.accelerator.wait_for_everyone()
        records.event("finished", step=trainer.state.global_step)
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


if __name__ == "__main__":
    os.makedirs(OUTPUT, exist_ok=True)
    if os.environ.get("STEPWISE_TIED") == "1":
        end_with_stdin()
    try:
        main()
    except BaseException as error:
        if not (isinstance(error, SystemExit) and error.code in (0, None)):
            text = str(error) or type(error).__name__
            with open(os.path.join(OUTPUT, f"error-{RANK}.json"), "w", encoding="utf-8") as file:
                json.dump({"time": time.time(), "rank": RANK, "type": type(error).__name__, "message": text,
                           "traceback": traceback.format_exc()}, file)
        raise
    # Everything is written. Threads of PyTorch that outlive the interpreter now and then abort a process that ends by itself.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
