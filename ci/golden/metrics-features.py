"""Prints Fréchet distances (scipy.linalg.sqrtm; nuclear norm where a covariance is singular), kernel distances,
precision, recall, density and coverage (brute force in float64), distances to nearest rows and a logistic
regression (scipy.optimize) for the tests of harness/metrics. The inputs are test/harness/metrics/hash-features.ts,
the same to the last bit, so that no data file is needed. Needs: numpy, scipy. Takes about two minutes.

    python3 ci/golden/metrics-features.py
"""

import numpy as np
from scipy import linalg, optimize


def mix(bits):
    bits = bits.astype(np.uint32)
    bits = (bits ^ (bits >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    bits = (bits ^ (bits >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return bits ^ (bits >> np.uint32(16))


def features(count, width, seed, decay=0.0, shift=0.0):
    index = np.arange(count * width, dtype=np.uint64).reshape(count, width)
    offset = np.uint64(seed * 0x9E3779B1 % 2**32)
    total = np.zeros((count, width))
    for part in range(4):
        total += mix((index * np.uint64(4) + np.uint64(part) + offset) % np.uint64(2**32)).astype(np.float64)
    own = (total - 2.0**33) / 2.0**31
    left = np.concatenate([np.zeros((count, 1)), own[:, :-1]], 1)
    return ((own + 0.5 * left) / (1 + decay * np.arange(width)) + shift).astype(np.float32)


def moments(x):
    x = x.astype(np.float64)
    return x.mean(0), np.cov(x, rowvar=False)


def frechet(a, b):
    (mean_a, cov_a), (mean_b, cov_b) = moments(a), moments(b)
    root = linalg.sqrtm(cov_a @ cov_b)
    shift = mean_a - mean_b
    return float(shift @ shift + np.trace(cov_a) + np.trace(cov_b) - 2 * np.trace(root).real)


def frechet_low_rank(a, b):
    """Tr (Σa Σb)^½ is the nuclear norm of the product of the centred rows: exact where sqrtm is not."""
    (mean_a, cov_a), (mean_b, cov_b) = moments(a), moments(b)
    rows_a, rows_b = a.astype(np.float64) - mean_a, b.astype(np.float64) - mean_b
    nuclear = linalg.svdvals(rows_a @ rows_b.T).sum() / np.sqrt((len(a) - 1.0) * (len(b) - 1.0))
    shift = mean_a - mean_b
    return float(shift @ shift + np.trace(cov_a) + np.trace(cov_b) - 2 * nuclear)


def frechet_tfgan(a, b, threshold=1e-10):
    def rooted(values):
        return np.where(values < threshold, values, np.sqrt(values))

    (mean_a, cov_a), (mean_b, cov_b) = moments(a), moments(b)
    u, s, vt = linalg.svd(cov_a)
    root = (u * rooted(s)) @ vt
    cross = rooted(linalg.svdvals(root @ cov_b @ root)).sum()
    shift = mean_a - mean_b
    return float(shift @ shift + np.trace(cov_a) + np.trace(cov_b) - 2 * cross)


def kernel(x, y):
    return (x @ y.T / x.shape[1] + 1) ** 3


def discrepancy(x, y):
    x, y = x.astype(np.float64), y.astype(np.float64)
    xx, yy, xy = kernel(x, x), kernel(y, y), kernel(x, y)
    m, n = len(x), len(y)
    return (xx.sum() - np.trace(xx)) / (m * (m - 1)) + (yy.sum() - np.trace(yy)) / (n * (n - 1)) - 2 * xy.mean()


def blocks(count, number):
    size = count // number
    sizes = [size] * (number - (count - size * number)) + [size + 1] * (count - size * number)
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    return [slice(bounds[i], bounds[i + 1]) for i in range(number)]


def kernel_distance(x, y, number):
    values = np.array([discrepancy(x[p], y[q]) for p, q in zip(blocks(len(x), number), blocks(len(y), number))])
    return values.tolist(), float(values.mean()), float(np.sqrt(values.var(ddof=1) / number))


def distances(x, y):
    x, y = x.astype(np.float64), y.astype(np.float64)
    return np.stack([np.sqrt(((row - y) ** 2).sum(1)) for row in x])


def prdc(real, fake, k, inclusive):
    below = np.less_equal if inclusive else np.less
    real_radii = np.sort(distances(real, real), 1)[:, k]
    fake_radii = np.sort(distances(fake, fake), 1)[:, k]
    cross = distances(real, fake)
    in_real = below(cross, real_radii[:, None])
    in_fake = below(cross, fake_radii[None, :])
    return [in_real.any(0).mean(), in_fake.any(1).mean(), in_real.sum(0).mean() / k, in_real.any(1).mean()]


def logistic_regression(x, y, classes, penalty):
    """Mean cross-entropy + penalty / 2 · |W|²; intercepts are free. Standardised features."""
    x = x.astype(np.float64)
    x = (x - x.mean(0)) / x.std(0)
    n, d = x.shape
    target = np.eye(classes)[y]

    def objective(flat):
        weights, bias = flat[: d * classes].reshape(d, classes), flat[d * classes :]
        logits = x @ weights + bias
        logits -= logits.max(1, keepdims=True)
        log_p = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        gradient = (np.exp(log_p) - target) / n
        value = -(target * log_p).sum() / n + penalty / 2 * (weights**2).sum()
        return value, np.concatenate([(x.T @ gradient + penalty * weights).ravel(), gradient.sum(0)])

    result = optimize.minimize(objective, np.zeros(d * classes + classes), jac=True, method="L-BFGS-B",
                               options={"maxiter": 10000, "maxfun": 20000, "ftol": 1e-16, "gtol": 1e-10})
    weights = result.x[: d * classes].reshape(d, classes)
    return float(result.fun), [float(weights[0, 0]), float(weights[d - 1, classes - 1])]


print("Fréchet distance, 12 features:", frechet(features(300, 12, 1, 0.1), features(250, 12, 2, 0.05, 0.1)))
low_a, low_b = features(40, 64, 3, 0.05), features(500, 64, 4, 0.04, 0.1)
print("  40 and 500 rows of 64:", frechet_low_rank(low_a, low_b), "TF-GAN:", frechet_tfgan(low_b, low_a), frechet_tfgan(low_a, low_b))
low_c = features(30, 64, 5, 0.02)
print("  40 and 30 rows of 64:", frechet_low_rank(low_a, low_c))
x, y = features(500, 16, 6, 0.05), features(300, 16, 7, 0.02, 0.2)
print("Kernel distance, one block:", discrepancy(x, y))
print("  four blocks:", kernel_distance(x, y, 4))
real, fake = features(400, 24, 8), features(300, 24, 9, 0.004, 0.05)
print("Precision, recall, density, coverage, k = 5, strict:", [float(v) for v in prdc(real, fake, 5, False)])
print("  k = 3, inclusive:", [float(v) for v in prdc(real, fake, 3, True)])
grid = np.round(features(300, 3, 10) * 2), np.round(features(200, 3, 11) * 2 + 0.5)
print("  points of a grid, many ties, k = 5, strict:", [float(v) for v in prdc(*grid, 5, False)])
print("  points of a grid, many ties, k = 3, inclusive:", [float(v) for v in prdc(*grid, 3, True)])
nearest = distances(fake, real)
print("Nearest rows of the first 3:", nearest.argmin(1)[:3].tolist(), nearest.min(1)[:3].tolist(), "share below 4.5:", float((nearest.min(1) < 4.5).mean()))
x = features(240, 10, 12)
y = (x[:, 0] > 0).astype(int) + (x[:, 1] + x[:, 2] > 0.3).astype(int)
print("Logistic regression:", logistic_regression(x, y, 3, 0.01))
print("Fréchet distance, 2048 features:", flush=True, end=" ")
print(frechet(features(2600, 2048, 13, 0.01), features(2400, 2048, 14, 0.008, 0.02)))
print("  100 and 2400 rows:", frechet_low_rank(features(100, 2048, 15, 0.01), features(2400, 2048, 14, 0.008, 0.02)))
