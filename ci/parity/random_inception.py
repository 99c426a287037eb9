"""The same random weights and images as random-inception.ts, bit for bit."""

import hashlib
import json
import struct
from pathlib import Path

import numpy as np

MASK = 0xFFFFFFFF
LAYERS = json.loads((Path(__file__).parents[2] / "reference/inception-2015-layers.json").read_text())
VECTORS = (("beta", "bias"), ("gamma", "weight"), ("moving_mean", "running_mean"), ("moving_variance", "running_var"))


def stream_bits(seed, *name):
    """The first draw of the harness's stream; see ci/golden/random-xoshiro.py."""
    text = json.dumps([seed, *name], separators=(",", ":"))
    second = struct.unpack("<4I", hashlib.sha256(text.encode()).digest()[:16])[1]
    value = second * 5 & MASK
    return ((value << 7 | value >> 25) & MASK) * 9 & MASK


def uniforms(key, count):
    value = np.uint32(key) + np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B1)
    value = (value ^ value >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    value = (value ^ value >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    value ^= value >> np.uint32(16)
    return (value >> np.uint32(8)).astype(np.float64) / 2**24


def value_range(name, shape):
    if name.endswith(("/gamma", "/moving_variance")):
        return 0.5, 1.5
    if name.endswith("/beta"):
        return -0.2, 0.3
    if name.endswith("/moving_mean"):
        return -0.2, 0.2
    if len(shape) == 1:
        return -0.5, 0.5
    bound = float(np.sqrt(6 / np.prod(shape[:-1])))
    return -bound, bound


def tensors():
    """(TensorFlow's name, PyTorch's name, TensorFlow's shape) of every tensor."""
    for layer in LAYERS["convs"]:
        shape = (*layer["kernel"], layer["inChannels"], layer["outChannels"])
        yield f"{layer['tf']}/conv2d_params", f"{layer['pt']}.conv.weight", shape
        for ours, theirs in VECTORS:
            yield f"{layer['tf']}/batchnorm/{ours}", f"{layer['pt']}.bn.{theirs}", shape[3:]
    fc = LAYERS["fc"]
    yield fc["tfWeights"], fc["ptWeight"], tuple(fc["tfShape"])
    yield fc["tfBiases"], fc["ptBias"], (fc["tfShape"][1],)


def random_weights(seed):
    """Pairs of PyTorch's name and a float32 array in TensorFlow's order."""
    for name, pytorch_name, shape in tensors():
        low, high = value_range(name, shape)
        values = low + (high - low) * uniforms(stream_bits(seed, "inception", name), int(np.prod(shape)))
        yield pytorch_name, values.astype(np.float32).reshape(shape)


def random_images(seed, count):
    """[count, 299, 299, 3] float32, as the network reads them."""
    across = -(-299 // 13)
    colors = uniforms(stream_bits(seed, "squares"), count * across * across * 3)
    colors = colors.reshape(count, across, across, 3).repeat(13, axis=1).repeat(13, axis=2)[:, :299, :299]
    noise = uniforms(stream_bits(seed, "noise"), count * 299 * 299 * 3).reshape(count, 299, 299, 3)
    return ((np.floor(224 * colors + 32 * noise) - 128) / 128).astype(np.float32)
