"""Golden values of Eq. 1 and Eq. 2 of arXiv 1903.02271 with gradients, in float64 with JAX, and of numpy.rot90.

Sums are written out image by image and rotation by rotation, as the equations have them. Needs numpy and jax; from
the repository root:

    python3 ci/golden/pretraining-losses.py
"""

import json

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np

random = np.random.default_rng(20190303)
IMAGES, LABELLED, CLASSES, GAMMA = 5, 2, 3, 0.25
LABELS = [2, 0]


def draw(*shape):
    return (3 * random.standard_normal(shape)).astype(np.float32).astype(np.float64)


def tensor(values):
    values = np.asarray(values, np.float64)
    return {"shape": list(values.shape), "values": [float(f"{v:.9g}") for v in values.ravel()]}


def equation_1(rotations):
    """rotations[r, i]: logits of image i turned by r quarter turns."""
    expectations = []
    for r in range(4):
        expectations.append(sum(jax.nn.log_softmax(rotations[r, i])[r] for i in range(IMAGES)) / IMAGES)
    return -sum(expectations) / 4


def class_term(classes):
    expectations = []
    for r in range(4):
        total = sum(jax.nn.log_softmax(classes[r, i])[LABELS[i]] for i in range(LABELLED))
        expectations.append(total / LABELLED)
    return -sum(expectations) / 4


def equation_2(rotations, classes):
    return equation_1(rotations) + GAMMA * class_term(classes)


rotations, classes = draw(4, IMAGES, 4), draw(4, LABELLED, CLASSES)
first, first_gradient = jax.value_and_grad(equation_1)(jnp.asarray(rotations))
second, second_gradients = jax.value_and_grad(equation_2, (0, 1))(jnp.asarray(rotations), jnp.asarray(classes))
content = {
    "rotations": tensor(rotations.reshape(-1, 4)),
    "classes": tensor(classes.reshape(-1, CLASSES)),
    "labels": tensor(np.eye(CLASSES)[LABELS]),
    "gamma": GAMMA,
    "equation1": {"value": float(first), "gradient": tensor(first_gradient.reshape(-1, 4))},
    "equation2": {
        "value": float(second),
        "classTerm": float(class_term(jnp.asarray(classes))),
        "rotationGradient": tensor(second_gradients[0].reshape(-1, 4)),
        "classGradient": tensor(second_gradients[1].reshape(-1, CLASSES)),
    },
}
with open("test/fixtures/pretraining/losses.json", "w", encoding="utf8") as file:
    json.dump(content, file, separators=(",", ":"))
    file.write("\n")
