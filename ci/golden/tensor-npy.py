"""Arrays that numpy.save wrote, for the reader of .npy files, and the bytes that its writer must produce.

Needs numpy; from the repository root:

    python3 ci/golden/tensor-npy.py
"""

import base64
import io
import json

import numpy as np


def saved(values):
    file = io.BytesIO()
    np.save(file, values)
    return base64.b64encode(file.getvalue()).decode()


cases = {
    "int32": np.arange(-3, 4, dtype="<i4"),
    "float32": (np.arange(6, dtype="<f4") / 8 - 0.25).reshape(2, 3),
    "three axes": np.arange(24, dtype="<f4").reshape(2, 3, 4),
    "empty": np.zeros((0, 5), "<f4"),
    "float64": np.zeros(2),
    "fortran": np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3)),
}
with open("test/fixtures/pretraining/npy.json", "w", encoding="utf8") as file:
    json.dump({name: saved(values) for name, values in cases.items()}, file, indent="\t")
    file.write("\n")
