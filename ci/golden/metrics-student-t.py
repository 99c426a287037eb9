"""Prints quantiles of Student's t and values of the incomplete beta function from SciPy, for the tests of
harness/statistics. Needs: numpy, scipy."""

import numpy as np
from scipy import special, stats

print("probability, degrees of freedom, t")
for p, nu in [(0.975, 1), (0.975, 2), (0.975, 4), (0.975, 9), (0.975, 29), (0.995, 2), (0.9, 3.5), (0.025, 2), (0.5, 7), (0.975, 1000)]:
    print(f"[{p}, {nu}, {float(stats.t.ppf(p, nu))!r}],")
print("x, a, b, I")
for x, a, b in [(0.3, 2, 5), (0.5, 0.5, 0.5), (0.9, 10, 0.5), (0.01, 1, 3), (0.6, 50, 40), (0.999, 500, 0.5)]:
    print(f"[{x}, {a}, {b}, {float(special.betainc(a, b, x))!r}],")
values = [8.27, 7.81, 9.04]
n = len(values)
low, high = stats.t.interval(0.95, n - 1, loc=sum(values) / n, scale=stats.sem(values))
print("95 % interval of", values, float(low), float(high))
print("standard deviations, divisors n and n - 1:", float(np.std(values)), float(np.std(values, ddof=1)))
