"""SFT on verl's trainer: the demonstrations in the order of `order.json`, rows of metrics, validation, checkpoints, stopping."""

import json
import os
import platform
import shutil
import time

import torch
from tensordict.tensorclass import NonTensorData
from torch.utils.data import Dataset
from verl.trainer.sft_trainer import SFTTrainer
from verl.utils import tensordict_utils as tu
from verl.utils.dataset.dataset_utils import SFTTensorCollator

from job import OUTPUT, number, read, read_rows
from policies import CHECKPOINTS, SNAPSHOTS, publish, save_policy
from records import Records, write_whole


class Demonstrations(Dataset):
    """Rows of a file in their order there; the loss is on completions alone."""

    def __init__(self, parquet_files, tokenizer=None, config=None, processor=None, max_samples=-1):
        self.rows = read_rows(os.path.basename(parquet_files if isinstance(parquet_files, str) else parquet_files[0]))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict:
        row = self.rows[index]
        ids = row["promptIds"] + row["completionIds"]
        return {
            "input_ids": torch.tensor(ids),
            "position_ids": torch.arange(len(ids)),
            "loss_mask": torch.tensor([0] * len(row["promptIds"]) + [1] * len(row["completionIds"])),
        }


class Imitation(SFTTrainer):
    """One job. Steps are updates made before."""

    def _build_dataloader(self):
        """Batches are taken by `order.json`, so that there is nothing to shuffle and no state of a loader to save."""
        self.job = read("config.json")
        self.order = read("order.json")
        self.dp_rank, self.dp_size = self.engine.get_data_parallel_rank(), self.engine.get_data_parallel_size()
        self.global_batch_size = self.config.data.train_batch_size
        self.collate = SFTTensorCollator(self.config.data.pad_mode)
        self.train_dataloader = range(self.job["updates"])

    def _build_ckpt_handler(self):
        """Goes on after the last checkpoint; in place of verl's own, whose loader has a state."""
        trainer = self

        class Handler:
            def load_checkpoint(self) -> int:
                record = os.path.join(OUTPUT, "resume.json")
                if not os.path.exists(record):
                    return 0
                with open(record, encoding="utf-8") as file:
                    saved = json.load(file)
                trainer.engine.load_checkpoint(os.path.join(CHECKPOINTS, saved["checkpoint"]))
                return saved["step"]

        self.ckpt_handler = Handler()

    def fit(self):
        job, updates = self.job, self.job["updates"]
        self.records = Records(OUTPUT, writes=self.rank == 0)
        step = self.resume_global_step
        state = {"trainedTokens": 0, "best": None}
        if step > 0:
            with open(os.path.join(CHECKPOINTS, f"global_step_{step}", "stepwise.json"), encoding="utf-8") as file:
                state = json.load(file)
        self.records.cut(step)
        self.records.event("began", step=step, processes=self.dp_size, python=platform.python_version())
        every = job["validateEvery"]
        saved_at = since = time.monotonic()
        while step < updates:
            found = self._validate(step, state) if every is not None and step % every == 0 else {}
            places = self.order[step * self.global_batch_size : (step + 1) * self.global_batch_size]
            # The rate that the update is made with; verl tells the next one's.
            rate = self.engine.optimizer.param_groups[0]["lr"]
            made, tokens = self._train(places)
            state["trainedTokens"] += tokens
            now = time.monotonic()
            row = {
                "step": step,
                "loss": number(made["loss"]),
                "gradNorm": number(made["grad_norm"]),
                "learningRate": number(rate),
                "trainedTokens": state["trainedTokens"],
                **found,
            }
            self.records.write("metrics.jsonl", [row])
            self.records.write("timings.jsonl", [{"step": step, "ms": round(1000 * (now - since))}])
            since = now
            step += 1
            self.records.event("updated", step=step)
            stop = self._first_says(os.path.exists(os.path.join(OUTPUT, "stop")))
            due = self._first_says(time.monotonic() - saved_at >= job["saveEverySeconds"])
            if step < updates and (stop or due):
                self._save(step, state)
                saved_at = time.monotonic()
                if stop:
                    self.records.event("stopped", step=step)
                    return
        if every is not None:
            self.records.write("metrics.jsonl", [{"step": step, **self._validate(step, state)}])
        self._save_policy(os.path.join(OUTPUT, "final"))
        self.records.event("finished", step=step)

    def _first_says(self, value):
        """The first rank's value, on every rank."""
        shared = [value]
        torch.distributed.broadcast_object_list(shared, src=0)
        return shared[0]

    def _batch(self, dataset, places: list, more: dict):
        """This rank's share of some rows, and how many tokens all of them have."""
        own = self.collate([dataset[place] for place in places[self.dp_rank :: self.dp_size]])
        lengths = [len(dataset[place]["input_ids"]) for place in places]
        data = tu.get_tensordict(
            tensor_dict=own,
            non_tensor_dict={
                "use_remove_padding": self.config.model.use_remove_padding,
                "use_dynamic_bsz": self.config.data.use_dynamic_bsz,
                "max_token_len_per_gpu": self.config.data.max_token_len_per_gpu,
                "micro_batch_size_per_gpu": self.config.data.micro_batch_size_per_gpu,
                "temperature": 1.0,
                "global_batch_size": len(places),
                "pad_mode": self.config.data.pad_mode,
                "pad_token_id": self.model_config.tokenizer.pad_token_id,
                **more,
            },
        )
        tu.assign_non_tensor(data, global_token_num=NonTensorData(lengths))
        return data, sum(lengths)

    def _train(self, places: list) -> tuple:
        data, tokens = self._batch(self.train_dataset, places, {"update_lr_scheduler": True})
        return tu.get(self.training_client.train_batch(data=data), "metrics"), tokens

    def _validate(self, step: int, state: dict) -> dict:
        """Mean loss over the tokens of the held-out demonstrations; writes the policy where it is the best so far."""
        self.records.event("alive", phase="validation")
        # Every rank must bring a row to each batch; a row more than once is weighed by what it adds.
        losses, counted = 0.0, 0
        size = self.global_batch_size
        for first in range(0, len(self.val_dataset), size):
            places = list(range(first, min(first + size, len(self.val_dataset))))
            for share in self._even(places):
                data, _ = self._batch(self.val_dataset, share, {})
                tokens = sum(int(self.val_dataset[place]["loss_mask"].sum()) for place in share)
                losses += float(tu.get(self.training_client.infer_batch(data), "metrics")["loss"]) * tokens
                counted += tokens
        found = {"validationLoss": losses / counted}
        best = state["best"]
        if step > 0 and (best is None or found["validationLoss"] <= best["validationLoss"]):
            self._save_policy(os.path.join(SNAPSHOTS, f"step-{step}"))
            state["best"] = {"step": step, **found}
            if self.rank == 0:
                write_whole(os.path.join(OUTPUT, "best.json"), state["best"])
                if best is not None:
                    shutil.rmtree(os.path.join(SNAPSHOTS, f"step-{best['step']}"), ignore_errors=True)
            self.records.event("snapshot", step=step)
        return found

    def _even(self, places: list):
        """Parts that the ranks share evenly. Those of a rest are repeated on every rank, so that their mean is their own."""
        even = len(places) - len(places) % self.dp_size
        if even:
            yield places[:even]
        for place in places[even:]:
            yield [place] * self.dp_size

    def _save(self, step: int, state: dict) -> None:
        name = f"global_step_{step}"
        self.engine.save_checkpoint(os.path.join(CHECKPOINTS, name))
        torch.distributed.barrier()
        if self.rank == 0:
            write_whole(os.path.join(CHECKPOINTS, name, "stepwise.json"), state)
            write_whole(os.path.join(OUTPUT, "resume.json"), {"step": step, "checkpoint": name})
            for other in os.listdir(CHECKPOINTS):
                if other != name:
                    shutil.rmtree(os.path.join(CHECKPOINTS, other))
        self.records.event("saved", step=step)

    def _save_policy(self, path: str) -> None:
        save_policy(self.engine, path + ".tmp")
        torch.distributed.barrier()
        if self.rank == 0:
            publish(path + ".tmp", path)
