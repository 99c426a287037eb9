"""Prints mean and standard deviation over 40 draws of precision, recall, density and coverage of two N(0, I) sets
(1,000 × 64, k = 5), by brute force, for `metrics selftest --quick`. Needs: numpy."""

import numpy as np

rng = np.random.default_rng(1)


def distances(x, y):
    return np.sqrt(np.maximum(0, (x**2).sum(1)[:, None] + (y**2).sum(1)[None] - 2 * x @ y.T))


def scores(count, width, k):
    real, fake = rng.standard_normal((count, width)), rng.standard_normal((count, width))
    real_radii = np.sort(distances(real, real), 1)[:, k]
    fake_radii = np.sort(distances(fake, fake), 1)[:, k]
    cross = distances(real, fake)
    in_real, in_fake = cross < real_radii[:, None], cross < fake_radii[None]
    return in_real.any(0).mean(), in_fake.any(1).mean(), in_real.sum(0).mean() / k, in_real.any(1).mean()


values = np.array([scores(1000, 64, 5) for _ in range(40)])
print("mean", values.mean(0).round(4).tolist())
print("standard deviation", values.std(0, ddof=1).round(4).tolist())
