"""What every process of the job knows: its folder, its configuration, where it writes."""

import hashlib
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
OUTPUT = os.environ.get("STEPWISE_OUTPUT", os.path.join(HERE, "output"))
# What the last prompt that could not be continued failed of.
FAULT = os.path.join(OUTPUT, "rollout-error.json")


def read(name: str):
    """A JSON file of the job."""
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return json.load(file)


def read_rows(name: str) -> list:
    """A file of JSON lines of the job."""
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def model_path(model: dict) -> str:
    """Where the policy is: a folder of the job or of this machine, or a model of the Hub, fetched at its commit."""
    if model["revision"] is None:
        return os.path.join(HERE, model["path"])
    from huggingface_hub import snapshot_download

    return snapshot_download(model["path"], revision=model["revision"])


def stream(*labels) -> int:
    """A seed that the labels name, of 31 bits: what vLLM takes."""
    return int.from_bytes(hashlib.sha256(repr(labels).encode()).digest()[:4], "big") >> 1


def number(value):
    """A float; None where there is none or it is no number."""
    if value is None:
        return None
    value = float(value)
    return value if value - value == 0 else None
