"""Writes statistics.json: what src/results/statistics computes, by SciPy and statsmodels.

Run: python tests/golden/make_statistics.py (needs scipy and statsmodels; written with 1.17.1 and 0.15.0).
"""

import json
import pathlib
import random

import numpy as np
import pandas as pd
import scipy
import statsmodels
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.proportion import proportion_effectsize

rng = random.Random(20251123)

permutation = []
for n in [2, 5, 8, 12, 14]:
    for _ in range(4):
        differences = [rng.randint(-6, 8) / 8 for _ in range(n)]
        found = stats.permutation_test(
            (np.array(differences),), lambda x, axis: x.mean(axis), permutation_type="samples",
            n_resamples=np.inf, vectorized=True,
        )
        permutation.append({"differences": differences, "p": float(found.pvalue)})

paired_d = []
for n in [3, 10, 50]:
    a, b = ([rng.randint(0, 8) / 8 for _ in range(n)] for _ in range(2))
    t = stats.ttest_rel(a, b).statistic
    paired_d.append({"a": a, "b": b, "d": float(t / n**0.5)})

cohens_h = [
    {"p": p, "q": q, "h": float(proportion_effectsize(p, q))}
    for p in [0.0, 0.01, 0.3, 0.5, 0.99, 1.0]
    for q in [0.0, 0.25, 0.5, 1.0]
]

holm = []
for n in [1, 2, 5, 20]:
    for _ in range(3):
        ps = [rng.choice([rng.random(), rng.random() * 0.05, 0.01]) for _ in range(n)]
        holm.append({"p": ps, "adjusted": [float(p) for p in multipletests(ps, method="holm")[1]]})

# Through SciPy's noncentral t, as statsmodels does.
power = []
for effect in [0.0, 0.2, 0.5, 1.0, 2.5]:
    for n in [2, 3, 5, 10, 64, 500]:
        for alpha in [0.05, 0.01]:
            df, shift = 2 * n - 2, effect * (n / 2) ** 0.5
            critical = stats.t.isf(alpha / 2, df)
            value = stats.nct.sf(critical, df, shift) + stats.nct.cdf(-critical, df, shift)
            if np.isnan(value):  # SciPy gives up where the power is 1 to within 1e-300.
                continue
            power.append({"effect": effect, "n": n, "alpha": alpha, "power": float(value)})

seeds = []
for effect in [0.3, 0.5, 0.8, 1.2, 2.0, 4.0]:
    for wanted in [0.8, 0.95]:
        exact = TTestIndPower().solve_power(effect_size=effect, alpha=0.05, power=wanted, ratio=1.0)
        seeds.append({"effect": effect, "power": wanted, "exact": float(np.ravel(exact)[0])})

# Two-way analysis of variance without replication, by statsmodels.
variance = []
for s, p, step in [(3, 3, 0.3), (3, 10, 0.2), (5, 40, 0.0), (4, 25, 0.05)]:
    grid = [[rng.randint(0, 8) / 8 + step * i for _ in range(p)] for i in range(s)]
    frame = pd.DataFrame(
        [{"seed": i, "problem": j, "score": grid[i][j]} for i in range(s) for j in range(p)]
    )
    table = anova_lm(ols("score ~ C(seed) + C(problem)", frame).fit())
    square = table["sum_sq"] / table["df"]
    between = max(0.0, (square["C(seed)"] - square["Residual"]) / p)
    variance.append({"scores": grid, "between": float(between)})

golden = {
    "scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "permutation": permutation,
    "pairedD": paired_d, "cohensH": cohens_h, "holm": holm, "power": power, "seeds": seeds,
    "variance": variance,
}
lines = [
    json.dumps(key) + ": " + (
        "[\n" + ",\n".join(json.dumps(row) for row in value) + "\n]" if isinstance(value, list) else json.dumps(value)
    )
    for key, value in golden.items()
]
path = pathlib.Path(__file__).with_name("statistics.json")
path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
