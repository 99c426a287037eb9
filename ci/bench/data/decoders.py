"""RGB bytes of JPEG files as Pillow decodes them, for decoders.ts. Usage: decoders.py FILE…; writes for each file
uint32 height, uint32 width (little-endian) and the bytes."""

import struct
import sys

from PIL import Image

for file in sys.argv[1:]:
    image = Image.open(file).convert("RGB")
    sys.stdout.buffer.write(struct.pack("<II", image.height, image.width) + image.tobytes())
