"""Writes resizes.txt: CRC-32 of the samples that Pillow 13 gives for pictures of this folder.

Run in this folder. A line is: picture, width, height, filter, CRC-32 in hexadecimal.
"""

import zlib

from PIL import Image

SIZES = [(1, 1), (3, 100), (7, 5), (12, 21), (28, 5), (30, 9), (31, 20), (64, 48), (100, 3), (224, 224)]

with open("resizes.txt", "w") as lines:
    for name in ["rgb.png", "golden/photo.jpg.decoded.png"]:
        picture = Image.open(name).convert("RGB")
        for width, height in SIZES:
            for resampling in Image.Resampling:
                if resampling.value > 5:
                    continue  # newer than the configurations that are supported
                crc = zlib.crc32(picture.resize((width, height), resampling).tobytes())
                print(name, width, height, resampling.name, f"{crc:08x}", file=lines)
