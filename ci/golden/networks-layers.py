"""Golden values of the network layers and losses, forward and gradient, in float64 with JAX.

Each case holds inputs, the gradient that arrives from above, the outputs, and the gradients of the inputs.
Written from the published descriptions, not from the TypeScript. Needs numpy and jax; from the repository root:

    python3 ci/golden/networks-layers.py
"""

import json

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np
from jax import lax

random = np.random.default_rng(20190306)
cases = {}


def draw(*shape):
    # float32 values, so that both programs start from the same numbers.
    return random.standard_normal(shape).astype(np.float32).astype(np.float64)


def tensor(values):
    values = np.asarray(values, np.float64)
    return {"shape": list(values.shape), "values": [float(f"{v:.9g}") for v in values.ravel()]}


def record(name, function, inputs, differentiable=None):
    """function(**inputs) gives one array, or an array and extras that carry no gradient."""
    names = differentiable if differentiable is not None else list(inputs)

    def of_differentiable(*values):
        result = function(**{**inputs, **dict(zip(names, values))})
        return result if isinstance(result, tuple) else (result, {})

    output, pull_back, extras = jax.vjp(of_differentiable, *[inputs[n] for n in names], has_aux=True)
    upstream = draw(*output.shape)
    gradients = pull_back(jnp.asarray(upstream))
    cases[name] = {
        "inputs": {n: tensor(v) for n, v in inputs.items()},
        "output": tensor(output),
        "upstream": tensor(upstream),
        "gradients": {n: tensor(g) for n, g in zip(names, gradients)},
        "extras": {n: tensor(v) for n, v in extras.items()},
    }


def unit(x):
    return x / jnp.sqrt(jnp.maximum(jnp.sum(x * x), 1e-12))


def spectral_norm(kernel, vector):
    matrix = kernel.reshape(-1, kernel.shape[-1])
    if matrix.shape[0] <= matrix.shape[1]:
        v = lax.stop_gradient(unit(matrix.T @ vector))
        u = lax.stop_gradient(unit(matrix @ v))
        sigma = (u.T @ matrix @ v)[0, 0]
        return kernel / sigma, {"vector": u}
    v = lax.stop_gradient(unit(vector @ matrix.T))
    u = lax.stop_gradient(unit(v @ matrix))
    sigma = (v @ matrix @ u.T)[0, 0]
    return kernel / sigma, {"vector": u}


def convolve(x, kernel):
    return lax.conv_general_dilated(x, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def insert_zeros(x):
    n, h, w, c = x.shape
    return jnp.zeros((n, 2 * h, 2 * w, c), x.dtype).at[:, ::2, ::2, :].set(x)


def normalise(x, epsilon=1e-5):
    mean = x.mean((0, 1, 2))
    variance = ((x - mean) ** 2).mean((0, 1, 2))
    return (x - mean) / jnp.sqrt(variance + epsilon)


def max_pool(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def average_pool(x):
    n, h, w, c = x.shape
    return x.reshape(n, h // 2, 2, w // 2, 2, c).mean((2, 4))


def attention(x, theta, phi, g, sigma, attn_g):
    n, h, w, c = x.shape
    queries = convolve(x, theta).reshape(n, h * w, -1)
    keys = max_pool(convolve(x, phi)).reshape(n, h * w // 4, -1)
    values = max_pool(convolve(x, g)).reshape(n, h * w // 4, -1)
    weights = jax.nn.softmax(jnp.einsum("nqc,nkc->nqk", queries, keys), axis=-1)
    mixed = jnp.einsum("nqk,nkc->nqc", weights, values).reshape(n, h, w, -1)
    return x + sigma * convolve(mixed, attn_g)


for name, shape, side in [("wide", (3, 7), (3, 1)), ("tall", (3, 3, 2, 5), (1, 5)), ("square", (4, 4), (4, 1))]:
    record(f"spectral norm, {name}", spectral_norm, {"kernel": draw(*shape), "vector": draw(*side)}, ["kernel"])

record("convolution", convolve, {"x": draw(2, 3, 4, 2), "kernel": draw(3, 3, 2, 3)})
for size in (1, 3):
    record(
        f"convolution of inserted zeros, {size}×{size}",
        lambda x, kernel: convolve(insert_zeros(x), kernel),
        {"x": draw(2, 3, 2, 3), "kernel": draw(size, size, 3, 4)},
    )
record("zero insertion", insert_zeros, {"x": draw(2, 2, 3, 2)})
record("pixel repetition", lambda x: x.repeat(2, axis=1).repeat(2, axis=2), {"x": draw(2, 2, 3, 2)})
record("average of pairs", average_pool, {"x": draw(2, 4, 6, 2)})
record("bias", lambda x, bias: x + bias, {"x": draw(2, 2, 3, 4), "bias": draw(4)})
record("relu", jax.nn.relu, {"x": draw(2, 3, 2, 2)})
record(
    "batch norm",
    lambda x, scale, offset: normalise(x) * scale + offset,
    {"x": 2 + draw(3, 2, 4, 3), "scale": draw(3), "offset": draw(3)},
)
record(
    "conditional batch norm",
    lambda x, gamma, beta: normalise(x) * gamma[:, None, None, :] + beta[:, None, None, :],
    {"x": 2 + draw(3, 2, 4, 3), "gamma": draw(3, 3), "beta": draw(3, 3)},
)
record(
    "non-local block",
    attention,
    {
        "x": draw(2, 4, 6, 8),
        "theta": draw(1, 1, 8, 1),
        "phi": draw(1, 1, 8, 1),
        "g": draw(1, 1, 8, 4),
        "sigma": draw(),
        "attn_g": draw(1, 1, 4, 8),
    },
)

record(
    "hinge loss of the discriminator",
    lambda real, fake: jnp.maximum(0, 1 - real).mean() + jnp.maximum(0, 1 + fake).mean(),
    {"real": draw(6), "fake": draw(4)},
)
record("hinge loss of the generator", lambda fake: -fake.mean(), {"fake": draw(5)})
record(
    "rotation loss",
    lambda logits: -jnp.log(jax.nn.softmax(logits)[jnp.arange(8), jnp.arange(8) // 2] + 1e-10).mean(),
    {"logits": 3 * draw(8, 4)},
)
for turns in range(4):
    record(
        f"rotation by {turns} quarter turns",
        lambda images, turns=turns: jnp.rot90(images, turns, axes=(1, 2)),
        {"images": draw(2, 3, 3, 2)},
    )


def class_loss(logits, labels):
    available = labels.sum(1) > 0.5
    entropy = -(labels * jax.nn.log_softmax(logits)).sum(1)
    return (entropy * available).sum() / max(int(available.sum()), 1)


one_hot = np.eye(3)
for name, labels in {
    "all labelled": one_hot[[0, 2, 1, 1]],
    "half labelled": one_hot[[0, 2, 1, 1]] * np.array([[1.0], [0.0], [0.0], [1.0]]),
    "none labelled": np.zeros((4, 3)),
    "soft": np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0, 0, 0], [0, 0, 1]]),
}.items():
    record(f"class loss, {name}", class_loss, {"logits": 2 * draw(4, 3), "labels": labels}, ["logits"])

# Last, so that the cases above keep their numbers.
for size in (1, 3, 5):
    record(
        f"average of a convolution, {size}×{size}",
        lambda x, kernel: average_pool(convolve(x, kernel)),
        {"x": draw(2, 6, 4, 2), "kernel": draw(size, size, 2, 3)},
    )
for size in (1, 3, 5):
    record(
        f"convolution to colours, {size}×{size}",
        convolve,
        {"x": draw(2, 4, 6, 5), "kernel": draw(size, size, 5, 3)},
    )

with open("test/fixtures/networks/layers.json", "w", encoding="utf8") as file:
    json.dump(cases, file, separators=(",", ":"), ensure_ascii=False)
    file.write("\n")
