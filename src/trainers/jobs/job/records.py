"""What a job tells while it runs: JSON lines in `output/`, written by the first process alone."""

import json
import os
import time

ALIVE_SECONDS = 5


class Records:
    """Files that are appended to; rows of steps that are made again are removed first."""

    def __init__(self, folder: str, writes: bool):
        self.folder = folder
        self.writes = writes
        self.files = {}
        self.said = 0.0

    def cut(self, step: int) -> None:
        """Removes the rows of `step` and later ones: a job that goes on from there writes them again."""
        if not self.writes:
            return
        for name in ("metrics.jsonl", "rollouts.jsonl", "timings.jsonl"):
            path = os.path.join(self.folder, name)
            if not os.path.exists(path):
                continue
            with open(path, encoding="utf-8") as file:
                # A line that a killed process left unfinished has no line feed.
                kept = [line for line in file if line.endswith("\n") and json.loads(line)["step"] < step]
            with open(path + ".tmp", "w", encoding="utf-8") as file:
                file.writelines(kept)
            os.replace(path + ".tmp", path)

    def write(self, name: str, rows: list) -> None:
        """Appends rows and hands them to the system at once."""
        if not self.writes:
            return
        if name not in self.files:
            self.files[name] = open(os.path.join(self.folder, name), "a", encoding="utf-8")
        file = self.files[name]
        file.write("".join(json.dumps(row, allow_nan=False) + "\n" for row in rows))
        file.flush()

    def event(self, kind: str, **fields) -> None:
        """Tells what happens now."""
        self.said = time.monotonic()
        self.write("events.jsonl", [{"type": kind, "time": time.time(), **fields}])

    def alive(self, phase: str) -> None:
        """Says that work goes on, every few seconds at most."""
        if time.monotonic() - self.said >= ALIVE_SECONDS:
            self.event("alive", phase=phase)


def write_whole(path: str, value) -> None:
    """A JSON file that is there whole or not at all."""
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".tmp", path)
