"""Makes configs.<version>.json: what `transformers` itself writes as config.json for the models that Stepwise opens.

Run once with each version: python make_configs.py (needs transformers; made with 4.57.3 and 5.23.0).
"""
import json
import pathlib

import transformers
from transformers import LlamaConfig, Qwen2Config

SIZES = dict(
    vocab_size=40, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64,
)
major = transformers.__version__.split(".")[0]
theta = {"rope_theta": 5000.0} if major == "4" else {"rope_parameters": {"rope_type": "default", "rope_theta": 5000.0}}
configs = {
    "qwen2": Qwen2Config(**SIZES, **theta, eos_token_id=[1, 2], pad_token_id=0, tie_word_embeddings=True),
    "llama": LlamaConfig(**SIZES, **theta, rms_norm_eps=1e-5, architectures=["LlamaForCausalLM"]),
    "defaults": Qwen2Config(architectures=["Qwen2ForCausalLM"]),
}
out = pathlib.Path(__file__).parent / f"configs.{major}.json"
out.write_text(json.dumps({name: json.loads(config.to_json_string()) for name, config in configs.items()}, indent=1) + "\n")
