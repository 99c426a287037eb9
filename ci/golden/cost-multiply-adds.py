"""Numbers for test/harness/suite/cost: multiply-adds of BigGAN and of the pre-training network in PyTorch.

The networks are written here from the paper's Tables 6 to 11 and the published facts about the authors' code, on
PyTorch's meta device, which computes nothing; PyTorch's own counter (torch.utils.flop_counter) counts what its
convolutions and matrix products would do, forwards and backwards. It counts two operations a multiply-add. Zero
insertion is a transposed convolution, and averages of convolutions are convolutions, as here. Spectral norm is left out.

    python ci/golden/cost-multiply-adds.py > test/fixtures/suite/multiply-adds.json
"""

import json

import torch
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

torch.set_default_device("meta")

G_WIDTHS = {32: [4, 4, 4, 4], 64: [16, 16, 8, 4, 2], 128: [16, 16, 8, 4, 2, 1], 256: [16, 16, 8, 8, 4, 2, 1]}
D_WIDTHS = {32: [2, 2, 2, 2], 64: [2, 4, 8, 16, 16], 128: [1, 2, 4, 8, 16, 16], 256: [1, 2, 4, 8, 8, 16, 16]}
G_ATTENTION = {32: None, 64: 3, 128: 3, 256: 4}
D_ATTENTION = {32: 0, 64: 0, 128: 0, 256: 1}
LATENT = {32: 128, 64: 120, 128: 120, 256: 140}


class Weights:
    """Fresh kernels on demand; all are trained, or none."""

    def __init__(self, trained):
        self.trained = trained

    def __call__(self, *shape):
        return torch.empty(*shape, requires_grad=self.trained)


def convolve(x, kernels, outputs, size):
    return F.conv2d(x, kernels(outputs, x.shape[1], size, size), padding=size // 2)


def attention(x, kernels):
    n, c, h, w = x.shape
    theta = convolve(x, kernels, c // 8, 1).flatten(2)
    phi = F.max_pool2d(convolve(x, kernels, c // 8, 1), 2).flatten(2)
    g = F.max_pool2d(convolve(x, kernels, c // 2, 1), 2).flatten(2)
    mixture = torch.bmm(torch.softmax(torch.bmm(theta.transpose(1, 2), phi), -1), g.transpose(1, 2))
    return x + convolve(mixture.transpose(1, 2).reshape(n, c // 2, h, w), kernels, c, 1)


def generator(batch, resolution, ch, classes, kernels):
    widths = [width * ch for width in G_WIDTHS[resolution]]
    chunk = LATENT[resolution] // len(widths)
    embedded = torch.empty(batch, classes) @ kernels(classes, 128)
    x = (torch.empty(batch, chunk) @ kernels(chunk, 16 * widths[0])).reshape(batch, widths[0], 4, 4)
    for index, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        condition = torch.cat([torch.empty(batch, chunk), embedded], 1)

        def norm(t):
            scale, offset = (condition @ kernels(128 + chunk, t.shape[1]) for _ in range(2))
            return F.relu(F.batch_norm(t, None, None, training=True) * scale[..., None, None] + offset[..., None, None])

        main = F.conv_transpose2d(norm(x), kernels(inputs, outputs, 3, 3), stride=2, padding=1, output_padding=1)
        main = convolve(norm(main), kernels, outputs, 3)
        shortcut = convolve(x, kernels, outputs, 1)
        x = main + F.interpolate(shortcut, scale_factor=2)
        if G_ATTENTION[resolution] == index:
            x = attention(x, kernels)
    return torch.tanh(convolve(F.relu(x), kernels, 3, 3))


def discriminator(images, ch, classes, kernels, rotation_rows):
    """Rotation rows: images that the rotation head sees, the last ones. The projection sees all."""
    resolution, x = images.shape[2], images
    widths = [width * ch for width in D_WIDTHS[resolution]]
    for index, outputs in enumerate(widths):
        last = index == len(widths) - 1
        shrink = (lambda t: t) if last else (lambda t: F.avg_pool2d(t, 2))
        main = F.relu(convolve(F.relu(x), kernels, outputs, 3))
        if not last and x.shape[2] >= 16:
            # A 3x3 convolution and the average of 2x2, as one.
            main = F.conv2d(main, kernels(outputs, outputs, 4, 4), stride=2, padding=1)
        else:
            main = shrink(convolve(main, kernels, outputs, 3))
        x = main + convolve(shrink(x), kernels, outputs, 1) if x.shape[1] != outputs else main
        if D_ATTENTION[resolution] == index:
            x = attention(x, kernels)
    features = F.relu(x).sum((2, 3))
    logits = (features @ kernels(widths[-1], 1))[:, 0]
    score = (logits + ((torch.empty(len(images), classes) @ kernels(classes, widths[-1])) * features).sum(1)).sum()
    if rotation_rows:
        score = score + (features[-rotation_rows:] @ kernels(widths[-1], 4)).sum()
    return score


def multiply_adds(work):
    with FlopCounterMode(display=False) as counter:
        work()
    total = counter.get_total_flops()
    assert total % 2 == 0
    return total // 2


def gan(resolution, ch, classes, batch):
    def discriminator_update(rotated=0):
        with torch.no_grad():
            generator(batch, resolution, ch, classes, Weights(False))
        images = torch.empty(2 * batch + 3 * rotated, 3, resolution, resolution)
        discriminator(images, ch, classes, Weights(True), 4 * rotated).backward()

    def generator_update():
        fakes = generator(batch, resolution, ch, classes, Weights(True))
        discriminator(fakes, ch, classes, Weights(False), 0).backward()

    return {
        "resolution": resolution,
        "channels": ch,
        "classes": classes,
        "batch": batch,
        "generatorForward": multiply_adds(lambda: generator(batch, resolution, ch, classes, Weights(False))),
        "discriminatorUpdate": multiply_adds(discriminator_update),
        "generatorUpdate": multiply_adds(generator_update),
    }


def resnet(widening, units, root, side, classes, batch):
    """ResNet v2 with bottleneck units; each stage's first unit strides, and its shortcut is a 1x1 convolution."""
    kernels = Weights(True)
    x = torch.empty(batch, 3, side, side)
    width = 16 * widening
    if root == "imagenet":
        x = F.max_pool2d(F.conv2d(x, kernels(width, 3, 7, 7), stride=2, padding=3), 3, 2, 1)
    else:
        x = F.conv2d(x, kernels(width, 3, 3, 3), stride=2 if root == "small-strided" else 1, padding=1)
    for stage, count in enumerate(units):
        outputs = 64 * widening * 2**stage
        for index in range(count):
            stride = 2 if stage > 0 and index == 0 else 1
            active = F.relu(x)
            inputs, middle = x.shape[1], outputs // 4
            projected = stride > 1 or inputs != outputs
            shortcut = F.conv2d(active, kernels(outputs, inputs, 1, 1), stride=stride) if projected else x
            narrow = F.relu(F.conv2d(active, kernels(middle, inputs, 1, 1)))
            wide = F.relu(F.conv2d(narrow, kernels(middle, middle, 3, 3), stride=stride, padding=1))
            x = shortcut + F.conv2d(wide, kernels(outputs, middle, 1, 1))
    features = F.relu(x).mean((2, 3))
    loss = (features @ kernels(features.shape[1], 4)).sum()
    if classes:
        loss = loss + (features @ kernels(features.shape[1], classes)).sum()
    loss.backward()


def pretraining(widening, units, root, side, classes, batch):
    return {
        "widening": widening,
        "unitsPerStage": units,
        "root": root,
        "side": side,
        "classes": classes,
        "batch": batch,
        "forwardAndBackward": multiply_adds(lambda: resnet(widening, units, root, side, classes, batch)),
    }


print(
    json.dumps(
        {
            "torch": torch.__version__,
            "gans": [gan(32, 16, 10, 4), gan(64, 8, 10, 2), gan(128, 96, 1000, 2), gan(256, 96, 1000, 1)],
            "pretraining": [
                pretraining(4, [3, 4, 6, 3], "imagenet", 224, 1000, 2),
                pretraining(16, [3, 4, 6, 3], "imagenet", 224, 1000, 1),
                pretraining(1, [1, 1, 1, 1], "small-strided", 32, 10, 3),
            ],
        },
        indent="\t",
    )
)
