"""Golden values of purity, normalised mutual information and adjusted Rand index from scikit-learn, and of entropy
from SciPy, for the tests of harness/statistics and methods/pretraining/clustering. Purity is worked out here from its
definition: scikit-learn has none.

Run: python ci/golden/clustering-quality.py   (needs numpy, scipy and scikit-learn; made with 1.7.2)
"""

import json

import numpy as np
from scipy import stats
from sklearn import metrics

clusters = np.array([(i * i + 3 * i) % 7 for i in range(200)])
classes = np.array([(i * i) % 7 if i % 3 else i % 5 for i in range(200)])


def purity(predicted, true):
    return sum(np.bincount(true[predicted == c]).max() for c in np.unique(predicted)) / len(true)


def show(name, predicted, true):
    predicted, true = np.asarray(predicted), np.asarray(true)
    print(
        json.dumps(
            {
                "name": name,
                "purity": purity(predicted, true),
                "nmi": metrics.normalized_mutual_info_score(true, predicted),
                "ari": metrics.adjusted_rand_score(true, predicted),
            }
        )
    )


show("quadratic", clusters, classes)
show("renamed", [3, 3, 0, 0, 9, 9], [0, 0, 1, 1, 2, 2])
show("split", [0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 0, 0, 1, 1, 1, 1])
show("crossed", [0, 1, 0, 1], [0, 0, 1, 1])
show("one cluster", [0, 0, 0, 0], [0, 1, 2, 3])
show("own clusters", [0, 1, 2, 3], [0, 0, 1, 1])
show("both one", [5, 5, 5], [1, 1, 1])
show("one item", [2], [0])
print("entropy", [float(stats.entropy(c)) for c in ([1, 1, 1, 1], [3, 1], [10, 0, 5, 1], [7])])

print("chi-square quantile 1 - 1e-6 for 3, 49 degrees:", [float(stats.chi2.ppf(1 - 1e-6, k)) for k in (3, 49)])
