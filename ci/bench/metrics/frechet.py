"""The peer of ci/bench/metrics/frechet.ts: the Fréchet distance as pytorch-fid takes it, through scipy.linalg.sqrtm,
fed by lines of JSON on standard input.

Needs numpy, scipy and pytorch-fid (PyPI); started by frechet.ts. Answers go to file descriptor 3, so that whatever a
library prints cannot be mistaken for one."""

import json
import os
import sys
import time

import numpy as np
import scipy
from pytorch_fid.fid_score import calculate_frechet_distance


def main():
    answers = os.fdopen(3, "w", buffering=1)
    settings = json.loads(sys.stdin.readline())
    values = np.fromfile(settings["file"])
    size = settings["dimension"]
    parts = np.split(values, np.cumsum([size, size * size, size]))
    first_mean, first, second_mean, second = parts
    first, second = first.reshape(size, size), second.reshape(size, size)
    versions = f"pytorch-fid, SciPy {scipy.__version__}, NumPy {np.__version__}, Python {sys.version.split()[0]}"
    print(json.dumps({"version": versions}), file=answers)
    for _ in sys.stdin:
        start, used = time.perf_counter(), sum(os.times()[:2])
        distance = calculate_frechet_distance(first_mean, first, second_mean, second)
        seconds, processor = time.perf_counter() - start, sum(os.times()[:2]) - used
        print(json.dumps({"distance": float(distance), "seconds": seconds, "processor": processor}), file=answers)


main()
