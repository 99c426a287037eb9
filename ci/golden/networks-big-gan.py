"""Golden values of a small BigGAN generator and discriminator at 32×32, forward and gradient, in float64 with JAX.

Parameters come from a generator of pseudo-random numbers that the test writes again, so that the fixture holds
only summaries: length, inner product with a pseudo-random probe, first values. Written from the paper's tables
and the published description of the authors' code, in the order of operations given there (upsample, then
convolve; convolve, then pool). Needs numpy and jax; from the repository root:

    python3 ci/golden/networks-big-gan.py
"""

import json
import math

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np
from jax import lax

CHANNELS, CLASSES, CHUNK, EMBEDDING, BATCH = 4, 3, 3, 5, 3


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


def parameter(name, shape):
    values = pseudo_random(name, shape)
    if name.endswith("/bias") or name.endswith("/beta"):
        return np.float32(0.25) * values
    return 1 + values / 4 if name.endswith("final_norm/gamma") else values


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


class Weights:
    """Parameters by name; a kernel is spectrally normalised when it is used, and its vector advanced."""

    def __init__(self, parameters, vectors):
        self.parameters, self.vectors = parameters, dict(vectors)

    def normalised(self, name):
        kernel = self.parameters[name]
        matrix = kernel.reshape(-1, kernel.shape[-1])
        unit = lambda x: x / jnp.sqrt(jnp.maximum((x * x).sum(), 1e-12))
        fixed = lax.stop_gradient(matrix)
        if matrix.shape[0] <= matrix.shape[1]:
            v = unit(fixed.T @ self.vectors[name])
            u = unit(fixed @ v)
            self.vectors[name] = u
            return kernel / (u.T @ matrix @ v)[0, 0]
        v = unit(self.vectors[name] @ fixed.T)
        u = unit(v @ fixed)
        self.vectors[name] = u
        return kernel / (v @ matrix @ u.T)[0, 0]

    def linear(self, x, scope):
        return x @ self.normalised(f"{scope}/kernel") + self.parameters.get(f"{scope}/bias", 0)

    def convolution(self, x, scope):
        kernel = self.normalised(f"{scope}/kernel")
        form = ("NHWC", "HWIO", "NHWC")
        product = lax.conv_general_dilated(x, kernel, (1, 1), "SAME", dimension_numbers=form)
        return product + self.parameters.get(f"{scope}/bias", 0)

    def attention(self, x, scope):
        pool = lambda t: lax.reduce_window(t, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        flat = lambda t: t.reshape(t.shape[0], -1, t.shape[-1])
        theta = flat(self.convolution(x, f"{scope}/conv2d_theta"))
        phi = flat(pool(self.convolution(x, f"{scope}/conv2d_phi")))
        g = flat(pool(self.convolution(x, f"{scope}/conv2d_g")))
        mixed = jax.nn.softmax(theta @ phi.transpose(0, 2, 1), axis=-1) @ g
        mixed = mixed.reshape(*x.shape[:3], -1)
        return x + self.parameters[f"{scope}/sigma"] * self.convolution(mixed, f"{scope}/conv2d_attn_g")


def moments(x):
    mean = x.mean((0, 1, 2))
    return mean, ((x - mean) ** 2).mean((0, 1, 2))


def generate(weights, z, y, options, standardise):
    p = weights.parameters
    chunks = jnp.split(z, 4, axis=1)
    embedded = y @ p["generator/embed_y/kernel"]
    x = weights.linear(chunks[0], "generator/fc_noise").reshape(-1, 4, 4, 4 * CHANNELS)

    def upsample(t):
        if options["upsampling"] == "nearest":
            return t.repeat(2, axis=1).repeat(2, axis=2)
        n, h, w, c = t.shape
        return jnp.zeros((n, 2 * h, 2 * w, c)).at[:, ::2, ::2, :].set(t)

    for index in (1, 2, 3):
        scope = f"generator/B{index}"
        condition = jnp.concatenate([chunks[index], embedded], 1)

        def conditional_norm(t, name):
            gamma = weights.linear(condition, f"{scope}/{name}/condition/gamma") + options["gammaOffset"]
            beta = weights.linear(condition, f"{scope}/{name}/condition/beta")
            return standardise(t, f"{scope}/{name}") * gamma[:, None, None, :] + beta[:, None, None, :]

        main = upsample(jax.nn.relu(conditional_norm(x, "bn1")))
        main = weights.convolution(main, f"{scope}/up_conv1")
        main = jax.nn.relu(conditional_norm(main, "bn2"))
        main = weights.convolution(main, f"{scope}/same_conv2")
        x = main + weights.convolution(upsample(x), f"{scope}/up_conv_shortcut")
        if options["generatorAttention"] == f"B{index}":
            x = weights.attention(x, "generator/non_local_block")
    x = standardise(x, "generator/final_norm") * p["generator/final_norm/gamma"] + p["generator/final_norm/beta"]
    return (jnp.tanh(weights.convolution(jax.nn.relu(x), "generator/final_conv")) + 1) / 2


def discriminate(weights, images, labels, options):
    def pool(t):
        n, h, w, c = t.shape
        return t.reshape(n, h // 2, 2, w // 2, 2, c).mean((2, 4))

    x = images
    for index in (1, 2, 3, 4):
        scope = f"discriminator/B{index}"
        resample, shrink = ("down", pool) if index < 4 else ("same", lambda t: t)
        main = weights.convolution(jax.nn.relu(x), f"{scope}/same_conv1")
        main = shrink(weights.convolution(jax.nn.relu(main), f"{scope}/{resample}_conv2"))
        if index == 1:
            main = main + shrink(weights.convolution(x, f"{scope}/down_conv_shortcut"))
        elif options["equalWidthShortcut"] == "identity":
            main = main + shrink(x)
        x = main
        if options["discriminatorAttention"] == f"B{index}":
            x = weights.attention(x, "discriminator/non_local_block")
    reduce = jnp.sum if options["pooling"] == "sum" else jnp.mean
    features = reduce(jax.nn.relu(x), axis=(1, 2))
    return {
        "features": features,
        "logits": weights.linear(features, "discriminator/final_fc")[:, 0],
        "projection": (labels @ weights.normalised("discriminator_projection/kernel") * features).sum(1),
        "rotation": weights.linear(features, "discriminator_rotation/score_classify"),
        "classes": weights.linear(features, "discriminator_predictor/predictor_linear"),
    }


def convolution_shapes(scope, size, inputs, outputs, bias=True):
    yield f"{scope}/kernel", (size, size, inputs, outputs)
    if bias:
        yield f"{scope}/bias", (outputs,)


def attention_shapes(scope, c):
    for name, inputs, outputs in [("theta", c, c // 8), ("phi", c, c // 8), ("g", c, c // 2), ("attn_g", c // 2, c)]:
        yield from convolution_shapes(f"{scope}/conv2d_{name}", 1, inputs, outputs, bias=False)
    yield f"{scope}/sigma", ()


def generator_shapes(options):
    width = 4 * CHANNELS
    yield "generator/embed_y/kernel", (CLASSES, EMBEDDING)
    yield "generator/fc_noise/kernel", (CHUNK, 16 * width)
    yield "generator/fc_noise/bias", (16 * width,)
    for block in ("B1", "B2", "B3"):
        for term in ("bn1/condition/gamma", "bn1/condition/beta", "bn2/condition/gamma", "bn2/condition/beta"):
            yield f"generator/{block}/{term}/kernel", (CHUNK + EMBEDDING, width)
        for name, size in [("up_conv1", 3), ("same_conv2", 3), ("up_conv_shortcut", 1)]:
            yield from convolution_shapes(f"generator/{block}/{name}", size, width, width)
    if options["generatorAttention"]:
        yield from attention_shapes("generator/non_local_block", width)
    yield "generator/final_norm/gamma", (width,)
    yield "generator/final_norm/beta", (width,)
    yield from convolution_shapes("generator/final_conv", 3, width, 3)


def discriminator_shapes(options):
    width = 2 * CHANNELS
    for index in (1, 2, 3, 4):
        scope, inputs = f"discriminator/B{index}", 3 if index == 1 else width
        yield from convolution_shapes(f"{scope}/same_conv1", 3, inputs, width)
        yield from convolution_shapes(f"{scope}/{'down' if index < 4 else 'same'}_conv2", 3, width, width)
    yield from convolution_shapes("discriminator/B1/down_conv_shortcut", 1, 3, width)
    if options["discriminatorAttention"]:
        yield from attention_shapes("discriminator/non_local_block", width)
    yield "discriminator_projection/kernel", (CLASSES, width)
    for scope, outputs in [
        ("discriminator/final_fc", 1),
        ("discriminator_rotation/score_classify", 4),
        ("discriminator_predictor/predictor_linear", CLASSES),
    ]:
        yield f"{scope}/kernel", (width, outputs)
        yield f"{scope}/bias", (outputs,)


def initial(shapes):
    parameters = {name: parameter(name, shape) for name, shape in shapes}
    vectors = {}
    for name, value in parameters.items():
        if name.endswith("/kernel") and name != "generator/embed_y/kernel":
            rows, columns = value.size // value.shape[-1], value.shape[-1]
            side = (rows, 1) if rows <= columns else (1, columns)
            vectors[name] = pseudo_random(f"{name}/u_var", side)
    return parameters, vectors


def differentiate(run, parameters, vectors, argument):
    """Outputs, advanced vectors, and gradients of the sum of all outputs times their probes."""

    def loss(parameters, argument):
        weights = Weights(parameters, vectors)
        outputs = run(weights, argument)
        total = sum((value * pseudo_random(f"upstream/{name}", value.shape)).sum() for name, value in outputs.items())
        return total, (outputs, weights.vectors)

    gradients, (outputs, advanced) = jax.grad(loss, argnums=(0, 1), has_aux=True)(parameters, argument)
    summaries = lambda tensors: {name: summary(name, value) for name, value in tensors.items()}
    return {
        "outputs": summaries(outputs),
        "gradients": {**summaries(gradients[0]), "argument": summary("argument", gradients[1])},
        "singularVectors": summaries(advanced),
    }


def standing(parameters, vectors, options, labels):
    """Two accumulating batches, then inference with the average of their moments."""
    sums, images = {}, []
    weights = Weights(parameters, vectors)
    for call in ("first", "second", "inference"):

        def standardise(x, layer):
            if call != "inference":
                mean, variance = moments(x)
                before = sums.get(layer, (0, 0, 0))
                sums[layer] = (before[0] + mean, before[1] + variance, before[2] + 1)
            mean_sum, variance_sum, count = sums[layer]
            return (x - mean_sum / count) / jnp.sqrt(variance_sum / count + 1e-5)

        z = pseudo_random(f"latents/{call}", (BATCH, 4 * CHUNK))
        images.append(summary(f"images/{call}", generate(weights, z, labels, options, standardise)))
    return images


def train_mode(x, _layer):
    mean, variance = moments(x)
    return (x - mean) / jnp.sqrt(variance + 1e-5)


# One-hot, soft, and no label at all.
labels = np.array([[0, 1, 0], [0.5, 0.25, 0.25], [0, 0, 0]])
code = {"upsampling": "zero-insertion", "gammaOffset": 0, "generatorAttention": "B2"}
code |= {"equalWidthShortcut": "none", "pooling": "sum", "discriminatorAttention": "B1"}
variant = {"upsampling": "nearest", "gammaOffset": 1, "generatorAttention": None}
variant |= {"equalWidthShortcut": "identity", "pooling": "mean", "discriminatorAttention": None}

cases = []
for title, options in [("the authors' code", code), ("every switch turned", variant)]:
    g_parameters, g_vectors = initial(generator_shapes(options))
    d_parameters, d_vectors = initial(discriminator_shapes(options))
    latents = pseudo_random("latents", (BATCH, 4 * CHUNK))
    images = (pseudo_random("images", (BATCH, 32, 32, 3)) + 1) / 2
    cases.append(
        {
            "title": title,
            "options": options,
            "generator": differentiate(
                lambda w, z: {"images": generate(w, z, labels, options, train_mode)}, g_parameters, g_vectors, latents
            ),
            "discriminator": differentiate(
                lambda w, x: discriminate(w, x, labels, options), d_parameters, d_vectors, images
            ),
            "standing": standing(g_parameters, g_vectors, options, labels),
        }
    )

with open("test/fixtures/networks/big-gan.json", "w", encoding="utf8") as file:
    json.dump(cases, file, separators=(",", ":"), ensure_ascii=False)
    file.write("\n")
