"""Writes test/fixtures/metrics/images/*.jpg and *.png, and prints test/fixtures/metrics/images.json: for each file,
size and a digest of the RGB bytes that Pillow reads from it. For the tests of harness/metrics/sources/: CMYK, gray,
subsampled and progressive JPEG, palette and 16-bit PNG. Of 16-bit files the high byte counts, which Pillow gives for
RGB; for gray it is computed here, because Pillow clips those at 255. Needs: numpy, pillow (below 13, for equal files).
Usage: metrics-images.py FOLDER > images.json"""

import hashlib
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
y, x = np.mgrid[:23, :35]
texture = np.stack([y * 9, x * 7, x * y // 3], axis=2) + (x * 31 + y * 17)[:, :, None] % 40
picture = Image.fromarray((texture % 256).astype(np.uint8))


def png16(pixels):
    """A 16-bit RGB PNG, which Pillow cannot write."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


picture.save(folder / "subsampled.jpg", quality=88)
picture.save(folder / "progressive.jpg", quality=88, progressive=True, subsampling=0)
picture.convert("L").save(folder / "gray.jpg", quality=88)
picture.convert("CMYK").save(folder / "cmyk.jpg", quality=88)
picture.quantize(16).save(folder / "palette.png")
wide = np.stack([y * 2000, x * 1800, (x + y) * 1100], axis=2).astype(np.uint16)
(folder / "rgb16.png").write_bytes(png16(wide))
Image.fromarray(wide[:, :, 0]).save(folder / "gray16.png")

digests = {}
for file in sorted(folder.iterdir()):
    image = Image.open(file)
    if file.name == "gray16.png":
        pixels = np.repeat((np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8)[:, :, None], 3, axis=2)
    else:
        pixels = np.asarray(image.convert("RGB"))
    digests[file.name] = {
        "height": pixels.shape[0],
        "width": pixels.shape[1],
        "digest": hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest(),
    }
print(json.dumps(digests))
