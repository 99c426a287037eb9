"""Numbers for test/harness/train/adam.test.ts: TensorFlow 1's Adam in float64 NumPy.

Written from the update rule of Kingma and Ba (arXiv 1412.6980), end of section 2: the step size carries the bias
correction and epsilon is added to the root of the uncorrected second moment.

    python ci/golden/train-adam.py > test/fixtures/train/adam.json
"""

import json

import numpy as np

rng = np.random.default_rng(1)
start = rng.normal(size=(3, 4))
gradients = rng.normal(size=(5, 3, 4)) * np.array([1e-6, 1e-3, 1.0, 50.0])


def run(learning_rate, beta1, beta2, epsilon):
    weights, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for count, gradient in enumerate(gradients, start=1):
        first = beta1 * first + (1 - beta1) * gradient
        second = beta2 * second + (1 - beta2) * gradient**2
        rate = learning_rate * np.sqrt(1 - beta2**count) / (1 - beta1**count)
        weights = weights - rate * first / (np.sqrt(second) + epsilon)
    return weights.ravel().tolist()


cases = [
    dict(learningRate=5e-4, beta1=0.0, beta2=0.999, epsilon=1e-8),
    dict(learningRate=2e-2, beta1=0.5, beta2=0.9, epsilon=1e-2),
]
print(
    json.dumps(
        dict(
            shape=[3, 4],
            start=start.ravel().tolist(),
            gradients=gradients.reshape(5, -1).tolist(),
            cases=[dict(settings=case, end=run(*case.values())) for case in cases],
        )
    )
)
