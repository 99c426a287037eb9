"""Writes test/fixtures/metrics/arrays/*.npz and *.npy with NumPy itself, for the tests of harness/metrics/sources/:
stored, deflated, Fortran order, float images, statistics. Values come from integer formulas that the tests repeat.
Needs: numpy. Usage: metrics-arrays.py FOLDER"""

import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
images = (np.arange(5 * 4 * 6 * 3).reshape(5, 4, 6, 3) * 7 % 256).astype(np.uint8)
np.save(folder / "images.npy", images)
np.savez(folder / "stored.npz", arr_0=images, arr_1=np.arange(5))
np.savez_compressed(folder / "deflated.npz", arr_0=images, arr_1=np.arange(5))
np.save(folder / "fortran.npy", np.asfortranarray(images.reshape(20, 18)))
np.save(folder / "planar.npy", np.ascontiguousarray(images.transpose(0, 3, 1, 2)))
np.save(folder / "gray.npy", images[..., :1])
np.save(folder / "unit.npy", images.astype(np.float32) / 255)
np.save(folder / "double.npy", images.astype(np.float64) / 127.5 - 1)
np.save(folder / "half.npy", images.astype(np.float16))
features = (np.arange(6 * 3).reshape(6, 3) * 5 % 11).astype(np.float64)
np.savez(folder / "features.npz", features=features.astype(np.float32), labels=np.arange(6))
np.savez(folder / "statistics.npz", mu=features.mean(axis=0), sigma=np.cov(features, rowvar=False))
np.savez(folder / "labels.npz", labels=np.arange(6))
