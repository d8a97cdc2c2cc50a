"""Makes dtypes.safetensors and dtypes.json: every dtype that is read, with values at the edges of its range.

Run: python make_safetensors.py (needs safetensors and torch; made with 0.8.0 and 2.15.0).
"""
import json
import pathlib

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
VALUES = [0.0, -0.0, 1.0, -1.5, 1 / 3, 6.1e-5, 5.96e-8, 65504.0, 1e-40, -3.0e38, float("inf"), float("-inf")]
tensors = {
    name: torch.tensor(VALUES, dtype=torch.float64).to(dtype).reshape(3, 4)
    for name, dtype in [
        ("half", torch.float16), ("brain", torch.bfloat16), ("single", torch.float32), ("double", torch.float64),
    ]
}
tensors["scalar"] = torch.tensor(2.5)
tensors["empty"] = torch.zeros(0, 7)
tensors["odd"] = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float16)
save_file(tensors, HERE / "dtypes.safetensors", metadata={"format": "pt"})
# The bits of the float32 that each value becomes, so that a NaN or a signed zero is compared too.
expected = {
    name: {"shape": list(t.shape), "bits": t.float().flatten().view(torch.int32).tolist()} for name, t in tensors.items()
}
(HERE / "dtypes.json").write_text(json.dumps(expected) + "\n")
