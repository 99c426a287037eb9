"""Writes TensorBoard event records with TensorFlow's own protobuf classes and record writer, and prints the file as
base64 for test/fixtures/run/tensorboard.json. Needs `pip install tensorflow-cpu`.

    python ci/golden/run-tensorboard.py > test/fixtures/run/tensorboard.json

With the path of an event file it reads that file with TensorFlow's reader instead, checksums included, and prints
one line for each value: what a run wrote can be checked so.

    python ci/golden/run-tensorboard.py runs/one/tensorboard/events.out.tfevents.*
"""

import base64
import json
import sys
import tempfile

import tensorflow as tf
from tensorflow.core.framework import summary_pb2
from tensorflow.core.util import event_pb2

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGP4z8Dwn4EBAAf+Af/lFQ0jAAAAAElFTkSuQmCC"
)


def write():
    value = summary_pb2.Summary.Value
    events = [
        event_pb2.Event(wall_time=1.5, file_version="brain.Event:2"),
        event_pb2.Event(
            wall_time=1_700_000_000.25,
            step=7,
            summary=summary_pb2.Summary(
                value=[
                    value(tag="discriminator/total", simple_value=1.25),
                    value(tag="generator/total", simple_value=-0.1),
                ]
            ),
        ),
        event_pb2.Event(
            wall_time=1_700_000_001.0,
            step=250_000,
            summary=summary_pb2.Summary(
                value=[
                    value(
                        tag="samples",
                        image=summary_pb2.Summary.Image(
                            height=1, width=2, colorspace=3, encoded_image_string=PNG
                        ),
                    ),
                    value(
                        tag="weights",
                        histo=summary_pb2.HistogramProto(
                            min=-2.0,
                            max=3.0,
                            num=5.0,
                            sum=1.5,
                            sum_squares=14.25,
                            bucket_limit=[-1.0, 0.5, 4.0],
                            bucket=[1.0, 3.0, 1.0],
                        ),
                    ),
                ]
            ),
        ),
    ]
    with tempfile.NamedTemporaryFile(suffix=".tfevents") as file:
        with tf.io.TFRecordWriter(file.name) as writer:
            for event in events:
                writer.write(event.SerializeToString(deterministic=True))
        content = open(file.name, "rb").read()
    check = {}
    for text in ["", "123456789", "a" * 1000]:
        with tempfile.NamedTemporaryFile() as file:
            with tf.io.TFRecordWriter(file.name) as writer:
                writer.write(text.encode())
            check[text] = int.from_bytes(open(file.name, "rb").read()[-4:], "little")
    print(
        json.dumps(
            {
                "png": base64.b64encode(PNG).decode(),
                "file": base64.b64encode(content).decode(),
                "maskedChecksums": check,
            },
            indent="\t",
        )
    )


def read(name):
    for record in tf.compat.v1.io.tf_record_iterator(name):
        event = event_pb2.Event.FromString(record)
        if event.file_version:
            print("version", event.file_version)
        for value in event.summary.value:
            kind = value.WhichOneof("value")
            shown = value.simple_value
            if kind == "image":
                image = tf.io.decode_png(value.image.encoded_image_string)
                shown = f"image {tuple(image.shape)}"
                assert image.shape[:2] == (value.image.height, value.image.width)
            if kind == "histo":
                histogram = value.histo
                assert len(histogram.bucket) == len(histogram.bucket_limit)
                assert sum(histogram.bucket) == histogram.num
                assert list(histogram.bucket_limit) == sorted(histogram.bucket_limit)
                shown = f"histogram of {histogram.num:.0f} in [{histogram.min:.4g}, {histogram.max:.4g}]"
            print(event.step, value.tag, shown)


if len(sys.argv) > 1:
    for argument in sys.argv[1:]:
        read(argument)
else:
    write()
