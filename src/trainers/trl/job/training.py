"""What both trainers do beside training: rows of metrics, snapshots to validate, checkpoints to go on from, stopping."""

import os
import shutil
import time

import torch
from accelerate.utils import broadcast_object_list, gather_object
from torch.utils.data import SequentialSampler
from transformers import TrainerCallback
from trl import GRPOTrainer, SFTTrainer

from records import write_whole


def first_says(accelerator, value):
    """The first process's value, on every process."""
    shared = [value]
    broadcast_object_list(shared)
    return shared[0]


class Keeper(TrainerCallback):
    """Snapshots, checkpoints and stopping, between two updates."""

    def __init__(self, config: dict, records, output: str, resumed: int):
        self.config = config
        self.records = records
        self.output = output
        self.trainer = None
        self.sampler = None
        self.saved_at = time.monotonic()
        self.last = resumed
        self.stopping = False

    def on_pre_optimizer_step(self, args, state, control, **_):
        self.trainer.rate = self.trainer.optimizer.param_groups[0]["lr"]
        if self.sampler is not None and self.sampler.empty:
            # Nothing was trained on. Without gradients AdamW leaves weights and moments as they are.
            for parameter in self.trainer.model.parameters():
                parameter.grad = None

    def on_substep_end(self, args, state, control, **_):
        self.records.alive("update")

    def on_step_end(self, args, state, control, **_):
        step, updates, per_batch = state.global_step, self.config["updates"], self.config["updatesPerBatch"]
        every = self.config["validateEvery"]
        if every is not None and step % per_batch == 0 and (step % every < per_batch or step == updates):
            self._snapshot(step)
        if step == updates or step % per_batch > 0:
            return control
        due = time.monotonic() - self.saved_at >= self.config["saveEverySeconds"]
        stop = os.path.exists(os.path.join(self.output, "stop"))
        due, stop = first_says(self.trainer.accelerator, [due, stop])
        control.should_save = due or stop
        self.stopping = control.should_training_stop = stop
        return control

    def _snapshot(self, step: int) -> None:
        path = os.path.join(self.output, "snapshots", f"step-{step}")
        self.trainer.save_model(path + ".tmp")
        self.trainer.accelerator.wait_for_everyone()
        if self.records.writes:
            shutil.rmtree(path, ignore_errors=True)
            os.rename(path + ".tmp", path)
        self.records.event("snapshot", step=step)

    def on_save(self, args, state, control, **_):
        self.trainer.accelerator.wait_for_everyone()
        self.saved_at = time.monotonic()
        if not self.records.writes:
            return
        name = f"checkpoint-{state.global_step}"
        folder = os.path.join(args.output_dir, name)
        own = {"trainedTokens": self.trainer.trained_tokens, **(self.sampler.state if self.sampler else {})}
        write_whole(os.path.join(folder, "stepwise.json"), own)
        write_whole(os.path.join(self.output, "resume.json"), {"step": state.global_step, "checkpoint": name})
        for other in os.listdir(args.output_dir):
            if other.startswith("checkpoint-") and other != name:
                shutil.rmtree(os.path.join(args.output_dir, other))
        self.records.event("saved", step=state.global_step)


class Telling:
    """Mixed into a trainer: counts the tokens that it trains on, and writes a row of metrics for each batch."""

    def prepare_telling(self, config: dict, records, sampler, trained_tokens: int) -> None:
        self.config = config
        self.records = records
        self.sampler = sampler
        self.trained_tokens = trained_tokens
        self.own_tokens = 0
        self.rate = 0.0
        self.first_rate = None
        self.since = time.monotonic()

    def log(self, logs: dict, start_time=None) -> None:
        super().log(logs, start_time)
        if "loss" not in logs:
            return
        self.trained_tokens += sum(gather_object([self.own_tokens]))
        self.own_tokens = 0
        self.first_rate = self.rate if self.first_rate is None else self.first_rate
        per_batch = self.config["updatesPerBatch"]
        if self.state.global_step % per_batch > 0:
            return
        rate, self.first_rate = self.first_rate, None
        trained = self.sampler is None or not self.sampler.empty
        row = {
            **({"step": self.state.global_step - per_batch} if self.sampler is None else self.sampler.row),
            "loss": number(logs["loss"]) if trained else None,
            "gradNorm": number(logs.get("grad_norm")) if trained else None,
            "learningRate": rate,
        }
        if self.sampler is not None:
            row["entropy"] = number(logs.get("entropy")) if trained else None
            if self.config["arguments"]["beta"] > 0:
                row["kl"] = number(logs.get("kl")) if trained else None
            row["sampledTokens"] = self.sampler.account.sampled_tokens
        row["trainedTokens"] = self.trained_tokens
        now = time.monotonic()
        self.records.write("metrics.jsonl", [row])
        self.records.write("timings.jsonl", [{"step": row["step"], "ms": round(1000 * (now - self.since))}])
        self.since = now
        self.records.event("updated", step=self.state.global_step)


def number(value):
    """A float; None where there is none or it is no number."""
    if value is None:
        return None
    value = float(value)
    return value if value - value == 0 else None


class Imitation(Telling, SFTTrainer):
    """SFT on the rows in the order of `order.json`."""

    def _get_train_sampler(self, dataset=None):
        return SequentialSampler(self.train_dataset if dataset is None else dataset)

    def compute_loss(self, model, inputs, *rest, **named):
        self.own_tokens += inputs["input_ids"].numel()
        return super().compute_loss(model, inputs, *rest, **named)


class Practice(Telling, GRPOTrainer):
    """GRPO on batches that the sampler makes."""

    def _compute_loss(self, model, inputs):
        self.own_tokens += inputs["prompt_ids"].numel() + inputs["completion_ids"].numel()
        loss = super()._compute_loss(model, inputs) * self.sampler.scale
        self.records.alive("update")
        return loss


def no_fallback_kernels() -> None:
    """Float32 products as float32: the embedded engine's are, and so should the same stage's be here."""
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
