"""Stands in for a trainer: reads the job's folder, makes its updates, and leaves events, a checkpoint to go on from and a policy.

`config.json` says how many `updates`, the `seconds` of each, and at which one something happens: `exit` (the code), `kill` (itself), `hang`.
"""

import json
import os
import signal
import sys
import time

OUTPUT = os.environ["STEPWISE_OUTPUT"]


def event(kind, **fields):
    with open(f"{OUTPUT}/events.jsonl", "a") as file:
        file.write(json.dumps({"type": kind, "time": time.time(), **fields}) + "\n")


def write(name, value):
    path = f"{OUTPUT}/{name}"
    with open(path + ".tmp", "w") as file:
        json.dump(value, file)
    os.replace(path + ".tmp", path)


config = json.load(open("config.json"))
rows = [json.loads(line)["x"] for line in open("data.jsonl")]
state = {"step": 0, "sum": 0}
if os.path.exists(f"{OUTPUT}/resume.json"):
    state = json.load(open(f"{OUTPUT}/resume.json"))
event("began", step=state["step"], python=sys.version.split()[0])
print("began at", state["step"], "beside", sorted(os.listdir(".")), flush=True)
while state["step"] < config["updates"]:
    time.sleep(config["seconds"])
    state = {"step": state["step"] + 1, "sum": state["sum"] + rows[state["step"] % len(rows)]}
    event("updated", step=state["step"])
    write("resume.json", state)
    event("saved", step=state["step"])
    if state["step"] == config.get("at"):
        print("now it happens", flush=True)
        if "exit" in config:
            sys.exit(config["exit"])
        os.kill(os.getpid(), signal.SIGKILL) if config.get("kill") else time.sleep(600)
    if os.path.exists(f"{OUTPUT}/stop"):
        event("stopped", step=state["step"])
        sys.exit(0)
write("final.json", {"sum": state["sum"], "told": os.environ.get("TOLD"), "threads": os.environ.get("OMP_NUM_THREADS")})
event("finished", step=state["step"])
