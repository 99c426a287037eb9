"""Contestants of decode.ts and decode-parts.ts in Python: Pillow and, where it is installed, torchvision, on one core.

Usage: decode_peers.py LIST.json all|parts, a list of {file, window: [top, left, height, width]}. Reads lines
`NAME FROM TO RESOLUTION` and answers each with a line of JSON: seconds of the clock and of the processor for these
pictures, from the file's bytes in memory to RGB bytes of the resolution. First line: the contestants."""

import io
import json
import sys
import time

import PIL
from PIL import Image

pictures = [(open(entry["file"], "rb").read(), entry["window"]) for entry in json.load(open(sys.argv[1]))]


def pillow(content, window, resolution):
    top, left, height, width = window
    image = Image.open(io.BytesIO(content)).convert("RGB").crop((left, top, left + width, top + height))
    return image.resize((resolution, resolution), Image.BILINEAR).tobytes()


def pillow_draft(content, window, resolution):
    """Decodes at the part of the size that fewer-labels takes for its reduced recipe."""
    top, left, height, width = window
    image = Image.open(io.BytesIO(content))
    ratio = next((ratio for ratio in (8, 4, 2) if min(height, width) >= ratio * resolution), 1)
    if ratio > 1:
        image.draft("RGB", (image.width // ratio, image.height // ratio))
    image = image.convert("RGB").crop([edge // ratio for edge in (left, top, left + width, top + height)])
    return image.resize((resolution, resolution), Image.BILINEAR).tobytes()


contestants = {f"Pillow {PIL.__version__}": pillow, f"Pillow {PIL.__version__} draft": pillow_draft}
try:
    import torch
    import torchvision
    from torchvision.io import ImageReadMode, decode_jpeg
    from torchvision.transforms.v2 import functional

    torch.set_num_threads(1)

    def vision(content, window, resolution):
        image = decode_jpeg(torch.frombuffer(bytearray(content), dtype=torch.uint8), ImageReadMode.RGB)
        return functional.resized_crop(image, *window, [resolution, resolution], antialias=True).numpy().tobytes()

    def vision_pillow(content, window, resolution):
        image = Image.open(io.BytesIO(content)).convert("RGB")
        image = functional.resized_crop(image, *window, [resolution, resolution])
        return functional.pil_to_tensor(image).numpy().tobytes()

    contestants[f"torchvision {torchvision.__version__} tensors"] = vision
    contestants[f"torchvision {torchvision.__version__} on Pillow"] = vision_pillow
except ImportError:
    pass



def pillow_alone(divisor):
    def decode(content, window, resolution):
        image = Image.open(io.BytesIO(content))
        if divisor > 1:
            image.draft("RGB", (image.width // divisor, image.height // divisor))
        image.load()

    return decode


if sys.argv[2] == "parts":
    contestants = {
        f"Pillow {PIL.__version__}, decoding alone": pillow_alone(1),
        f"Pillow {PIL.__version__}, decoding at 1/8 alone": pillow_alone(8),
    }

print(json.dumps(list(contestants)), flush=True)
for line in sys.stdin:
    name, first, last, resolution = json.loads(line)
    clock, processor = time.perf_counter(), time.process_time()
    for content, window in pictures[first:last]:
        contestants[name](content, window, resolution)
    print(json.dumps([time.perf_counter() - clock, time.process_time() - processor]), flush=True)
