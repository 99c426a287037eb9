"""Compares an exported generator in TensorFlow's Python with the images of `sample`, for batches of several sizes.

    fewer-labels export RUN --format saved-model --out model
    python saved_model.py latents z.npy y.npy model
    fewer-labels sample RUN --z z.npy --labels y.npy --out images.npy
    python saved_model.py compare z.npy y.npy model images.npy

Exit code 1 if a pixel is further than half a step of 255 and a rounding away.
"""

import json
import pathlib
import sys

import numpy as np


def draw(latents_file, labels_file, model):
    description = json.loads(pathlib.Path(model, "generator.json").read_text())
    latent_size = int(description["inputs"]["latents"].split("n, ")[1].split("]")[0])
    classes = int(description["inputs"]["labels"].split("to ")[1]) + 1
    random = np.random.default_rng(1)
    np.save(latents_file, random.standard_normal((37, latent_size)).astype("<f4"))
    np.save(labels_file, random.integers(0, classes, 37))


def compare(latents_file, labels_file, model, images_file):
    import tensorflow as tf

    latents = np.load(latents_file)
    labels = np.load(labels_file).astype("<i4")
    images = np.load(images_file)
    generate = tf.saved_model.load(model).signatures["serving_default"]
    worst = 0.0
    for size in (1, 5, 37):
        made = np.concatenate(
            [
                generate(latents=tf.constant(latents[i : i + size]), labels=tf.constant(labels[i : i + size]))[
                    "images"
                ].numpy()
                for i in range(0, len(latents), size)
            ]
        )
        assert made.shape == images.shape, (made.shape, images.shape)
        worst = max(worst, float(np.abs(255 * made.astype("<f8") - images).max()))
        print(f"batches of {size}: largest difference {worst:.4f} of 255")
    print(f"TensorFlow {tf.__version__}")
    return worst < 0.51


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "latents":
        draw(*arguments)
    else:
        sys.exit(0 if compare(*arguments) else 1)
