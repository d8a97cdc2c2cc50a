"""GRPO on verl's synchronous trainer: batches of the group buffer, rows of metrics, validation, checkpoints, stopping."""

import json
import os
import platform
import shutil
import time

import ray
import transfer_queue as tq
from verl.single_controller.base.decorator import Dispatch, register
from verl.trainer.ppo.v1.trainer_sync import PPOTrainerSync
from verl.utils import tensordict_utils as tu
from verl.workers.engine_workers import ActorRolloutRefWorker

import advantage
from account import Account
from job import OUTPUT, number, read
from policies import CHECKPOINTS, SNAPSHOTS, publish, save_policy
from records import Records, write_whole


class SavingWorker(ActorRolloutRefWorker):
    """verl's worker, which can also write the policy alone."""

    @register(dispatch_mode=Dispatch.ONE_TO_ALL)
    def save_policy(self, path: str) -> None:
        """Writes the policy in Hugging Face layout into `path/huggingface`, gathered from all ranks."""
        save_policy(self.actor.engine, path)


class Practice(PPOTrainerSync):
    """One job. `global_steps` counts batches from 1; Stepwise's steps are the updates made before."""

    def __init__(self, config):
        self.job = read("config.json")
        self.per_batch = self.job["updatesPerBatch"]
        advantage.register(self.job["sampling"]["advantageEpsilon"])
        super().__init__(config)
        self.records = Records(OUTPUT, writes=True)
        self.account = None
        self.row = {}
        # What validation found, by the updates made before it.
        self.validated = {}
        self.trained_tokens = 0
        # The rate of the next batch's updates: verl tells each time which comes next.
        self.rate = None
        self.best = None
        self.stopping = False
        self.saved_at = self.since = time.monotonic()
        self.replay_buffer.told = self._tell
        self.replay_buffer.take = self._take

    def _tell(self, kind: str, **fields) -> None:
        self.records.event(kind, step=max(0, self.global_steps - 1) * self.per_batch, **fields)

    # What verl's trainer asks for, in its order.

    def _init_resource_pool_mgr(self):
        super()._init_resource_pool_mgr()
        for role, worker in self.role_worker_mapping.items():
            if worker.__ray_metadata__.modified_class.__name__.endswith("ActorRolloutRefWorker"):
                self.role_worker_mapping[role] = ray.remote(SavingWorker)

    def _load_checkpoint(self):
        super()._load_checkpoint()
        state = {}
        if self.global_steps > 0:
            with open(os.path.join(CHECKPOINTS, f"global_step_{self.global_steps}", "stepwise.json"), encoding="utf-8") as file:
                state = json.load(file)
        step = self.global_steps * self.per_batch
        self.records.cut(step)
        self.account = Account(self.job["maxRewardFailures"], self.records, state or None)
        self.trained_tokens = state.get("trainedTokens", 0)
        self.best = state.get("best")
        optim = self.config.actor_rollout_ref.actor.optim
        self.rate = state.get("rate", optim.lr if optim.lr_warmup_steps <= 0 else 0.0)
        self.records.event(
            "began", step=step, processes=self._get_n_gpus_for_throughput(), python=platform.python_version()
        )

    def fit(self, agent_loop_manager):
        super().fit(agent_loop_manager)
        step = self.global_steps - 1
        if self.stopping:
            self.records.event("stopped", step=step * self.per_batch)
            return
        self.account.finish()
        if self.job["validateEvery"] is not None:
            self.records.write("metrics.jsonl", [{"step": step * self.per_batch, **self.validated[step]}])
        self._save_policy(os.path.join(OUTPUT, "final"))
        self.records.event("finished", step=step * self.per_batch)

    def prepare_step(self) -> dict:
        self._tell("sampling", prompts=self.config.data.train_batch_size)
        return super().prepare_step()

    def _take(self, global_steps: int, kept: list, dropped: list, refills: int) -> None:
        self.row = self.account.add((global_steps - 1) * self.per_batch, kept, dropped, refills)

    def _get_required_batch_multiple(self, dp_size: int) -> int:
        # A batch is one mini-batch, however many of its groups were kept.
        return dp_size

    def _compute_old_log_prob(self, batch, metrics: dict):
        self._tell("alive", phase="log-probabilities")
        batch = super()._compute_old_log_prob(batch, metrics)
        data = tq.kv_batch_get(
            keys=batch.keys, partition_id=batch.partition_id, select_fields=["entropy", "response_mask", "prompts", "responses"]
        )
        mask = data["response_mask"].values().float()
        written = mask.sum()
        self.row["entropy"] = float((data["entropy"].values() * mask).sum() / written) if written > 0 else None
        self.tokens = int(data["prompts"].offsets()[-1] + data["responses"].offsets()[-1])
        return batch

    def _compute_ref_log_prob(self, batch, metrics: dict):
        batch = super()._compute_ref_log_prob(batch, metrics)
        data = tq.kv_batch_get(
            keys=batch.keys,
            partition_id=batch.partition_id,
            select_fields=["old_log_probs", "ref_log_prob", "response_mask"],
        )
        mask = data["response_mask"].values().float()
        log = data["ref_log_prob"].values() - data["old_log_probs"].values()
        written = mask.sum()
        # verl's own is averaged as the loss is; this is a token's, as with the other engines.
        self.row["kl"] = float(((log.exp() - log - 1) * mask).sum() / written) if written > 0 else None
        return batch

    def _update_actor(self, batch, metrics: dict):
        actor = self.config.actor_rollout_ref.actor
        if self.replay_buffer.empty:
            # Nothing is to be trained on: not even momentum moves the weights.
            self.row.update(loss=None, gradNorm=None, learningRate=None, entropy=None)
            if actor.use_kl_loss:
                self.row["kl"] = None
            return batch
        self._tell("alive", phase="update")
        rows = len(batch)
        batch.extra_info.update(
            calculate_entropy=False,
            distillation_use_topk=False,
            distillation_only=False,
            # Rows that only fill up the ranks do not count.
            global_batch_size=sum(not tag.get("is_padding", False) for tag in batch.tags),
            mini_batch_size=rows,
            epochs=self.per_batch,
            seed=actor.data_loader_seed,
            dataloader_kwargs={"shuffle": False},
            temperature=self.config.actor_rollout_ref.rollout.temperature,
        )
        made = tu.get(self.actor_rollout_wg.update_actor(batch), "metrics")
        self.trained_tokens += self.tokens * self.per_batch
        self.row.update(
            # Of the last update, as everywhere.
            loss=_last(made["loss"]),
            gradNorm=_last(made["grad_norm"]),
            learningRate=self.rate,
        )
        self.rate = _last(made["lr"])
        return batch

    def on_step_end(self):
        stop = os.path.exists(os.path.join(OUTPUT, "stop"))
        last = self.global_steps >= self.total_training_steps
        if not last and (stop or time.monotonic() - self.saved_at >= self.job["saveEverySeconds"]):
            self._tell("alive", phase="saving")
            self._write_row()
            self._save_checkpoint()
            if stop:
                self.stopping = True
                self.total_training_steps = self.global_steps
        super().on_step_end()

    def _save_checkpoint(self):
        super()._save_checkpoint()
        name = f"global_step_{self.global_steps}"
        state = {**self.account.state, "trainedTokens": self.trained_tokens, "rate": self.rate, "best": self.best}
        write_whole(os.path.join(CHECKPOINTS, name, "stepwise.json"), state)
        step = self.global_steps * self.per_batch
        write_whole(os.path.join(OUTPUT, "resume.json"), {"step": step, "checkpoint": name})
        for other in os.listdir(CHECKPOINTS):
            if other.startswith("global_step_") and other != name:
                shutil.rmtree(os.path.join(CHECKPOINTS, other))
        self.saved_at = time.monotonic()
        self.records.event("saved", step=step)

    def _validate(self) -> dict:
        every, done = self.job["validateEvery"], self.global_steps * self.per_batch
        last = self.global_steps >= self.total_training_steps
        if self.stopping or not (done % every < self.per_batch or last):
            return {"skipped": 1.0}
        self.records.event("alive", phase="validation")
        return super()._validate()

    def _val_metrics_update(self, data_sources, sample_uids, reward_extra_infos_dict, sample_turns, **_) -> dict:
        judged = [json.loads(text) for text in reward_extra_infos_dict["judgement"]]
        unverified = sum(judgement["reward"] is None for judgement in judged)
        found = {"validation": sum(judgement["reward"] == 1 for judgement in judged) / len(judged)}
        if unverified:
            found["validationUnverified"] = unverified
        self.validated[self.global_steps] = found
        # The policy that the stage starts from is measured, but is no result of it; of equal ones the later is kept.
        if self.global_steps > 0 and (self.best is None or found["validation"] >= self.best["validation"]):
            step = self.global_steps * self.per_batch
            self._save_policy(os.path.join(SNAPSHOTS, f"step-{step}"))
            before, self.best = self.best, {"step": step, "validation": found["validation"]}
            write_whole(os.path.join(OUTPUT, "best.json"), self.best)
            if before is not None:
                shutil.rmtree(os.path.join(SNAPSHOTS, f"step-{before['step']}"), ignore_errors=True)
            self.records.event("snapshot", step=step)
        return found

    def _save_policy(self, path: str) -> None:
        self.actor_rollout_wg.save_policy(path + ".tmp")
        publish(path + ".tmp", path)

    def _compute_metrics(self, batch, metrics, timing_raw, global_steps, epoch):
        super()._compute_metrics(batch, metrics, timing_raw, global_steps, epoch)
        self._write_row()

    def _write_row(self) -> None:
        """Writes the row of the batch, once."""
        if not self.row:
            return
        row, self.row = self.row, {}
        row["sampledTokens"] = self.account.sampled_tokens
        row["trainedTokens"] = self.trained_tokens
        row.update(self.validated.pop(row["step"] // self.per_batch, {}))
        now = time.monotonic()
        self.records.write("metrics.jsonl", [row])
        self.records.write("timings.jsonl", [{"step": row["step"], "ms": round(1000 * (now - self.since))}])
        self.since = now
        self.records.event("updated", step=row["step"] + self.per_batch)


def _last(values):
    """The number of a batch's last update."""
    last = values[-1] if isinstance(values, (list, tuple)) else values
    return number(last.aggregate() if hasattr(last, "aggregate") else last)
