"""Prints test/fixtures/data/legacy-bilinear.json: bytes of the decoding recipe for the tests of
harness/data/decode-image.ts: the centre square, then
TensorFlow 1's bilinear rule (source position = target position * side / resolution, upper neighbour clamped),
then rounding half up. The input comes from an integer formula that JavaScript repeats exactly. Written from the
rule, in float64, without TensorFlow. Needs: numpy."""

import json

import numpy as np


def picture(height, width):
    """uint8 [height, width, 3]"""
    y, x, c = np.ogrid[:height, :width, :3]
    return ((y * y * 7 + x * 31 + x * y * 3 + c * 83) % 256).astype(np.uint8)


def centre_square(image):
    side = min(image.shape[:2])
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    return image[top : top + side, left : left + side]


def legacy_bilinear(image, resolution):
    image = image.astype(np.float64)
    side = image.shape[0]
    position = np.arange(resolution) * (side / resolution)
    low = np.floor(position).astype(int)
    high = np.minimum(low + 1, side - 1)
    part = position - low
    rows = image[low] * (1 - part)[:, None, None] + image[high] * part[:, None, None]
    return rows[:, low] * (1 - part)[None, :, None] + rows[:, high] * part[None, :, None]


cases = []
for height, width, resolution in [(11, 8, 5), (7, 12, 4), (3, 3, 7)]:
    resized = legacy_bilinear(centre_square(picture(height, width)), resolution)
    pixels = np.floor(resized + 0.5).astype(np.uint8).ravel().tolist()
    cases.append({"height": height, "width": width, "resolution": resolution, "pixels": pixels})
print(json.dumps(cases))
