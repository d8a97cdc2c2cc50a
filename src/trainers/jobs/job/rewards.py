"""Scores rollouts with Stepwise's own rewards: a Deno process beside the trainer, JSON lines over its stdin and stdout.

Nothing here computes a score. The process is restarted when it dies or answers too late, and a batch is then sent once more; a batch
that fails twice fails its rollouts, which is never the same as a score of zero.
"""

import json
import os
import queue
import shutil
import subprocess
import threading

STARTUP_SECONDS = 120


class WorkerFailure(Exception):
    """The process ended, or did not answer in time."""


def deno_program() -> str:
    """The Deno to run: $STEPWISE_DENO, or `deno` on the PATH; `pip install -r requirements.txt` puts one there."""
    program = os.environ.get("STEPWISE_DENO") or shutil.which("deno")
    if program is None:
        raise SystemExit("deno: not found on the PATH; install it with: pip install -r requirements.txt")
    return program


class RewardWorker:
    """One worker process and its successors."""

    def __init__(self, folder: str, config: dict):
        self.folder = os.path.join(folder, config["folder"])
        self.command = [deno_program(), "run", "-A", "--quiet", config["script"], config["config"]]
        self.seconds = config["batchSeconds"]
        self.sequence = 0
        self.restarts = 0
        self.process = None
        self.lines = None

    def score(self, items: list) -> list:
        """A judgement for each item, in order; see `LineJudgement` in the worker's source for the keys."""
        if not items:
            return []
        failure = None
        for _ in range(2):
            try:
                return self._ask(items)
            except WorkerFailure as error:
                failure = str(error)
                self.restarts += 1
                self.close()
        failed = {"reward": None, "rewardError": f"error: reward worker: {failure}", "parts": {}}
        return [{**failed, "think": None, "action": None, "formatError": None} for _ in items]

    def close(self) -> None:
        """Ends the process, whatever it does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
        self.process = self.lines = None

    def _start(self) -> None:
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.lines = queue.SimpleQueue()
        threading.Thread(target=_read, args=(self.process.stdout, self.lines), daemon=True).start()
        answer = self._answer(STARTUP_SECONDS)
        if "error" in answer:
            raise SystemExit(f"reward.json: {answer['error']}")

    def _answer(self, seconds: float) -> dict:
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            raise WorkerFailure(f"no answer after {seconds} s") from None
        if line is None:
            raise WorkerFailure(f"ended with code {self.process.wait()}")
        return json.loads(line)

    def _ask(self, items: list) -> list:
        if self.process is None:
            self._start()
        self.sequence += 1
        try:
            self.process.stdin.write(json.dumps({"id": self.sequence, "items": items}) + "\n")
            self.process.stdin.flush()
        except OSError as error:
            raise WorkerFailure(f"its pipe is closed ({error})") from None
        answer = self._answer(self.seconds)
        if answer.get("id") != self.sequence or len(answer.get("judged", [])) != len(items):
            raise WorkerFailure(f"its answer does not fit the question: {str(answer)[:200]}")
        return answer["judged"]


def _read(stream, lines) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)
