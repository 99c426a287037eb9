"""Golden values of test/reports/difference-interval.test.ts: Welch intervals by SciPy.

Run: python ci/golden/difference_interval.py   (needs numpy and scipy >= 1.11)
"""

import json

import numpy as np
from scipy import stats

CASES = [
    ([8.31, 8.02, 7.96], [8.0, 8.25, 8.05]),
    ([78.7, 79.4, 76.2, 80.1, 77.7], [71.2, 74.9, 72.6]),
    ([24.3, 25.3, 165.5], [27.2, 28.9, 25.4, 26.1]),
]

for ours, theirs in CASES:
    interval = stats.ttest_ind(ours, theirs, equal_var=False).confidence_interval(0.95)
    print(
        json.dumps(
            {
                "ours": {"n": len(ours), "mean": np.mean(ours), "sampleStd": np.std(ours, ddof=1)},
                "theirs": {"n": len(theirs), "mean": np.mean(theirs), "sampleStd": np.std(theirs, ddof=1)},
                "low": interval.low,
                "high": interval.high,
            }
        )
    )

print("population to sample", np.std([1, 2, 4], ddof=0), np.std([1, 2, 4], ddof=1))
