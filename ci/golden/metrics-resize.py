"""Prints test/fixtures/metrics/resize.json: results of the resize kernels for the tests of
harness/metrics/resize. The antialiased ones come from Pillow itself (per channel in mode F, and RGB bytes), the
two without antialiasing from their rules in float64, written here without TensorFlow or PyTorch. The input comes
from an integer formula that JavaScript repeats exactly; of each result, a digest of all values (Pillow: equal bit
for bit) or a sample of values is kept. Needs: numpy,
pillow below 13 (13 resizes the rows of tall images first, which changes last digits: python-pillow#9549)."""

import hashlib
import json

import numpy as np
from PIL import Image

SIZES = [(7, 11, 5), (5, 4, 9), (32, 32, 299), (37, 53, 299), (299, 301, 299), (640, 431, 299)]


def picture(height, width):
    """uint8 [height, width, 3]"""
    y, x, c = np.ogrid[:height, :width, :3]
    return ((y * y * 7 + x * 31 + x * y * 3 + c * 83) % 256).astype(np.uint8)


def pillow_floats(image, size, filter):
    channels = [
        np.asarray(Image.fromarray(image[:, :, c].astype(np.float32)).resize((size, size), filter))
        for c in range(3)
    ]
    return np.stack(channels, axis=2)


def bilinear(image, size, position):
    """The two neighbours of `position`, clamped to the image, weighed by distance."""

    def axis(extent):
        place = position(np.arange(size), extent / size)
        low = np.floor(place).astype(int)
        part = place - low
        return np.clip(low, 0, extent - 1), np.clip(low + 1, 0, extent - 1), part

    image = image.astype(np.float64)
    low, high, part = axis(image.shape[0])
    image = image[low] * (1 - part)[:, None, None] + image[high] * part[:, None, None]
    low, high, part = axis(image.shape[1])
    return image[:, low] * (1 - part)[None, :, None] + image[:, high] * part[None, :, None]


def digest(values):
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()


def sample(values):
    """Every k-th value, about 200 of them."""
    flat = values.ravel()
    step = max(1, flat.size // 200) | 1
    return {"step": step, "values": [float(value) for value in flat[::step]]}


cases = []
for height, width, size in SIZES:
    image = picture(height, width)
    floats = {
        "bicubic-antialias": pillow_floats(image, size, Image.Resampling.BICUBIC),
        "bilinear-antialias": pillow_floats(image, size, Image.Resampling.BILINEAR),
    }
    # Fractions in the input, as a generator gives them.
    fractional = (image.astype(np.float32) + np.float32(0.25)) * np.float32(0.99)
    cases.append(
        {
            "height": height,
            "width": width,
            "size": size,
            "float32Digest": {name: digest(values.astype("<f4")) for name, values in floats.items()},
            "fractionalDigest": digest(
                pillow_floats(fractional, size, Image.Resampling.BICUBIC).astype("<f4")
            ),
            "bytesDigest": digest(
                np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC))
            ),
            "samples": {
                "bilinear-legacy": sample(bilinear(image, size, lambda i, scale: i * scale)),
                "bilinear-half-pixel": sample(
                    bilinear(image, size, lambda i, scale: np.maximum((i + 0.5) * scale - 0.5, 0))
                ),
                "bicubic-antialias": sample(floats["bicubic-antialias"]),
            },
        }
    )
print(json.dumps(cases))
