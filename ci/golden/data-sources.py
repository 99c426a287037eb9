"""Writes test/fixtures/data/sources/: small data sets in the formats of harness/data/sources, written by the
libraries that people's files come from, and expected.json with what those libraries read back out of them:
class names, and for each picture its key, label and the SHA-256 of its bytes (encoded pictures as stored, others
as RGB [height, width, 3]). The files of TensorFlow and SciPy differ from one time to the next in the order of their
entries and a date, never in what is read. Needs: numpy, scipy, h5py, pillow, tensorflow. Usage: data-sources.py OUT_FOLDER"""

import gzip
import hashlib
import io
import json
import os
import pickle
import struct
import sys
import tarfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import numpy as np
import scipy.io
import tensorflow as tf
from PIL import Image

out = sys.argv[1]
expected = {}


def path(*parts):
    file = os.path.join(out, *parts)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    return file


def pixels(seed, height=32, width=32):
    """uint8 [height, width, 3] that tells rows, columns, channels and seeds apart"""
    y, x, c = np.ogrid[:height, :width, :3]
    return ((y * 5 + x * 3 + c * 83 + seed * 29) % 256).astype(np.uint8)


def encoded(seed, kind):
    buffer = io.BytesIO()
    Image.fromarray(pixels(seed, 8, 9)).save(buffer, kind)
    return buffer.getvalue()


def sha(data):
    return hashlib.sha256(data if isinstance(data, bytes) else np.ascontiguousarray(data).tobytes()).hexdigest()


def put(file, text):
    with open(file, "w") as target:
        target.write(text)


def write_archive(file, members):
    with open(file, "wb") as raw:
        # No name and no time in the header: the same bytes every time.
        zipped = gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0)
        with zipped, tarfile.open(fileobj=zipped, mode="w") as archive:
            for name, data in members.items():
                member = tarfile.TarInfo(name)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))


# TFRecords, as TensorFlow Datasets and TF-Slim lay them out.
def feature(value):
    if isinstance(value, int):
        return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))
    if isinstance(value, float):
        return tf.train.Feature(float_list=tf.train.FloatList(value=[value]))
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))


def write_records(file, examples):
    with tf.io.TFRecordWriter(file) as writer:
        for example in examples:
            features = tf.train.Features(feature={name: feature(value) for name, value in example.items()})
            writer.write(tf.train.Example(features=features).SerializeToString())


def read_records(files, image, label, name, first_label):
    rows = []
    for record in tf.data.TFRecordDataset(files):
        parsed = tf.io.parse_single_example(
            record,
            {
                image: tf.io.FixedLenFeature([], tf.string),
                label: tf.io.FixedLenFeature([], tf.int64),
                name: tf.io.FixedLenFeature([], tf.string),
            },
        )
        stored = int(parsed[label])
        value = None if stored == -1 else stored - first_label
        rows.append({"key": parsed[name].numpy().decode(), "label": value, "sha256": sha(parsed[image].numpy())})
    return rows


names = ["n01440764", "n02102040", "n03000684"]
shards = {
    "train.tfrecord-00000-of-00002": [0, 1, 2],
    "train.tfrecord-00001-of-00002": [3, 4],
    "validation.tfrecord-00000-of-00001": [5, 6],
}
files = {}
for shard, seeds in shards.items():
    files[shard] = path("tfds", "imagenet2012-" + shard)
    write_records(
        files[shard],
        [
            {
                "file_name": f"{names[seed % 3]}_{seed}.JPEG".encode(),
                "image": encoded(seed, "JPEG"),
                # The held-out split's last picture has no label, as in the test splits of TensorFlow Datasets.
                "label": -1 if seed == 6 else seed % 3,
            }
            for seed in seeds
        ],
    )
put(path("tfds", "label.labels.txt"), "\n".join(names) + "\n")
lengths = lambda split: [str(len(seeds)) for shard, seeds in shards.items() if shard.startswith(split)]
info = {"name": "imagenet2012", "splits": [{"name": s, "shardLengths": lengths(s)} for s in ("train", "validation")]}
put(path("tfds", "dataset_info.json"), json.dumps(info, indent=1) + "\n")
read = lambda split: read_records([f for s, f in files.items() if s.startswith(split)], "image", "label", "file_name", 0)
expected["tfds"] = {"classNames": names, "train": read("train"), "test": read("validation")}

files = {"train": path("slim", "train-00000-of-00001"), "validation": path("slim", "validation-00000-of-00001")}
for split, seeds in (("train", [0, 1, 2, 3]), ("validation", [4, 5])):
    write_records(
        files[split],
        [
            {
                "image/height": 8,
                "image/width": 9,
                "image/object/bbox/xmin": 0.5,
                "image/class/label": seed % 2 + 1,
                "image/class/synset": names[seed % 2].encode(),
                "image/filename": f"{split}_{seed}.JPEG".encode(),
                "image/encoded": encoded(seed, "JPEG"),
            }
            for seed in seeds
        ],
    )
put(path("slim", "labels.txt"), "\n".join(names[:2]) + "\n")
read = lambda split: read_records([files[split]], "image/encoded", "image/class/label", "image/filename", 1)
expected["slim"] = {"classNames": names[:2], "train": read("train"), "test": read("validation")}

# WebDataset shards. Python writes PAX headers for names that are long or not ASCII.
long = "a-folder-name-that-goes-on/" * 9
samples = {
    "train-000.tar": [("0000", "jpg", 1), ("0001", "png", 0)],
    "train-001.tar": [(long + "0002", "webp", 2), ("é/0003", "jpg", 1)],
    "val-000.tar": [("v0", "jpg", 2), ("v1", "jpg", 0)],
}
for shard, members in samples.items():
    with tarfile.open(path("webdataset", shard), "w", format=tarfile.PAX_FORMAT) as archive:
        for seed, (key, end, label) in enumerate(members):
            kind = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[end]
            parts = {end: encoded(seed, kind), "cls": str(label).encode(), "json": json.dumps({"label": label}).encode()}
            if shard == "val-000.tar":
                del parts["cls"]
            for part, content in parts.items():
                member = tarfile.TarInfo(f"{key}.{part}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))


def read_shards(shards):
    rows = []
    for shard in shards:
        with tarfile.open(path("webdataset", shard)) as archive:
            content = {member.name: archive.extractfile(member).read() for member in archive}
        for name, data in content.items():
            key, end = name.rsplit(".", 1)
            if end not in ("cls", "json"):
                rows.append({"key": key, "label": json.loads(content[key + ".json"])["label"], "sha256": sha(data)})
    return rows


expected["webdataset"] = {
    "classNames": ["0", "1", "2"],
    "train": read_shards(["train-000.tar", "train-001.tar"]),
    "test": read_shards(["val-000.tar"]),
}


# CIFAR's Python version. The official files were pickled by Python 2, whose byte strings Python 3 does not write.
class Python2Pickler(pickle._Pickler):
    dispatch = dict(pickle._Pickler.dispatch)

    def save_string(self, value):
        short = len(value) < 256
        head = b"U" + bytes([len(value)]) if short else b"T" + struct.pack("<i", len(value))
        self.write(head + value)
        self.memoize(value)

    dispatch[bytes] = save_string
    dispatch[str] = lambda self, value: self.save_string(value.encode("latin1"))


def dump_like_python_2(value):
    buffer = io.BytesIO()
    Python2Pickler(buffer, protocol=2).dump(value)
    return buffer.getvalue().replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")


def planes(seed):
    return pixels(seed).transpose(2, 0, 1).reshape(3072)


def batch(seeds, classes):
    return {b"data": np.stack([planes(seed) for seed in seeds]), b"labels": [seed * 7 % classes for seed in seeds]}


def rows_of(name, content, labels):
    data = content[b"data"].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return [
        {"key": f"{name}#{index}", "label": int(label), "sha256": sha(image)}
        for index, (image, label) in enumerate(zip(data, content[labels]))
    ]


train = [f"data_batch_{part}" for part in range(1, 6)]
cifar_names = "airplane automobile bird cat deer dog frog horse ship truck".split()
rows = {}
members = {}
# Not in the order of the names, as in the official archive.
for name in [*reversed(train), "test_batch"]:
    first = 2 * (train + ["test_batch"]).index(name)
    members[name] = dump_like_python_2(batch(range(first, first + 2), 10))
    rows[name] = rows_of(name, pickle.loads(members[name], encoding="bytes"), b"labels")
members["batches.meta"] = dump_like_python_2({b"label_names": cifar_names})
write_archive(path("cifar10", "cifar-10-python.tar.gz"), {f"cifar-10-batches-py/{name}": members[name] for name in members})
expected["cifar10"] = {
    "classNames": cifar_names,
    "train": [row for name in train for row in rows[name]],
    "test": rows["test_batch"],
}

# CIFAR-100 pickled anew: by Python 3 in its own protocol, and in protocol 2, with an array of labels.
fine = [f"class {label}" for label in range(100)]
expected["cifar100"] = {"classNames": fine}
members = {"meta": pickle.dumps({"fine_label_names": fine, "coarse_label_names": ["a"]}, protocol=4)}
for name, seeds, protocol in (("train", range(100), 5), ("test", range(2), 2)):
    content = batch(seeds, 100)
    labels = content.pop(b"labels")
    members[name] = pickle.dumps(
        {
            "data": content[b"data"],
            "fine_labels": np.array(labels) if name == "test" else labels,
            "coarse_labels": [0 for _ in labels],
        },
        protocol=protocol,
    )
    loaded = pickle.loads(members[name])
    expected["cifar100"][name] = rows_of(name, {b"data": loaded["data"], b"l": loaded["fine_labels"]}, b"l")
write_archive(path("cifar100", "cifar-100-python.tar.gz"), {f"cifar-100-python/{name}": members[name] for name in members})

# MNIST's idx files.
for split, start, count in (("train", "train", 10), ("test", "t10k", 3)):
    images = np.stack([pixels(seed, 28, 28)[:, :, 0] for seed in range(count)])
    labels = (np.arange(count) * 3 % 10).astype(np.uint8)
    with gzip.GzipFile(path("mnist", f"{start}-images-idx3-ubyte.gz"), "wb", mtime=0) as target:
        target.write(struct.pack(">IIII", 0x803, *images.shape) + images.tobytes())
    with open(path("mnist", f"{start}-labels-idx1-ubyte"), "wb") as target:
        target.write(struct.pack(">II", 0x801, count) + labels.tobytes())
    with gzip.open(path("mnist", f"{start}-images-idx3-ubyte.gz")) as source:
        stored = np.frombuffer(source.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    padded = np.repeat(np.pad(stored, ((0, 0), (2, 2), (2, 2)))[..., None], 3, axis=3)
    expected.setdefault("mnist", {"classNames": [str(digit) for digit in range(10)]})[split] = [
        {"key": f"{start}#{index}", "label": int(labels[index]), "sha256": sha(padded[index])} for index in range(count)
    ]

# SVHN, compressed as MATLAB's -v7, and not, as its -v6.
for split, digits in (("train", [10, 1, 2, 3, 4, 5, 6, 7, 8, 9]), ("test", [3, 10])):
    file = path("svhn", f"{split}_32x32.mat")
    images = np.stack([pixels(digit) for digit in digits], axis=3)
    scipy.io.savemat(file, {"X": images, "y": np.array(digits, np.uint8)[:, None]}, do_compression=split == "train")
    loaded = scipy.io.loadmat(file)
    expected.setdefault("svhn", {"classNames": [str(digit) for digit in range(10)]})[split] = [
        {"key": f"{split}#{index}", "label": int(digit) % 10, "sha256": sha(loaded["X"][..., index])}
        for index, digit in enumerate(loaded["y"].ravel())
    ]

# BigGAN-PyTorch's HDF5: chunks that do not divide the number of pictures, compressed and not.
for split, count in (("train", 7), ("test", 3)):
    file = path("hdf5", f"{split}.hdf5")
    images = np.stack([pixels(seed, 16, 12).transpose(2, 0, 1) for seed in range(count)])
    with h5py.File(file, "w") as target:
        options = {"compression": "gzip"} if split == "train" else {}
        target.create_dataset("imgs", data=images, chunks=(2, 3, 16, 12), maxshape=(None, 3, 16, 12), **options)
        target.create_dataset("labels", data=np.arange(count, dtype=np.int64) % 3, chunks=(2,), maxshape=(None,))
    with h5py.File(file) as source:
        expected.setdefault("hdf5", {"classNames": ["0", "1", "2"]})[split] = [
            {"key": f"{split}#{index}", "label": int(source["labels"][index]), "sha256": sha(image.transpose(1, 2, 0))}
            for index, image in enumerate(source["imgs"][:])
        ]

# The devkit of ILSVRC2012: numbers of the classes are not in the order of their names, and synsets above them follow.
fields = ["ILSVRC2012_ID", "WNID", "words", "gloss", "num_children", "children", "wordnet_height", "num_train_images"]
synsets = np.zeros((4, 1), dtype=[(field, "O") for field in fields])
for row, wnid in enumerate([names[2], names[0], names[1], "n00001740"]):
    values = [np.uint16(row + 1), wnid, "a, word", "a gloss", np.uint8(3 * (row == 3)), np.arange(3 * (row == 3)), np.uint8(0), np.uint16(9)]
    for field, value in zip(fields, values):
        synsets[row, 0][field] = value
buffer = io.BytesIO()
scipy.io.savemat(buffer, {"synsets": synsets}, do_compression=True)
truth = [1, 3, 2, 1]
kit = {
    "readme.txt": b"a readme\n",
    "data/meta.mat": buffer.getvalue(),
    "data/ILSVRC2012_validation_ground_truth.txt": b"".join(b"%d\n" % line for line in truth),
}
write_archive(path("devkit", "ILSVRC2012_devkit_t12.tar.gz"), {f"ILSVRC2012_devkit_t12/{name}": kit[name] for name in kit})
loaded = scipy.io.loadmat(io.BytesIO(buffer.getvalue()), squeeze_me=True)["synsets"]
by_number = {int(synset["ILSVRC2012_ID"]): str(synset["WNID"]) for synset in loaded}
expected["devkit"] = {"classNames": names, "labels": [names.index(by_number[line]) for line in truth]}

put(path("expected.json"), json.dumps(expected, indent=1) + "\n")
