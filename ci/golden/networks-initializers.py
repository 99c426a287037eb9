"""Golden initial values: the project's random streams written again, then numpy's QR and TensorFlow's rules.

Needs numpy; from the repository root:

    python3 ci/golden/networks-initializers.py
"""

import hashlib
import json
import math
import struct

import numpy as np

MASK = 0xFFFFFFFF


def stream(seed, *name):
    """xoshiro128** seeded with SHA-256 over the JSON of seed and name; yields 32-bit integers."""
    text = json.dumps([seed, *name], separators=(",", ":"))
    a, b, c, d = struct.unpack("<4I", hashlib.sha256(text.encode()).digest()[:16])
    rotate = lambda value, shift: ((value << shift) | (value >> (32 - shift))) & MASK
    while True:
        yield (rotate((b * 5) & MASK, 7) * 9) & MASK
        shifted = (b << 9) & MASK
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = rotate(d, 11)


def uniform(bits):
    high = next(bits) >> 5
    return (high * 0x4000000 + (next(bits) >> 6)) / 2**53


def normals(bits, count):
    values = []
    while len(values) < count:
        radius = math.sqrt(-2 * math.log(1 - uniform(bits)))
        angle = 2 * math.pi * uniform(bits)
        values += [radius * math.cos(angle), radius * math.sin(angle)]
    return np.array(values[:count], np.float32).astype(np.float64)


def orthogonal(bits, shape):
    rows, columns = math.prod(shape[:-1]), shape[-1]
    long, short = max(rows, columns), min(rows, columns)
    q, r = np.linalg.qr(normals(bits, long * short).reshape(long, short))
    q = q * np.sign(np.diag(r))
    return (q.T if rows < columns else q).reshape(shape)


def glorot_normal(bits, shape):
    deviation = math.sqrt(2 / (shape[0] + shape[1])) / 0.87962566103423978
    kept = np.empty(0)
    while len(kept) < math.prod(shape):
        drawn = normals(bits, math.prod(shape) - len(kept))
        kept = np.append(kept, drawn[np.abs(drawn) < 2])
    return kept.reshape(shape) * deviation


makers = {
    "orthogonal": orthogonal,
    "glorot-normal": glorot_normal,
    "normal": lambda bits, shape: 0.02 * normals(bits, math.prod(shape)).reshape(shape),
}
cases = [
    {
        "initializer": initializer,
        "shape": shape,
        "values": [float(f"{v:.9g}") for v in makers[initializer](stream(7, "golden", initializer), shape).ravel()],
    }
    for initializer, shape in [
        ("orthogonal", [3, 3, 2, 5]),
        ("orthogonal", [4, 9]),
        ("orthogonal", [1, 1, 6, 6]),
        ("glorot-normal", [9, 11]),
        ("normal", [3, 3, 2, 2]),
    ]
]

with open("test/fixtures/networks/initializers.json", "w", encoding="utf8") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
