"""Writes engine_ops.json.gz, engine_adamw.json and engine_schedules.json: what src/engine computes, by PyTorch.

Run: python tests/golden/make_engine.py (needs torch, numpy and transformers; written with 2.15.0, 2.4.6 and 5.23.0).

Every operator runs in float64, which gives the values and gradients of the file, and in float32, which gives the largest
relative error that PyTorch itself makes there (`torch32`), for comparison. Inputs are multiples of 1/256, so that both
types hold them exactly.
"""

import gzip
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
import transformers

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(20251022)


class Fixed:
    """A floating input that no gradient is taken for."""

    def __init__(self, data):
        self.data = data


def grid(*shape, low=-2.0, high=2.0):
    return rng.integers(int(low * 256), int(high * 256) + 1, size=shape) / 256


def apart(*shape, points, low=-2.0, high=2.0):
    """Numbers that keep away from the points where a derivative jumps."""
    while True:
        x = grid(*shape, low=low, high=high)
        if all(np.abs(x - p).min() > 0.02 for p in points):
            return x


def ints(values, dtype=np.int32):
    return np.array(values, dtype=dtype)


def relative(found, exact):
    size = exact.abs().max().item() if exact.numel() else 0
    return (found.double() - exact).abs().max().item() / (size or 1)


def run(inputs, f, seed, dtype):
    tensors = {}
    for name, value in inputs.items():
        if isinstance(value, Fixed):
            tensors[name] = torch.tensor(value.data, dtype=dtype)
        elif value.dtype == np.float64:
            tensors[name] = torch.tensor(value, dtype=dtype, requires_grad=True)
        else:
            tensors[name] = torch.tensor(value)
    y = f(*tensors.values())
    y.backward(torch.tensor(seed, dtype=dtype).reshape(y.shape))
    return y.detach(), {name: t.grad for name, t in tensors.items() if t.requires_grad}


cases = {}


def case(name, inputs, f):
    assert name not in cases, name
    shape = f(*(torch.tensor(v.data if isinstance(v, Fixed) else v) for v in inputs.values())).shape
    seed = grid(*shape, low=-1, high=1) if len(shape) else np.array(0.75)
    y, grads = run(inputs, f, seed, torch.float64)
    y32, grads32 = run(inputs, f, seed, torch.float32)
    flat = lambda a: a.reshape(-1).tolist()
    rows = {}
    for key, value in inputs.items():
        fixed = isinstance(value, Fixed)
        data = value.data if fixed else value
        kind = "float" if data.dtype == np.float64 else str(data.dtype)
        rows[key] = {"dtype": kind, "shape": list(data.shape), "data": flat(data)}
        if key in grads:
            rows[key]["gradient"] = flat(grads[key])
    cases[name] = {
        "inputs": rows,
        "seed": flat(seed),
        "output": {"shape": list(y.shape), "data": flat(y)},
        "torch32": max([relative(y32, y)] + [relative(grads32[k], grads[k]) for k in grads]),
    }


# Arithmetic, with every kind of broadcasting.
OPERATORS = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
}
SHAPES = [([2, 3], [2, 3]), ([2, 3], [3]), ([3], [2, 3]), ([4, 1, 3], [2, 1]), ([2, 3], []), ([1, 1], [2, 1, 3])]
for op, f in OPERATORS.items():
    for left, right in SHAPES:
        b = apart(*right, points=[0]) if op == "div" else grid(*right)
        if op == "div":
            b = np.sign(b) * np.maximum(np.abs(b), 0.5)
        case(f"{op} {left} {right}".replace(" ", ""), {"a": grid(*left), "b": b}, f)
    case(f"{op} x x", {"x": grid(2, 3, low=0.5)}, lambda x, f=f: f(x, x))
case("neg", {"x": grid(2, 3)}, torch.neg)
case("scale", {"x": grid(2, 3)}, lambda x: x * -1.75)
case("shift", {"x": grid(2, 3)}, lambda x: x + 2.5)

# Functions of one tensor.
case("exp", {"x": grid(2, 5, low=-8, high=8)}, torch.exp)
case("log", {"x": grid(2, 5, low=0.25, high=8)}, torch.log)
case("sqrt", {"x": grid(2, 5, low=0.25, high=8)}, torch.sqrt)
case("sigmoid", {"x": grid(2, 5, low=-4, high=4)}, torch.sigmoid)
case("sigmoid large", {"x": np.array([-90.0, -30, 0.5, 30, 90])}, torch.sigmoid)
case("silu", {"x": grid(2, 5, low=-8, high=8)}, F.silu)
case("silu large", {"x": np.array([-90.0, -30, 0.5, 30, 90])}, F.silu)

# Extremes and selection.
a = grid(3, 5)
case("minimum", {"a": a, "b": a + apart(3, 5, points=[0])}, torch.minimum)
case("clamp", {"x": apart(3, 5, points=[-1, 0.5])}, lambda x: x.clamp(-1, 0.5))
mask = rng.integers(0, 2, size=(2, 3)).astype(bool)
case("where", {"c": mask, "a": grid(2, 3), "b": grid(2, 3)}, torch.where)
case("where broadcast", {"c": mask[:, :1], "a": grid(4, 1, 3), "b": grid(3)}, torch.where)
case("where scalar", {"c": mask, "a": grid(2, 3), "b": Fixed(np.array(-3.0))}, torch.where)

# Layout.
case("reshape", {"x": grid(2, 6)}, lambda x: x.reshape(3, 1, 4))
case("transpose 2", {"x": grid(2, 3)}, lambda x: x.permute(1, 0))
case("transpose 4", {"x": grid(2, 3, 4, 2)}, lambda x: x.permute(2, 0, 3, 1))
case("split all", {"x": grid(2, 6)}, lambda x: torch.cat(x.split([1, 3, 2], 1)[::-1], 1))
case("split one", {"x": grid(6, 2)}, lambda x: x.split([1, 3, 2], 0)[1])
case("concat", {"a": grid(2, 1, 2), "b": grid(2, 3, 2), "c": grid(2, 2, 2)}, lambda a, b, c: torch.cat([a, b, c], 1))
case("concat fixed", {"a": grid(2, 2), "b": Fixed(grid(2, 1))}, lambda a, b: torch.cat([b, a], -1))
case("concat twice", {"x": grid(2, 2)}, lambda x: torch.cat([x, x], 0))

# Reductions.
for op, f in {"sum": torch.sum, "mean": torch.mean}.items():
    case(f"{op} all", {"x": grid(2, 3, 2)}, f)
    for axes in ([0], [-1], [0, 2], [2, 1]):
        case(f"{op} {axes}".replace(" ", ""), {"x": grid(2, 3, 2)}, lambda x, f=f, axes=axes: f(x, dim=axes))

# Products.
for leading in ([], [2], [2, 3]):
    for ta in (0, 1):
        for tb in (0, 1):
            for scale in (1, -0.75):
                m, k, n = 3, 4, 2
                def product(a, b, ta=ta, tb=tb, scale=scale):
                    return scale * ((a.mT if ta else a) @ (b.mT if tb else b))
                case(
                    f"matmul {len(leading) + 2} {ta}{tb} {scale}",
                    {
                        "a": grid(*leading, *([k, m] if ta else [m, k])),
                        "b": grid(*leading, *([n, k] if tb else [k, n])),
                    },
                    product,
                )
case("matmul x x", {"x": grid(3, 4)}, lambda x: x @ x.mT)
for leading in ([3], [2, 3]):
    case(f"linear {len(leading) + 1}", {"x": grid(*leading, 4), "w": grid(4, 2)}, lambda x, w: x @ w)
    case(
        f"linear {len(leading) + 1} bias",
        {"x": grid(*leading, 4), "w": grid(4, 2), "b": grid(2)},
        lambda x, w, b: x @ w + b,
    )
case("linear fixed", {"x": Fixed(grid(3, 4)), "w": grid(4, 2)}, lambda x, w: x @ w)

# Softmax and its kin.
case("softmax 2", {"x": grid(3, 5)}, lambda x: x.softmax(-1))
case("softmax 4", {"x": grid(2, 1, 2, 3)}, lambda x: x.softmax(-1))
case("softmax large", {"x": 1000 + grid(2, 4)}, lambda x: x.softmax(-1))
case("gatherRows", {"table": grid(4, 3), "i": ints([2, 0, 2, 2, 3])}, lambda table, i: table[i.long()])
case("gatherRows 2", {"table": grid(4, 3), "i": ints([[1, 1], [3, 1]], np.int64)}, lambda table, i: table[i])
pick = lambda x, i: x.gather(1, i.long()[:, None])[:, 0]
case("pick", {"x": grid(4, 3), "i": ints([2, 0, 2, 1])}, pick)
case("pick int64", {"x": grid(3, 3), "i": ints([2, 2, 1], np.int64)}, pick)
log_prob = lambda x, i: pick(x.log_softmax(-1), i)
case("logProb", {"x": grid(4, 6), "i": ints([5, 0, 3, 3])}, log_prob)
case("logProb large", {"x": grid(3, 4, low=-60, high=60), "i": ints([0, 1, 3])}, log_prob)


# The parts of a decoder.
def rms_norm(x, weight, epsilon):
    return weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon))


for leading in ([], [3], [2, 3]):
    case(
        f"rmsNorm {len(leading) + 1}",
        {"x": grid(*leading, 8), "w": grid(8)},
        lambda x, w: rms_norm(x, w, 1e-6),
    )
case("rmsNorm epsilon", {"x": grid(3, 8), "w": grid(8)}, lambda x, w: rms_norm(x, w, 0.25))
case("rmsNorm fixed weight", {"x": grid(3, 8), "w": Fixed(grid(8))}, lambda x, w: rms_norm(x, w, 1e-6))


def angles(positions, head_dim, theta):
    """As transformers makes them: frequencies and angles in float32."""
    inverse = 1.0 / (theta ** (torch.arange(0, head_dim, 2, dtype=torch.int64).float() / head_dim))
    return torch.arange(positions).float()[:, None] * inverse[None, :]


def rope(x, p, head_dim, theta):
    table = angles(16, head_dim, theta).double()
    batch, time, width = x.shape
    x = x.reshape(batch, time, width // head_dim, head_dim)
    # Rounded as the engine's tables are, which float64 uses too.
    cos, sin = (f(table).float().to(x.dtype)[p.long()][:, :, None] for f in (torch.cos, torch.sin))
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1).reshape(batch, time, width)


case("rope one head", {"x": grid(1, 3, 4), "p": ints([[0, 1, 2]])}, lambda x, p: rope(x, p, 4, 10000.0))
case("rope", {"x": grid(2, 3, 12), "p": ints([[0, 7, 3], [15, 15, 1]])}, lambda x, p: rope(x, p, 4, 500.0))


def attention(q, k, v, bias):
    groups = q.shape[1] // k.shape[1]
    k, v = (t.repeat_interleave(groups, dim=1) for t in (k, v))
    return (q @ k.mT / math.sqrt(q.shape[-1]) + bias).softmax(-1) @ v


def packed_bias(until):
    """A token at i sees the one at j where j <= i < until[j]."""
    until = np.array(until)
    time = until.shape[1]
    i, j = np.arange(time)[:, None], np.arange(time)[None, :]
    seen = (j <= i) & (i < until[:, None, :])
    return np.where(seen, 0.0, -1e9)[:, None]


def qkv(batch, heads, kv_heads, time, head_dim):
    return {
        "q": grid(batch, heads, time, head_dim),
        "k": grid(batch, kv_heads, time, head_dim),
        "v": grid(batch, kv_heads, time, head_dim),
    }


# Heads of 4, whose factor 1/2 is exact in the float32 that the engine's kernel takes it in.
causal = packed_bias([[4] * 4] * 2)
case("attention", {**qkv(2, 2, 2, 4, 4), "bias": Fixed(causal)}, attention)
case("attention grouped", {**qkv(2, 4, 2, 4, 4), "bias": Fixed(causal)}, attention)
case("attention one key head", {**qkv(1, 3, 1, 4, 4), "bias": Fixed(causal[:1])}, attention)
# A prompt of two tokens with completions of two and one, and padding; a prompt of one with two completions, and one alone.
packed = packed_bias([[5, 5, 4, 4, 5, 6], [5, 3, 3, 5, 5, 6]])
case("attention packed", {**qkv(2, 4, 2, 6, 4), "bias": Fixed(packed)}, attention)

text = json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":"))
(HERE / "engine_ops.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))

# AdamW: two matrices, a vector and a cube, gradients of which some are clipped.
SHAPES = {"w": [4, 3], "b": [5], "v": [2, 2], "cube": [2, 2, 2]}
start = {name: grid(*shape) for name, shape in SHAPES.items()}
STEPS, MAX_NORM = 20, 1.0
gradients = [
    {name: grid(*shape) * (1 / 64 if step % 4 == 1 else 1 + step % 3) for name, shape in SHAPES.items()}
    for step in range(STEPS)
]
rates = [0.01 * (step + 1) / 5 if step < 5 else 0.01 * (STEPS - step) / 15 for step in range(STEPS)]
SETTINGS = {"betas": [0.9, 0.95], "epsilon": 1e-8, "weightDecay": 0.1, "maxGradNorm": MAX_NORM}


def train(dtype):
    parameters = {n: torch.nn.Parameter(torch.tensor(x, dtype=dtype)) for n, x in start.items()}
    decay = [p for p in parameters.values() if p.dim() > 1]
    plain = [p for p in parameters.values() if p.dim() <= 1]
    groups = [{"params": decay, "weight_decay": SETTINGS["weightDecay"]}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, betas=SETTINGS["betas"], eps=SETTINGS["epsilon"], foreach=False)
    history = []
    for rate, grads in zip(rates, gradients):
        for name, p in parameters.items():
            p.grad = torch.tensor(grads[name], dtype=dtype)
        norm = torch.nn.utils.clip_grad_norm_(parameters.values(), MAX_NORM).item()
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        history.append({"norm": norm, "parameters": {n: p.detach().reshape(-1).tolist() for n, p in parameters.items()}})
    return history


exact, single = train(torch.float64), train(torch.float32)
torch32 = max(
    relative(torch.tensor(s["parameters"][n], dtype=torch.float64), torch.tensor(e["parameters"][n], dtype=torch.float64))
    for s, e in zip(single, exact) for n in SHAPES
)
golden = {
    "torch": torch.__version__,
    "torch32": torch32,
    "settings": SETTINGS,
    "shapes": SHAPES,
    "start": {n: x.reshape(-1).tolist() for n, x in start.items()},
    "steps": [
        {"rate": rate, "gradients": {n: g.reshape(-1).tolist() for n, g in grads.items()}, **after}
        for rate, grads, after in zip(rates, gradients, exact)
    ],
}
(HERE / "engine_adamw.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")

# Schedules.
MAKE = {
    "constant": lambda o, warm, total: transformers.get_constant_schedule_with_warmup(o, warm),
    "linear": transformers.get_linear_schedule_with_warmup,
    "cosine": transformers.get_cosine_schedule_with_warmup,
}
schedules = []
for kind, make in MAKE.items():
    for updates, warmup in ((1, 0), (2, 0.5), (10, 0), (10, 0.1), (30, 0.1), (7, 0.25), (5, 1)):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.003)
        # TrainingArguments.get_warmup_steps rounds the share up.
        schedule = make(optimizer, math.ceil(warmup * updates), updates)
        rates = []
        for _ in range(updates):
            rates.append(schedule.get_last_lr()[0])
            optimizer.step()
            schedule.step()
        schedules.append({"schedule": {"kind": kind, "peak": 0.003, "warmup": warmup, "updates": updates}, "rates": rates})
text = ",\n".join(json.dumps(row) for row in schedules)
(HERE / "engine_schedules.json").write_text(f'{{"transformers": "{transformers.__version__}", "schedules": [\n{text}\n]}}\n')

# Rotation angles, in float32 throughout as transformers computes them.
tables = []
for positions, head_dim, theta in ((8, 4, 10000.0), (64, 16, 1000000.0)):
    table = angles(positions, head_dim, theta)
    tables.append({
        "positions": positions,
        "headDim": head_dim,
        "theta": theta,
        "cos": table.cos().reshape(-1).tolist(),
        "sin": table.sin().reshape(-1).tolist(),
    })
(HERE / "engine_angles.json").write_text(json.dumps(tables, separators=(",", ":")) + "\n")

print(f"{len(cases)} operators; PyTorch's own float32 error: {max(c['torch32'] for c in cases.values()):.2g}, AdamW {torch32:.2g}")
