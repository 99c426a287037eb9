"""Compares `fewer-labels score --protocol pytorch-fid` with pytorch-fid itself, from image files to statistics, on
random weights; run by hand. Needs numpy, pillow, torch and pytorch-fid (PyPI), and no published weights:

    python ci/parity/inception.py --pth random.pth
    python ci/golden/metrics-resize-pytorch-fid.py images FOLDER
    export FEWER_LABELS_RUNTIME=(folder of the runtime) FEWER_LABELS_CACHE=(an empty folder)
    npx fewer-labels metrics install random.pth --allow-unknown
    npx fewer-labels score --real FOLDER --protocol pytorch-fid --save-statistics ours.npz
    python ci/golden/metrics-resize-pytorch-fid.py compare FOLDER random.pth ours.npz

The last command lets pytorch-fid read our file, compares the statistics and the distance to a second set, and
prints the resize kernel of PyTorch beside ours. Exit code 1 if they differ by more than 1e-4 relative."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image


def write_images(folder):
    """PNG and JPEG files of several sizes, gray, palette and CMYK among them."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    for index, (height, width) in enumerate([(32, 32), (64, 48), (299, 299), (311, 290), (500, 333), (20, 90)]):
        coarse = random.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
        image.save(folder / f"{index}a.png")
        image.save(folder / f"{index}b.jpg", quality=85)
    image.convert("L").save(folder / "gray.jpg")
    image.convert("CMYK").save(folder / "cmyk.jpg")
    image.quantize(32).save(folder / "palette.png")


def compare(folder, weights, ours):
    import pytorch_fid.inception
    import torch
    from pytorch_fid import fid_score

    torch.set_num_threads(2)
    state = torch.load(weights)
    pytorch_fid.inception.load_state_dict_from_url = lambda *_, **__: state
    network = pytorch_fid.inception.InceptionV3([3]).eval()
    theirs = fid_score.compute_statistics_of_path(str(folder), network, 1, 2048, "cpu", 0)
    read = fid_score.compute_statistics_of_path(str(ours), network, 1, 2048, "cpu", 0)
    worst = 0.0
    for name, mine, other in zip(("mu", "sigma"), read, theirs, strict=True):
        difference = np.abs(mine - other).max() / np.abs(other).max()
        print(f"{name}: shape {mine.shape}, largest difference {difference:.2e} of the largest value")
        worst = max(worst, difference)
    print(f"pytorch-fid's distance between its statistics and ours: {fid_score.calculate_frechet_distance(*theirs, *read):.3e}")
    print(f"for scale, the trace of its covariance: {np.trace(theirs[1]):.3e}")
    return worst < 1e-4


if sys.argv[1] == "images":
    write_images(Path(sys.argv[2]))
else:
    sys.exit(0 if compare(Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])) else 1)
