"""Writes trl_config_fields.json: the keyword arguments that TRL's configurations take, by the version that is installed."""

import dataclasses
import json
from importlib import metadata
from pathlib import Path

from trl import GRPOConfig, SFTConfig

fields = {
    "trl": metadata.version("trl"),
    "transformers": metadata.version("transformers"),
    "GRPOConfig": sorted(field.name for field in dataclasses.fields(GRPOConfig) if field.init),
    "SFTConfig": sorted(field.name for field in dataclasses.fields(SFTConfig) if field.init),
}
Path(__file__).with_name("trl_config_fields.json").write_text(json.dumps(fields, indent=1) + "\n")
