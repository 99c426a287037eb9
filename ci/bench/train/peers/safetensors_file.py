"""Reads and writes the float32 and int32 tensors of a safetensors file as NumPy arrays.

The format is a length (uint64), a JSON header and the raw data, little-endian
(https://github.com/huggingface/safetensors, "Format"); a dozen lines spare the benchmark a dependency.
"""

import json

import numpy as np

TYPES = {"F32": np.dtype("<f4"), "I32": np.dtype("<i4")}


def read_tensors(path):
    """Tensors by name, and the file's free texts."""
    with open(path, "rb") as file:
        content = file.read()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    texts = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(content[start + begin : start + end], TYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"]).copy()
    return tensors, texts


def write_tensors(path, tensors):
    """Writes float32 arrays by name."""
    header, data, offset = {}, [], 0
    for name, values in tensors.items():
        array = np.ascontiguousarray(values, TYPES["F32"])
        header[name] = {"dtype": "F32", "shape": list(np.shape(values)), "data_offsets": [offset, offset + array.nbytes]}
        data.append(array.tobytes())
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + b"".join(data))
