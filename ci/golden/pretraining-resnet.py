"""Golden values of a small ResNet v2 with both heads, and of its training by Eq. 2, in float64 with JAX.

For each root: representation in training mode, moving moments after it, representation at inference, the terms of
Eq. 2 with the gradient of every parameter, and parameters, velocities and moments after two updates of SGD with
momentum. Views come from numpy.rot90. Also the number of parameters of whole networks, counted from the layer list of
https://github.com/google-research/s4l/blob/master/models/resnet.py with NumPy alone.

Parameters come from a generator of pseudo-random numbers that the test writes again, so that the fixture holds only
summaries: length, inner product with a pseudo-random probe, first values. Written from the published description,
not from the TypeScript. Needs numpy and jax; from the repository root:

    python3 ci/golden/pretraining-resnet.py
"""

import json
import math

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np
from jax import lax

EPSILON, NORM_MOMENTUM = 1e-3, 0.9
MOMENTUM, DECAY, GAMMA = 0.9, 0.01, 0.5
RATES = [0.05, 0.02]
CLASSES = 3


def pseudo_random(name, shape):
    """Numbers in [-1, 1): a linear congruential generator whose start is the FNV-1a hash of the name."""
    state = 2166136261
    for character in name.encode():
        state = ((state ^ character) * 16777619) % 2**32
    values = []
    for _ in range(math.prod(shape)):
        state = (1664525 * state + 1013904223) % 2**32
        values.append(2 * np.float32(state / 2**32) - 1)
    return np.array(values, np.float32).astype(np.float64).reshape(shape)


def summary(name, values):
    values = np.asarray(values, np.float64)
    probe = pseudo_random(f"probe/{name}", values.shape)
    digits = lambda v: float(f"{v:.9g}")
    return {
        "shape": list(values.shape),
        "length": digits(np.sqrt((values**2).sum())),
        "inner": digits((values * probe).sum()),
        "first": [digits(v) for v in values.ravel()[:4]],
    }


def summaries(tensors):
    return {name: summary(name, values) for name, values in tensors.items()}


def shapes_of(widening, units, root, classes):
    """Name and shape of every parameter, in order of use."""
    shapes = {}

    def norm(scope, channels):
        shapes[f"{scope}/gamma"] = (channels,)
        shapes[f"{scope}/beta"] = (channels,)

    channels = int(16 * widening)
    size = 7 if root == "imagenet" else 3
    shapes["resnet/root_block/kernel"] = (size, size, 3, channels)
    for stage, count in enumerate(units):
        out = int(64 * widening) * 2**stage
        for unit in range(count):
            scope = f"resnet/block{stage + 1}/unit{unit + 1}"
            norm(f"{scope}/norm", channels)
            if channels != out or (stage > 0 and unit == 0):
                shapes[f"{scope}/proj/kernel"] = (1, 1, channels, out)
            shapes[f"{scope}/a/kernel"] = (1, 1, channels, out // 4)
            norm(f"{scope}/b/norm", out // 4)
            shapes[f"{scope}/b/kernel"] = (3, 3, out // 4, out // 4)
            norm(f"{scope}/c/norm", out // 4)
            shapes[f"{scope}/c/kernel"] = (1, 1, out // 4, out)
            channels = out
    norm("resnet/final_norm", channels)
    for head, outputs in [("rotations", 4)] + ([("classes", classes)] if classes else []):
        shapes[f"{head}/kernel"] = (channels, outputs)
        shapes[f"{head}/bias"] = (outputs,)
    return shapes


def parameter(name, shape):
    values = pseudo_random(name, shape)
    if name.endswith("/bias") or name.endswith("/beta"):
        return values / 4
    if name.endswith("/gamma"):
        return 1 + values / 4
    return values


def convolve(x, kernel, stride, padding):
    pad = [(padding, padding)] * 2
    return lax.conv_general_dilated(x, kernel, (stride, stride), pad, dimension_numbers=("NHWC", "HWIO", "NHWC"))


def features(parameters, moments, x, units, root, training):
    """Representation, and the moments after it."""
    moved = dict(moments)

    def norm_relu(scope, x):
        if training:
            mean = x.mean((0, 1, 2))
            variance = ((x - mean) ** 2).mean((0, 1, 2))
            count = x.shape[0] * x.shape[1] * x.shape[2]
            for kind, value in [("mean", mean), ("variance", variance * count / (count - 1))]:
                old = moments[f"{scope}/moving_{kind}"]
                moved[f"{scope}/moving_{kind}"] = NORM_MOMENTUM * old + (1 - NORM_MOMENTUM) * value
        else:
            mean, variance = moments[f"{scope}/moving_mean"], moments[f"{scope}/moving_variance"]
        normal = (x - mean) / jnp.sqrt(variance + EPSILON)
        return jnp.maximum(normal * parameters[f"{scope}/gamma"] + parameters[f"{scope}/beta"], 0)

    x = 2 * x - 1
    if root == "imagenet":
        x = convolve(x, parameters["resnet/root_block/kernel"], 2, 3)
        x = jnp.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)])
        x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 3, 3, 1), (1, 2, 2, 1), "VALID")
    else:
        x = convolve(x, parameters["resnet/root_block/kernel"], 1 if root == "small" else 2, 1)
    for stage, count in enumerate(units):
        for unit in range(count):
            scope = f"resnet/block{stage + 1}/unit{unit + 1}"
            stride = 2 if stage > 0 and unit == 0 else 1
            active = norm_relu(f"{scope}/norm", x)
            projection = parameters.get(f"{scope}/proj/kernel")
            shortcut = x if projection is None else convolve(active, projection, stride, 0)
            y = convolve(active, parameters[f"{scope}/a/kernel"], 1, 0)
            y = convolve(norm_relu(f"{scope}/b/norm", y), parameters[f"{scope}/b/kernel"], stride, 1)
            y = convolve(norm_relu(f"{scope}/c/norm", y), parameters[f"{scope}/c/kernel"], 1, 0)
            x = shortcut + y
    return norm_relu("resnet/final_norm", x).mean((1, 2)), moved


def joint_loss(parameters, moments, images, labels, units, root):
    """Eq. 2 with the first len(labels) images labelled."""
    rotation_terms, class_terms = [], []
    views = np.concatenate([np.rot90(images, turns, (1, 2)) for turns in range(4)])
    f, moved = features(parameters, moments, jnp.asarray(views), units, root, True)
    rotations = jax.nn.log_softmax(f @ parameters["rotations/kernel"] + parameters["rotations/bias"])
    classes = jax.nn.log_softmax(f @ parameters["classes/kernel"] + parameters["classes/bias"])
    count = len(images)
    for turns in range(4):
        rotation_terms += [rotations[turns * count + i, turns] for i in range(count)]
        class_terms += [classes[turns * count + i, label] for i, label in enumerate(labels)]
    rotation = -sum(rotation_terms) / len(rotation_terms)
    of_class = -sum(class_terms) / len(class_terms)
    return rotation + GAMMA * of_class, (rotation, of_class, moved)


def unit_images(name, shape):
    return (pseudo_random(name, shape) + 1) / 2


def case(widening, units, root, resolution, images_count, labels):
    shapes = shapes_of(widening, units, root, CLASSES)
    parameters = {name: parameter(name, shape) for name, shape in shapes.items()}
    moments = {}
    for name, shape in shapes.items():
        if name.endswith("/gamma"):
            scope = name[: -len("/gamma")]
            moments[f"{scope}/moving_mean"] = pseudo_random(f"{scope}/moving_mean", shape)
            moments[f"{scope}/moving_variance"] = 1 + pseudo_random(f"{scope}/moving_variance", shape) / 2
    images = unit_images(f"images/{root}", (images_count, resolution, resolution, 3))
    trained, moved = features(parameters, moments, jnp.asarray(images), units, root, True)
    inferred, _ = features(parameters, moments, jnp.asarray(images), units, root, False)

    step = jax.value_and_grad(joint_loss, has_aux=True)
    velocities = {name: np.zeros(shape) for name, shape in shapes.items()}
    after, state, losses, first_gradients = parameters, moments, [], None
    for rate in RATES:
        (total, (rotation, of_class, state)), gradients = step(after, state, images, labels, units, root)
        losses.append({"total": float(total), "rotation": float(rotation), "class": float(of_class)})
        first_gradients = first_gradients or gradients
        for name, gradient in gradients.items():
            decay = DECAY * after[name] if name.endswith("/kernel") else 0
            velocities[name] = MOMENTUM * velocities[name] + gradient + decay
        after = {name: value - rate * velocities[name] for name, value in after.items()}
    return {
        "config": {"widening": widening, "unitsPerStage": units, "root": root, "classes": CLASSES},
        "epsilon": EPSILON,
        "normMomentum": NORM_MOMENTUM,
        "imagesShape": list(images.shape),
        "labels": labels,
        "settings": {"momentum": MOMENTUM, "weightDecay": DECAY, "gamma": GAMMA, "rates": RATES},
        "training": summary("training", trained),
        "moments": summaries(moved),
        "inference": summary("inference", inferred),
        "losses": losses,
        "gradients": summaries(first_gradients),
        "parametersAfter": summaries(after),
        "velocitiesAfter": summaries(velocities),
        "momentsAfter": summaries(state),
    }


def count(widening, units, root, classes):
    return int(sum(np.prod(shape) for shape in shapes_of(widening, units, root, classes).values()))


RESNET_50 = [3, 4, 6, 3]
content = {
    "cases": {
        "small": case(0.25, [2, 1], "small", 8, 3, [2]),
        "small-strided": case(0.25, [1, 1], "small-strided", 16, 3, [1, 2]),
        "imagenet": case(0.25, [1, 2], "imagenet", 32, 3, [0, 1]),
    },
    "counts": [
        {"widening": w, "unitsPerStage": u, "root": r, "classes": c, "parameters": count(w, u, r, c)}
        for w, u, r, c in [
            (4, RESNET_50, "imagenet", 1000),
            (16, RESNET_50, "imagenet", 1000),
            (16, RESNET_50, "imagenet", None),
            (1, [1, 1, 1, 1], "small", 10),
            (0.5, [1, 1, 1, 1], "small", 10),
        ]
    ],
}
with open("test/fixtures/pretraining/resnet.json", "w", encoding="utf8") as file:
    json.dump(content, file, separators=(",", ":"))
    file.write("\n")
