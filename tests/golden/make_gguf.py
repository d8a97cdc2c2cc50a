"""Writes tests/golden/tiny.gguf.gz: a random tiny Llama with a byte-level tokenizer, which llama.cpp serves at once.

Needs the packages gguf 0.19.0 and numpy. Equal bytes on every run.
"""
import gzip
import tempfile
from pathlib import Path

import numpy as np
import gguf

WIDTH, HEADS, LAYERS, HIDDEN, CONTEXT = 32, 2, 2, 64, 1024

# GPT-2's characters for newline, space and printable ASCII: whatever is drawn, the text is valid UTF-8.
CHARACTERS = ["\u010a", "\u0120", *map(chr, range(33, 127))]


def write(path: str) -> None:
    tokens = ["<bos>", "<eos>", *CHARACTERS, "th"]
    types = [gguf.TokenType.CONTROL] * 2 + [gguf.TokenType.NORMAL] * (len(CHARACTERS) + 1)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny-random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(["t h"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_chat_template("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:")
    rng = np.random.default_rng(0)
    shapes = {"token_embd": (len(tokens), WIDTH), "output": (len(tokens), WIDTH)}
    for i in range(LAYERS):
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            shapes[f"blk.{i}.{name}"] = (WIDTH, WIDTH)
        shapes[f"blk.{i}.ffn_gate"] = shapes[f"blk.{i}.ffn_up"] = (HIDDEN, WIDTH)
        shapes[f"blk.{i}.ffn_down"] = (WIDTH, HIDDEN)
    for name, shape in shapes.items():
        writer.add_tensor(f"{name}.weight", rng.normal(0, 0.3, shape).astype(np.float32))
    for name in ["output_norm", *(f"blk.{i}.{n}_norm" for i in range(LAYERS) for n in ("attn", "ffn"))]:
        writer.add_tensor(f"{name}.weight", np.ones(WIDTH, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tiny.gguf"
        write(str(path))
        packed = gzip.compress(path.read_bytes(), 9, mtime=0)
    Path(__file__).with_name("tiny.gguf.gz").write_bytes(packed)
