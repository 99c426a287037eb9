"""Golden values for the tests of methods/pretraining/clustering: one mini-batch k-means step worked out row by row in
NumPy after Sculley (2010), algorithm 1, and the inertia that scikit-learn reaches on a fixed data set.

Run: python ci/golden/clustering-k-means.py   (needs numpy and scikit-learn; made with 1.7.2)
"""

import numpy as np
from sklearn.cluster import KMeans, MiniBatchKMeans


def uniforms(count):
    """MINSTD: state ← 48271 · state mod 2³¹ − 1. Exact in float64, so any language makes the same numbers."""
    state, values = 1, np.empty(count)
    for i in range(count):
        state = state * 48271 % 2147483647
        values[i] = state / 2147483647
    return values


def overlapping_blobs(blobs, rows, dimension):
    """Row r belongs to blob r mod `blobs`. Bell-shaped noise: the sum of four uniforms."""
    u = uniforms(blobs * dimension + blobs * rows * dimension * 4)
    means = 3 * u[: blobs * dimension].reshape(blobs, dimension)
    noise = u[blobs * dimension :].reshape(blobs * rows, dimension, 4).sum(axis=2) - 2
    return (means[np.arange(blobs * rows) % blobs] + noise).astype(np.float32)


def sculley_step(centres, counts, batch):
    nearest = [int(np.argmin(((centres - x) ** 2).sum(axis=1))) for x in batch]
    centres, counts = centres.copy(), counts.copy()
    for x, c in zip(batch, nearest):
        counts[c] += 1
        eta = 1 / counts[c]
        centres[c] = (1 - eta) * centres[c] + eta * x
    return centres, counts, nearest


data = overlapping_blobs(3, 4, 2)
print("rows", data.tolist())
centres, counts = data[:3].astype(np.float64), np.zeros(3)
for batch in (data[3:8], data[6:12]):
    centres, counts, nearest = sculley_step(centres, counts, batch.astype(np.float64))
    print("nearest", nearest, "counts", counts.tolist(), "centres", centres.tolist())

data = overlapping_blobs(30, 100, 20)
print("checksum", float(data.astype(np.float64).sum()))
lloyd = KMeans(30, n_init=50, random_state=0).fit(data).inertia_
small = [
    MiniBatchKMeans(30, batch_size=256, n_init=1, max_iter=100, random_state=seed).fit(data).inertia_
    for seed in range(50)
]
print("Lloyd, best of 50:", lloyd)
print("mini-batch, 50 seeds: least", min(small), "mean", np.mean(small), "largest", max(small))
