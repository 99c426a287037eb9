"""Tensor by tensor, what the feature extractor F of arXiv 1903.02271 consists of at two widths: ResNet-50 v2 with the
widening factor 4, which is the standard network, and 16, the paper's (a factor of 1 stands for 16 root channels in the
code of the same group, https://github.com/google-research/s4l/blob/master/models/resnet.py).

Shapes are read off Keras's ResNet50V2, built without weights. Three things differ from it, all stated by the code
above: no convolution has a bias; the widening factor multiplies every number of channels but those of images and
classes; a linear head for the four rotations stands beside the one for the classes. Names and order of use are those
that s4l's scopes give. Needs tensorflow; writes reference/feature-extractor-tensors.json:

    python3 ci/golden/feature-extractor-tensors.py
"""

import json
import math
from pathlib import Path

import tensorflow as tf

CLASSES, ROTATIONS = 1000, 4
UNITS = [3, 4, 6, 3]
model = tf.keras.applications.ResNet50V2(weights=None, classes=CLASSES)


def shapes_of(layer, *names):
    """Shapes of a layer's variables of these names."""
    found = {weight.path.split("/")[-1]: list(weight.shape) for weight in model.get_layer(layer).weights}
    return [found[name] for name in names]


def norm(scope, layer):
    gamma, beta = shapes_of(layer, "gamma", "beta")
    return [(f"{scope}/gamma", gamma), (f"{scope}/beta", beta)]


def kernel(scope, layer):
    return [(f"{scope}/kernel", shapes_of(layer, "kernel")[0])]


def standard_tensors():
    """Name and shape at the standard width, the class head last."""
    tensors = kernel("resnet/root_block", "conv1_conv")
    for stage, units in enumerate(UNITS):
        for unit in range(units):
            scope, layer = f"resnet/block{stage + 1}/unit{unit + 1}", f"conv{stage + 2}_block{unit + 1}"
            tensors += norm(f"{scope}/norm", f"{layer}_preact_bn")
            if unit == 0:
                tensors += kernel(f"{scope}/proj", f"{layer}_0_conv")
            tensors += kernel(f"{scope}/a", f"{layer}_1_conv")
            tensors += norm(f"{scope}/b/norm", f"{layer}_1_bn")
            tensors += kernel(f"{scope}/b", f"{layer}_2_conv")
            tensors += norm(f"{scope}/c/norm", f"{layer}_2_bn")
            tensors += kernel(f"{scope}/c", f"{layer}_3_conv")
    tensors += norm("resnet/final_norm", "post_bn")
    features = shapes_of("predictions", "kernel")[0][0]
    tensors += [("rotations/kernel", [features, ROTATIONS]), ("rotations/bias", [ROTATIONS])]
    kernel_shape, bias_shape = shapes_of("predictions", "kernel", "bias")
    return tensors + [("classes/kernel", kernel_shape), ("classes/bias", bias_shape)]


def widen(name, shape, factor):
    """The shape with `factor` times the channels, where they are channels."""
    fixed = {0, 1} if len(shape) == 4 else set()
    if name == "resnet/root_block/kernel":
        fixed.add(2)
    if name.startswith(("rotations/", "classes/")):
        fixed.add(len(shape) - 1)
    return [size if axis in fixed else size * factor for axis, size in enumerate(shape)]


def network(widening):
    tensors = [(name, widen(name, shape, widening // 4)) for name, shape in standard_tensors()]
    rows = [{"name": name, "shape": shape, "size": math.prod(shape)} for name, shape in tensors]
    return {"widening": widening, "total": sum(row["size"] for row in rows), "tensors": rows}


# Keras's own count less its biases of convolutions, which s4l does not have: a check of the walk over its layers.
biases = sum(math.prod(w.shape) for l in model.layers for w in l.trainable_weights if w.path.endswith("conv/bias"))
trainable = sum(math.prod(w.shape) for w in model.trainable_weights)
standard = network(4)
rotation_head = 2048 * ROTATIONS + ROTATIONS
assert standard["total"] == trainable - biases + rotation_head, (standard["total"], trainable, biases)

data = {
    "schemaVersion": 1,
    "paper": "arXiv 1903.02271v1 section 4 (pre-training): wide ResNet-50 v2 with widening factor 16; no table lists its tensors",
    "source": f"Keras {tf.keras.__version__} applications.ResNet50V2, less {biases:,} biases of convolutions, plus the head of four rotations; ci/golden/feature-extractor-tensors.py",
    "networks": [standard, network(16)],
}
target = Path(__file__).parents[2] / "reference/feature-extractor-tensors.json"
target.write_text(json.dumps(data, indent="\t", ensure_ascii=False) + "\n")
print([(n["widening"], f"{n['total']:,}", len(n["tensors"])) for n in data["networks"]])
