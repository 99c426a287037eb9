"""Prints test/fixtures/methods/losses.json: the losses of every method, in float64 NumPy, for networks that are small
enough to write down: features = max(0, pixels W), and linear heads on them. Written from the paper's equations and
from the description of the authors' code; the rotated copies of the last images are appended as there.

    python ci/golden/methods-losses.py > test/fixtures/methods/losses.json
"""

import json

import numpy as np

rng = np.random.default_rng(3)
BATCH, SIDE, COLOURS, FEATURES, CLASSES = 8, 3, 2, 5, 3


def draw(*shape, scale=1.0):
    return np.round(rng.normal(size=shape) * scale, 4)


images = np.round(rng.uniform(size=(BATCH, SIDE, SIDE, COLOURS)), 4)
fakes = np.round(rng.uniform(size=(BATCH, SIDE, SIDE, COLOURS)), 4)
weights = dict(
    features=draw(SIDE * SIDE * COLOURS, FEATURES, scale=0.6),
    logit=draw(FEATURES),
    projection=draw(CLASSES, FEATURES),
    rotation=draw(FEATURES, 4),
    classes=draw(FEATURES, CLASSES),
)
labels = np.array([0, 2, -1, 1, -1, -1, 0, -1])
fake_labels = np.array([1, 1, 0, 2, 2, 0, 1, 0])


def one_hot(values):
    rows = np.zeros((len(values), CLASSES))
    for row, value in enumerate(values):
        if value >= 0:
            rows[row, value] = 1
    return rows


def features(x):
    return np.maximum(0, x.reshape(len(x), -1) @ weights["features"])


def score(x, y=None):
    h = features(x)
    plain = h @ weights["logit"]
    return plain if y is None else plain + ((y @ weights["projection"]) * h).sum(axis=1)


def softmax(logits):
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def hinge_d(real, fake):
    return np.maximum(0, 1 - real).mean() + np.maximum(0, 1 + fake).mean()


def rotation(x, fraction):
    n = BATCH // fraction // 4
    last = x[-n:]
    turned = np.concatenate([np.rot90(last, k, axes=(1, 2)) for k in range(4)])
    truth = np.repeat(np.arange(4), n)
    logits = features(turned) @ weights["rotation"]
    loss = -np.log(softmax(logits)[np.arange(4 * n), truth] + 1e-10).mean()
    return loss, (logits.argmax(axis=1) == truth).mean()


def class_terms(x, y):
    logits = features(x) @ weights["classes"]
    known = y.sum(axis=1) > 0.5
    logs = np.log(softmax(logits))
    loss = -(y * logs).sum(axis=1)[known].mean() if known.any() else 0.0
    accuracy = (logits.argmax(axis=1) == y.argmax(axis=1))[known].mean() if known.any() else 0.0
    return logits, known, loss, accuracy


def projection_labels(method, y):
    return None if method.startswith("single-label") else y


def method_losses(method, o, y):
    fy = one_hot(fake_labels)
    logged_d, logged_g = {}, {}
    if method.endswith("-co"):
        logits, known, class_loss, class_accuracy = class_terms(images, y)
        predicted = softmax(logits) if o["prediction"] == "soft" else one_hot(logits.argmax(axis=1))
        real = score(images, np.where(known[:, None], y, predicted))
        fake = score(fakes, fy)
        if o["realLoss"] == "mixed":
            d = hinge_d(real, fake)
        else:
            each = np.maximum(0, 1 - real)
            d = each[known].mean() + each[~known].mean() + np.maximum(0, 1 + fake).mean()
        logged_d |= dict(adversarialLoss=d)
        d += o["classWeight"] * class_loss
        logged_d |= dict(classLoss=class_loss, classAccuracy=class_accuracy)
    else:
        real = score(images, projection_labels(method, y))
        fake = score(fakes, projection_labels(method, fy))
        d = hinge_d(real, fake)
    g = -fake.mean()
    logged_d |= dict(realScore=real.mean(), fakeScore=fake.mean())
    if "rotatedBatchFraction" in o:
        real_loss, accuracy = rotation(images, o["rotatedBatchFraction"])
        fake_loss, _ = rotation(fakes, o["rotatedBatchFraction"])
        logged_d.setdefault("adversarialLoss", d)
        d += o["discriminatorRotationWeight"] * real_loss
        g += o["generatorRotationWeight"] * fake_loss
        logged_d |= dict(rotationLoss=real_loss, rotationAccuracy=accuracy)
        logged_g |= dict(fakeRotationLoss=fake_loss)
    return dict(
        discriminator=dict(total=float(d), **{k: float(v) for k, v in logged_d.items()}),
        generator=dict(total=float(g), **{k: float(v) for k, v in logged_g.items()}),
    )


full = one_hot(np.where(labels < 0, 1, labels))
partial = one_hot(labels)
soft = np.round(rng.dirichlet(np.ones(CLASSES), size=BATCH), 4)
co = dict(classWeight=0.2, prediction="soft", realLoss="mixed")
cases = [
    ("big-gan", {}, full),
    ("single-label", {}, full),
    ("random-label", {}, full),
    ("single-label-ss", dict(rotatedBatchFraction=2, discriminatorRotationWeight=1, generatorRotationWeight=0.2), full),
    ("s3gan", dict(rotatedBatchFraction=2, discriminatorRotationWeight=0.5, generatorRotationWeight=0.2), full),
    ("s3gan", dict(rotatedBatchFraction=1, discriminatorRotationWeight=2, generatorRotationWeight=0.7), full),
    ("s2gan", {}, full),
    ("s2gan-soft", {}, soft),
    ("clustering", dict(clusters=3), full),
    (
        "clustering-ss",
        dict(clusters=3, rotatedBatchFraction=2, discriminatorRotationWeight=1, generatorRotationWeight=0.2),
        full,
    ),
    ("s2gan-co", co, partial),
    ("s2gan-co", co | dict(prediction="hard", classWeight=0.4), partial),
    ("s2gan-co", co | dict(realLoss="summed"), partial),
    ("s2gan-co", co, np.zeros_like(partial)),
    (
        "s3gan-co",
        co | dict(rotatedBatchFraction=1, discriminatorRotationWeight=1, generatorRotationWeight=0.2),
        partial,
    ),
    (
        "s3gan-co",
        co
        | dict(
            realLoss="summed", rotatedBatchFraction=1, discriminatorRotationWeight=1, generatorRotationWeight=0.2
        ),
        partial,
    ),
    (
        "s3gan-co",
        co
        | dict(
            prediction="hard", rotatedBatchFraction=2, discriminatorRotationWeight=1, generatorRotationWeight=0.2
        ),
        partial,
    ),
]
print(
    json.dumps(
        dict(
            shape=[BATCH, SIDE, SIDE, COLOURS],
            images=images.ravel().tolist(),
            fakes=fakes.ravel().tolist(),
            fakeLabels=one_hot(fake_labels).tolist(),
            weights={name: value.tolist() for name, value in weights.items()},
            cases=[
                dict(method=m, options=o, labels=y.tolist(), expected=method_losses(m, o, y)) for m, o, y in cases
            ],
        )
    )
)
