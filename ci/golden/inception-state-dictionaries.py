"""Makes test/fixtures/inception/*.pth, *.npz, *.pkl.gz with PyTorch's, Python's and NumPy's own writers.

Needs torch and numpy (PyPI). What is to be read: a small dictionary in every layout; the pickles alone of all 472
tensors of Inception (their data are random numbers that the tests make themselves). What is to be refused: a pickle
that runs a program, other types than float32, a whole module, a TorchScript program."""

import gzip
import json
import os
import pickle
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "parity"))
from random_inception import tensors  # noqa: E402

OUT = Path(__file__).parents[2] / "test/fixtures/inception"


class RunsProgram:
    def __reduce__(self):
        return os.system, ("touch owned",)


def small():
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 8
    return OrderedDict(
        plain=base.clone(),
        permuted=base.permute(2, 0, 1),
        slice=base[1, 1:, ::2],
        scalar=torch.tensor(2.5),
        empty=torch.zeros(0, 3),
        parameter=torch.nn.Parameter(torch.tensor([1.0, -2.0])),
        counter=torch.tensor(7),
    )


def save(name, value, **options):
    torch.save(value, OUT / name, **options)


# A module's own dictionary carries its versions as an attribute.
module = torch.nn.BatchNorm2d(2)
save("small.pth", small())
save("small-old.pth", small(), _use_new_zipfile_serialization=False)
save("small-protocol-4.pth", small(), pickle_protocol=4)
save("module-state.pth", module.state_dict())
save("module.pth", module)
save("half.pth", {"weight": torch.ones(2, dtype=torch.float16)})
save("bfloat.pth", {"weight": torch.ones(2, dtype=torch.bfloat16)})
save("list.pth", [torch.ones(2)])
save("entry.pth", {"weight": torch.ones(2), "note": "text"})
save("hostile.pth", {"weight": RunsProgram()})
save("hostile-old.pth", {"weight": RunsProgram()}, _use_new_zipfile_serialization=False)
(OUT / "hostile.pkl").write_bytes(pickle.dumps(RunsProgram(), protocol=4))
torch.jit.script(torch.nn.Linear(1, 1)).save(str(OUT / "program.pth"))

base = np.arange(6, dtype=np.float32).reshape(2, 3)
np.savez(OUT / "small.npz", **{"a/plain": base, "fortran": np.asfortranarray(base), "double": base.astype("f8"), "scalar": np.float32(3)})
np.savez_compressed(OUT / "small-deflated.npz", plain=base)
np.savez(OUT / "objects.npz", objects=np.array([{}], dtype=object))
np.save(OUT / "one.npy", base)

# Inception's own pickles. The zip layout names its storages 0, 1, …; the old one by addresses, in their order.
shapes = [(theirs, shape) for _, theirs, shape in tensors()]
order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
state = OrderedDict((name, torch.zeros(shape).permute(order[len(shape)])) for name, shape in shapes)
contiguous = OrderedDict((name, values.contiguous()) for name, values in state.items())
torch.save(contiguous, "/dev/shm/inception.pth")
with zipfile.ZipFile("/dev/shm/inception.pth") as archive:
    data = archive.read("inception/data.pkl")
(OUT / "state.pkl.gz").write_bytes(gzip.compress(data, mtime=0))
torch.save(state, "/dev/shm/inception.pth", _use_new_zipfile_serialization=False)
keys = {str(values.untyped_storage()._cdata): name for name, values in state.items()}
data = Path("/dev/shm/inception.pth").read_bytes()
os.remove("/dev/shm/inception.pth")
header = len(data) - sum(8 + 4 * values.numel() for values in state.values())
(OUT / "old-state.pkl.gz").write_bytes(gzip.compress(data[:header], mtime=0))
(OUT / "old-state.json").write_text(json.dumps([keys[key] for key in sorted(keys)]) + "\n")
