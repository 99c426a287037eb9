"""Runs pytorch-fid's own network on random weights and images, for test/harness/metrics/inception/inception.test.ts.

Needs torch and pytorch-fid (PyPI), and no weights: the download is replaced by the random set.

    python ci/parity/inception.py > test/fixtures/inception/pytorch-fid.json
    python ci/parity/inception.py --pth OUT.pth     writes the random weights for PyTorch instead
"""

import argparse
import base64
import importlib.metadata
import json
import sys

import numpy as np
import pytorch_fid.inception
import torch

from random_inception import random_images, random_weights

SEED = 1
IMAGES = 2


def state_dictionary():
    state = {}
    for name, values in random_weights(SEED):
        order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}[values.ndim]
        state[name] = torch.from_numpy(np.ascontiguousarray(values.transpose(order)))
    return state


def text(values):
    return base64.b64encode(values.detach().numpy().astype("<f4").tobytes()).decode()


parser = argparse.ArgumentParser()
parser.add_argument("--pth")
arguments = parser.parse_args()
state = state_dictionary()
if arguments.pth:
    torch.save(state, arguments.pth)
    sys.exit()

pytorch_fid.inception.load_state_dict_from_url = lambda *_, **__: state
network = pytorch_fid.inception.fid_inception_v3().eval()
blocks = pytorch_fid.inception.InceptionV3([0, 1, 2, 3], resize_input=False, normalize_input=False).eval()
with torch.no_grad():
    images = torch.from_numpy(random_images(SEED, IMAGES)).permute(0, 3, 1, 2)
    maps = blocks(images)
    features = [values.mean((2, 3)) for values in maps]
    logits = network.fc(features[3])
json.dump(
    {
        "source": f"pytorch-fid {importlib.metadata.version('pytorch-fid')} on torch {torch.__version__}, CPU, float32",
        "made": "ci/parity/inception.py",
        "encoding": "base64 of little-endian float32, one row an image",
        "seed": SEED,
        "images": IMAGES,
        **{f"features{values.shape[1]}": text(values) for values in features},
        "logits": text(logits),
    },
    sys.stdout,
    indent="\t",
)
print()
