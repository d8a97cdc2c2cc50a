"""Policies in Hugging Face layout, written by verl's engines."""

import json
import os
import shutil

from job import OUTPUT
from records import write_whole

SNAPSHOTS = os.path.join(OUTPUT, "snapshots")
CHECKPOINTS = os.path.join(OUTPUT, "checkpoints")


def save_policy(engine, path: str) -> None:
    """Writes an engine's policy into `path/huggingface`, gathered from all ranks; to be called on every rank."""
    manager = engine.checkpoint_manager
    contents = manager.checkpoint_save_contents
    manager.checkpoint_save_contents = ["hf_model"]
    try:
        engine.save_checkpoint(path)
    finally:
        manager.checkpoint_save_contents = contents


def publish(made: str, path: str) -> None:
    """Puts a policy that `save_policy` wrote in its place: it is there whole or not at all."""
    settings = os.path.join(made, "huggingface", "config.json")
    with open(settings, encoding="utf-8") as file:
        config = json.load(file)
    # verl notes in the policy how its attention was computed, which other readers do not know.
    config.pop("attn_implementation", None)
    write_whole(settings, config)
    shutil.rmtree(path, ignore_errors=True)
    os.rename(os.path.join(made, "huggingface"), path)
    shutil.rmtree(made)
