"""Writes results_statistics.json: what src/results computes, by SciPy and by exact fractions.

Run: python tests/golden/make_results_statistics.py (needs scipy; written with 1.17.1).
"""

import json
import pathlib
import random
from fractions import Fraction
from math import comb

import scipy
from scipy import stats

rng = random.Random(20251022)

student_t = [
    {"df": df, "level": level, "t": float(stats.t.ppf((1 + level) / 2, df))}
    for df in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 29, 30, 99, 100]
    for level in [0.5, 0.9, 0.95, 0.99]
]

seeds = []
for count in [2, 3, 4, 5, 8, 10]:
    for _ in range(5):
        scores = [rng.randint(0, 100) / 100 for _ in range(count)]
        if len(set(scores)) == 1:
            continue
        mean = sum(scores) / count
        low, high = stats.t.interval(0.95, count - 1, loc=mean, scale=stats.sem(scores))
        seeds.append({"scores": scores, "mean": mean, "low": float(low), "high": float(high)})

wilson = []
for n in [1, 7, 30, 100, 500]:
    for right in sorted({0, 1, n // 3, n // 2, n - 1, n}):
        interval = stats.binomtest(right, n).proportion_ci(0.95, method="wilson")
        wilson.append({"right": right, "n": n, "low": float(interval.low), "high": float(interval.high)})

pass_at_k = []
for n in [1, 2, 8, 32, 200, 1000]:
    for right in sorted({0, 1, n // 4, n // 2, n - 1, n}):
        for k in sorted({1, 2, 8, n // 2, n}):
            if 1 <= k <= n:
                value = 1 - Fraction(comb(n - right, k), comb(n, k))
                pass_at_k.append({"n": n, "right": right, "k": k, "value": float(value)})

path = pathlib.Path(__file__).with_name("results_statistics.json")
golden = {"scipy": scipy.__version__, "studentT": student_t, "seeds": seeds, "wilson": wilson, "passAtK": pass_at_k}
lines = [
    json.dumps(key) + ": " + (
        "[\n" + ",\n".join(json.dumps(row) for row in value) + "\n]" if isinstance(value, list) else json.dumps(value)
    )
    for key, value in golden.items()
]
path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
