"""Prints Fréchet distances (scipy.linalg.sqrtm) and inception scores (textbook formula) for the tests of
harness/metrics. The inputs come from a formula that JavaScript can repeat exactly up to rounding, so that no data
file is needed. Needs: numpy, scipy."""

import numpy as np
from scipy import linalg


def wave(count, width, phase, spread, offset):
    """float32 [count, width]: sin of a quadratic index, scaled per column."""
    row = np.arange(count)[:, None]
    column = np.arange(width)[None, :]
    values = np.sin(phase + 1.7 * row + 0.9 * column + 0.37 * row * column) * (1 + spread * column) + offset * column
    return values.astype(np.float32)


def frechet(a, b):
    a, b = a.astype(np.float64), b.astype(np.float64)
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = linalg.sqrtm(cov_a @ cov_b)
    shift = a.mean(0) - b.mean(0)
    return float(shift @ shift + np.trace(cov_a) + np.trace(cov_b) - 2 * np.trace(root).real)


def inception_score(logits):
    logits = logits.astype(np.float64)
    shifted = logits - logits.max(1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    p = np.exp(log_p)
    return float(np.exp((p * (log_p - np.log(p.mean(0)))).sum(1).mean()))


a, b = wave(200, 12, 0.3, 0.1, 0.5), wave(150, 12, 1.1, 0.25, 0.4)
print("Fréchet distance, full rank:", frechet(a, b))
large_a, large_b = wave(200, 12, 0.3, 0.1, 1e4), wave(150, 12, 1.1, 0.25, 1e4)
print("Fréchet distance, means up to 110,000:", frechet(large_a, large_b))
print("mean and covariance corners:", float(a.astype(np.float64).mean(0)[3]), float(np.cov(a.astype(np.float64), rowvar=False)[2, 7]))
logits = wave(90, 5, 0.2, 0.8, 0.1)
print("inception score, 1 split:", inception_score(logits))
print("inception score, 4 splits:", [inception_score(logits[i * 90 // 4:(i + 1) * 90 // 4]) for i in range(4)])
