"""The peer of ci/bench/metrics/inception.ts: pytorch-fid's own network, fed by lines of JSON on standard input.

Needs torch and pytorch-fid (PyPI); started by inception.ts. Answers go to file descriptor 3, so that whatever a
library prints cannot be mistaken for one."""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import pytorch_fid.inception
import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "parity"))
from random_inception import random_images, random_weights  # noqa: E402


def build():
    order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
    state = {
        name: torch.from_numpy(np.ascontiguousarray(values.transpose(order[values.ndim])))
        for name, values in random_weights(1)
    }
    # Random weights instead of a download.
    pytorch_fid.inception.load_state_dict_from_url = lambda *_, **__: state
    return pytorch_fid.inception.InceptionV3([3], resize_input=False, normalize_input=False).eval()


def main():
    answers = os.fdopen(3, "w", buffering=1)
    settings = json.loads(sys.stdin.readline())
    torch.set_num_threads(settings["threads"])
    images = torch.from_numpy(random_images(1, settings["batch"])).permute(0, 3, 1, 2)
    formats = {"contiguous": torch.contiguous_format, "channels-last": torch.channels_last}
    network = {name: build().to(memory_format=layout) for name, layout in formats.items()}
    inputs = {name: images.contiguous(memory_format=layout) for name, layout in formats.items()}
    versions = f"PyTorch {torch.__version__}, Python {sys.version.split()[0]}"
    with torch.inference_mode():
        features = network["contiguous"](inputs["contiguous"])[0][0, :, 0, 0].tolist()
        print(json.dumps({"version": versions, "features": features}), file=answers)
        for line in sys.stdin:
            layout, runs = json.loads(line)["layout"], json.loads(line)["runs"]
            milliseconds, processor = [], []
            for _ in range(runs):
                start, used = time.perf_counter(), sum(os.times()[:2])
                network[layout](inputs[layout])
                milliseconds.append(1000 * (time.perf_counter() - start))
                processor.append(1000 * (sum(os.times()[:2]) - used))
            print(json.dumps({"milliseconds": milliseconds, "processor": processor}), file=answers)


main()
