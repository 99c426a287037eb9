"""Prints test/fixtures/data/preparation.json: what TensorFlow's own kernels make of pictures of odd sizes, for the
tests of harness/data/preparation and harness/data/decoding.

- `resized`: legacy bilinear resize (compat.v1.image.resize_bilinear) of windows of a drawn picture
- `jpeg`: a JPEG file with subsampled colors, decoded whole by decode_jpeg (default transform), cut, divided by 255,
  resized: the steps of compare_gan
- `squares`: what sample_distorted_bounding_box gives for aspect ratio 1 and areas of 50 to 100 %, without boxes, in
  many draws: smallest and largest side, largest offsets, and in how many draws the whole picture is used

Needs: tensorflow, numpy, pillow."""

import base64
import io
import json

import numpy as np
import tensorflow as tf
from PIL import Image


def picture(height, width):
    """uint8 [height, width, 3]"""
    y, x, c = np.ogrid[:height, :width, :3]
    return ((y * y * 7 + x * 31 + x * y * 3 + c * 83) % 256).astype(np.uint8)


def smooth(height, width):
    """uint8 [height, width, 3], with edges that chroma subsampling blurs"""
    y, x = np.mgrid[:height, :width].astype(np.float64)
    red = 127 + 120 * np.sin(x / 5) * np.cos(y / 7)
    green = 255 * ((x.astype(int) // 6 + y.astype(int) // 5) % 2)
    blue = 255 * x / width
    return np.stack([red, green, blue], -1).round().astype(np.uint8)


def resize(image, window, resolution):
    top, left, height, width = window
    part = tf.cast(image, tf.float32)[top : top + height, left : left + width] / 255.0
    return tf.compat.v1.image.resize_bilinear(part[None], [resolution, resolution])[0].numpy()


def rounded(values):
    return [round(float(value), 7) for value in values.ravel()]


resized = []
for height, width, window, resolution in [
    (11, 8, (0, 0, 11, 8), 5),
    (7, 13, (1, 2, 5, 9), 4),
    (9, 10, (2, 3, 5, 5), 7),
    (23, 17, (3, 1, 19, 13), 6),
    (5, 5, (0, 0, 5, 5), 5),
]:
    values = rounded(resize(picture(height, width), window, resolution))
    resized.append({"height": height, "width": width, "window": window, "resolution": resolution, "values": values})

file = io.BytesIO()
Image.fromarray(smooth(47, 61)).save(file, "JPEG", quality=85, subsampling=2)
decoded = tf.io.decode_jpeg(file.getvalue(), channels=3)
crops = []
for window, resolution in [((0, 0, 47, 61), 8), ((5, 13, 33, 33), 7), ((14, 28, 33, 33), 6), ((3, 0, 44, 44), 5)]:
    crops.append({"window": window, "resolution": resolution, "values": rounded(resize(decoded, window, resolution))})

squares = []
for height, width in [(375, 500), (500, 333), (101, 101), (47, 61), (3, 4), (100, 199), (100, 201), (1, 1), (33, 90)]:
    sides, tops, lefts, whole = [], [], [], 0
    for seed in range(3000):
        begin, size, _ = tf.image.stateless_sample_distorted_bounding_box(
            [height, width, 3],
            bounding_boxes=tf.zeros([1, 0, 4]),
            seed=[seed, 1],
            aspect_ratio_range=[1.0, 1.0],
            area_range=[0.5, 1.0],
            max_attempts=100,
            use_image_if_no_bounding_boxes=True,
        )
        (top, left, _), (tall, wide, _) = begin.numpy(), size.numpy()
        tall = height if tall < 0 else tall
        wide = width if wide < 0 else wide
        if tall != wide:
            whole += 1
            assert (top, left, tall, wide) == (0, 0, height, width)
            continue
        sides.append(int(tall))
        if tall < height:
            tops.append(int(height - tall - 1 - top))
        if wide < width:
            lefts.append(int(width - wide - 1 - left))
    squares.append(
        {
            "height": height,
            "width": width,
            "draws": 3000,
            "whole": whole,
            "sides": [min(sides), max(sides), sum(sides) / len(sides)] if sides else None,
            # Room that is left after the last place that an offset may take: 0 if the end is excluded.
            "least_room": [min(tops) if tops else None, min(lefts) if lefts else None],
        }
    )
print(
    json.dumps(
        {
            "resized": resized,
            "jpeg": {"file": base64.b64encode(file.getvalue()).decode(), "height": 47, "width": 61, "crops": crops},
            "squares": squares,
        }
    )
)
