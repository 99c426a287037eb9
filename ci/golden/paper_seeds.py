"""Golden input of test/reports/build-report.test.ts: three seeds for each cell of the paper.

The paper (arXiv 1903.02271v1) prints medians (Tables 2, 4, 5) and mean +- std (Tables 12, 13, 14) of three
runs, but no run. This finds three values whose median, mean and population standard deviation round to what is
printed, so that a report over them must print the paper's numbers again. The tables are typed here, not read from
reference/.

Run: python ci/golden/paper_seeds.py > test/reports/paper-seeds.json   (needs numpy)
"""

import itertools
import json
import math

import numpy as np

# method, label fraction, metric, median, mean, std
NO_LABELS = {
    "random-label": [(26.5, 27.2, 1.46), (20.2, 20.2, 0.33)],
    "single-label": [(25.3, 71.7, 66.32), (20.4, 15.4, 7.57)],
    "single-label-ss": [(23.7, 23.6, 0.14), (22.2, 22.2, 0.10)],
    "clustering": [(23.2, 22.7, 0.80), (22.7, 22.8, 0.42)],
    "clustering-ss": [(22.0, 21.9, 0.08), (23.5, 23.6, 0.19)],
}
# FID at 5, 10, 20 %, then IS
LABELS = {
    "s2gan": [
        [(10.8, 11.0, 0.31), (8.9, 9.0, 0.30), (8.4, 8.4, 0.02)],
        [(57.6, 57.6, 0.86), (73.4, 72.9, 1.41), (77.4, 77.7, 1.24)],
    ],
    "s2gan-co": [
        [(21.8, 21.6, 0.64), (17.7, 17.6, 0.27), (13.9, 13.8, 0.48)],
        [(30.0, 29.8, 0.21), (37.2, 37.1, 0.54), (49.2, 50.1, 1.45)],
    ],
    "s3gan": [
        [(10.4, 10.3, 0.16), (8.0, 8.1, 0.14), (7.7, 7.8, 0.20)],
        [(59.6, 59.9, 0.74), (78.7, 78.3, 1.08), (83.1, 82.1, 1.89)],
    ],
    "s3gan-co": [
        [(20.2, 20.2, 0.14), (16.6, 16.5, 0.12), (12.7, 12.8, 0.51)],
        [(31.0, 31.1, 0.18), (38.5, 38.7, 0.36), (53.1, 52.7, 1.08)],
    ],
    "s2gan-soft": [
        [(15.4, 15.6, 0.58), (12.9, 13.3, 1.71), (10.4, 11.3, 1.42)],
        [(40.3, 40.1, 0.97), (49.8, 49.3, 4.67), (62.1, 58.5, 5.84)],
    ],
}


def seeds(median, mean, std):
    """Three values with these statistics up to the printed rounding, nearest to the printed numbers."""
    offsets = sorted(itertools.product(np.linspace(-1, 1, 21), repeat=3), key=lambda o: sum(abs(x) for x in o))
    for a, b, c in offsets:
        m, mu, s = median + 0.045 * a, mean + 0.045 * b, std + 0.0045 * c
        total, squares = 3 * mu - m, 3 * (s**2 + mu**2) - m**2
        root = 2 * squares - total**2
        if root < 0:
            continue
        low, high = (total - math.sqrt(root)) / 2, (total + math.sqrt(root)) / 2
        if not low <= m <= high:
            continue
        values = [round(low, 4), round(m, 4), round(high, 4)]
        if (
            abs(np.median(values) - median) < 0.05
            and abs(np.mean(values) - mean) < 0.05
            and abs(np.std(values) - std) < 0.005
        ):
            # Not sorted: a report must not depend on the order of the seeds.
            return [values[1], values[2], values[0]]
    raise ValueError((median, mean, std))


cells = []
for method, (fid, inception) in NO_LABELS.items():
    cells.append((method, None, fid, inception))
for method, (fids, inceptions) in LABELS.items():
    for fraction, fid, inception in zip([0.05, 0.1, 0.2], fids, inceptions):
        cells.append((method, fraction, fid, inception))

print("[")
for index, (method, fraction, fid, inception) in enumerate(cells):
    cell = {
        "method": method,
        "labelFraction": fraction,
        "fid": {"printed": fid, "seeds": seeds(*fid)},
        "inceptionScore": {"printed": inception, "seeds": seeds(*inception)},
    }
    print("\t" + json.dumps(cell) + ("," if index + 1 < len(cells) else ""))
print("]")
