"""Golden values of the statistics in test/harness/statistics: permutation-test, holm, smallest-detectable-difference.

Permutation p-values are SciPy's exact ones; Holm's are worked out here as the definition says, step by step, for each
hypothesis apart; detectable differences solve SciPy's noncentral t for a power of 80 %.

Run: python ci/golden/statistics_tests.py   (needs numpy and scipy >= 1.11)
"""

import json

import numpy as np
from scipy import optimize, stats

for ours, theirs in [
    ([8.31, 8.02, 7.96], [8.9, 9.4, 8.7]),
    ([24.3, 25.3, 165.5, 24.9], [27.2, 28.9, 25.4, 26.1, 26.0]),
    ([1, 2, 2, 3], [2, 2, 4]),
]:
    test = stats.permutation_test(
        (ours, theirs),
        lambda a, b, axis: np.mean(a, axis=axis) - np.mean(b, axis=axis),
        n_resamples=np.inf,
        vectorized=True,
    )
    # SciPy doubles the smaller tail; two-sided by size of the difference, as here, from its null distribution.
    observed = abs(np.mean(ours) - np.mean(theirs))
    p = np.mean(np.abs(test.null_distribution) >= observed - 1e-9)
    print(json.dumps({"ours": ours, "theirs": theirs, "p": p, "arrangements": len(test.null_distribution)}))

p_values = np.array([0.01, 0.04, 0.03, 0.005, 0.6])
order = np.argsort(p_values)
adjusted = [
    max(min(1, (len(p_values) - k) * p_values[order[k]]) for k in range(np.where(order == i)[0][0] + 1))
    for i in range(len(p_values))
]
print("holm", [float(p) for p in adjusted])

for first, second, power in [(3, 3, 0.8), (5, 5, 0.8), (3, 10, 0.9), (30, 30, 0.8)]:
    df = first + second - 2
    critical = stats.t.ppf(0.975, df)

    def shortfall(shift):
        return stats.nct.sf(critical, df, shift) + stats.nct.cdf(-critical, df, shift) - power

    shift = optimize.brentq(shortfall, 0.1, 6)
    print("detectable", first, second, power, shift * np.sqrt(1 / first + 1 / second))

rng = np.random.default_rng(1)
for n in (3, 10, 40):
    inside = 0
    for _ in range(2000):
        x = rng.standard_normal(n)
        means = x[rng.integers(0, n, (1000, n))].mean(axis=1)
        low, high = np.percentile(means, [2.5, 97.5])
        inside += low <= 0 <= high
    print("bootstrap coverage", n, inside / 2000)

for ours, theirs, n, m in [(1.2, 0.8, 3, 3), (3.0, 0.5, 3, 3), (2.0, 1.5, 5, 3)]:
    print("varies more", ours, theirs, n, m, stats.f.sf((ours / theirs) ** 2, n - 1, m - 1))
