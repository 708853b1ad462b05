"""Writes the small pictures that the image tests decode, each with the pixels that Pillow reads.

Run in this folder with Pillow 13 and numpy. For NAME.ext the expected pixels are in NAME.png below
expected/, after the EXIF orientation is applied and alpha is dropped.
"""

import io
import pathlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

here = pathlib.Path(__file__).parent
expected = here / "expected"
expected.mkdir(exist_ok=True)

H, W = 21, 30
y, x = np.mgrid[0:H, 0:W]
smooth = np.stack([x * 8, y * 12, (x + y) * 5], -1).astype(np.uint8)
rng = np.random.default_rng(7)
rough = rng.integers(0, 256, (H, W, 3), dtype=np.uint8)
alpha = (x * 8).astype(np.uint8)
gray = smooth[..., 0]


def keep(name, image, pixels=None, **options):
    """Saves one picture and, as a PNG, the pixels that a reader must find in it."""
    path = here / name
    image.save(path, **options)
    if pixels is None:
        pixels = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    pixels.save(expected / (name.replace(".", "_") + ".png"), optimize=True)


rgb = Image.fromarray(smooth)
keep("ycc420.jpg", rgb, quality=90, subsampling=2)
keep("ycc422.jpg", rgb, quality=90, subsampling=1)
keep("ycc444.jpg", rgb, quality=90, subsampling=0)
keep("progressive.jpg", rgb, quality=90, progressive=True)
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
keep("profile.jpg", rgb, quality=90, icc_profile=profile)
keep("profile.png", Image.fromarray(rough), icc_profile=profile)
keep("gray.jpg", Image.fromarray(gray), quality=90)
keep("rgb_keep.jpg", rgb, quality=90, keep_rgb=True)
keep("cmyk.jpg", rgb.convert("CMYK"), quality=95)

# The same components, read as luma, chroma and black: Adobe's transform 2.
ycck = bytearray((here / "cmyk.jpg").read_bytes())
ycck[ycck.index(b"Adobe") + 11] = 2
(here / "ycck.jpg").write_bytes(bytes(ycck))
Image.open(here / "ycck.jpg").convert("RGB").save(expected / "ycck_jpg.png", optimize=True)

for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    keep(f"orientation{orientation}.jpg", rgb, quality=95, subsampling=0, exif=exif)
exif = Image.Exif()
exif[0x0112] = 6
keep("orientation6.png", rgb, exif=exif)
keep("orientation6.webp", rgb, lossless=True, exif=exif)
keep("orientation6.tif", rgb, exif=exif)

keep("rgb.png", Image.fromarray(rough))
keep("rgba.png", Image.fromarray(np.dstack([rough, alpha])), Image.fromarray(rough))
keep("gray.png", Image.fromarray(gray))
keep("gray_alpha.png", Image.fromarray(np.dstack([gray, alpha])), Image.fromarray(gray).convert("RGB"))
bilevel = Image.fromarray(((x + y) % 3 == 0).astype(np.uint8) * 255).convert("1")
keep("bilevel.png", bilevel)
palette = Image.fromarray(rough).quantize(200)
keep("palette.png", palette)
keep("palette_transparent.png", palette, palette.convert("RGB"), transparency=bytes(range(0, 200)))
keep("palette4.png", Image.fromarray(smooth).quantize(13), bits=4)

# 16-bit samples keep their high byte. Pillow 13 clips 16-bit gray at 255 instead, which is white nearly everywhere.
wide = (gray.astype(np.uint16) << 8) | 77
keep("gray16.png", Image.fromarray(wide), Image.fromarray(gray).convert("RGB"))


def png16(name, samples, pixels):
    import struct
    import zlib

    h, w, c = samples.shape
    rows = b"".join(b"\0" + samples[i].astype(">u2").tobytes() for i in range(h))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", w, h, 16, {2: 4, 3: 2, 4: 6}[c], 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    (here / name).write_bytes(data)
    read = np.array(Image.open(io.BytesIO(data)).convert("RGBA"))[..., :3]
    assert (read == pixels).all(), name
    Image.fromarray(pixels).save(expected / (name.replace(".", "_") + ".png"), optimize=True)


png16("rgb16.png", (rough.astype(np.uint16) << 8) | 200, rough)
png16("rgba16.png", np.dstack([(rough.astype(np.uint16) << 8) | 200, alpha.astype(np.uint16) << 8]), rough)
png16("gray_alpha16.png", np.dstack([wide, alpha.astype(np.uint16) << 8]), np.dstack([gray] * 3))


def interlaced(name, pixels):
    """Pillow writes no Adam7 files, so this does."""
    import struct
    import zlib

    h, w, _ = pixels.shape
    rows = b""
    for x0, y0, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        rows += b"".join(b"\0" + row.tobytes() for row in pixels[y0::dy, x0::dx])

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 2, 0, 0, 1))
    gamma = chunk(b"gAMA", struct.pack(">I", 100000))  # must be ignored
    data = b"\x89PNG\r\n\x1a\n" + header + gamma + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    (here / name).write_bytes(data)
    assert (np.array(Image.open(io.BytesIO(data))) == pixels).all()
    Image.fromarray(pixels).save(expected / (name.replace(".", "_") + ".png"), optimize=True)


interlaced("interlaced_gamma.png", rough)

first = Image.fromarray(smooth).quantize(64)
second = Image.fromarray(rough).quantize(64)
keep("animated.gif", first, first.convert("RGB"), save_all=True, append_images=[second])
keep("transparent.gif", palette, transparency=3)

# a first frame that covers part of the canvas: the rest shows palette entry 0
frame = bytearray((here / "transparent.gif").read_bytes())
plain = io.BytesIO()
first.save(plain, "GIF")
frame = bytearray(plain.getvalue())
at = frame.index(b",")
frame[6:10] = (W + 6).to_bytes(2, "little") + (H + 4).to_bytes(2, "little")
frame[at + 1 : at + 5] = (3).to_bytes(2, "little") + (2).to_bytes(2, "little")
(here / "offset.gif").write_bytes(bytes(frame))
Image.open(here / "offset.gif").convert("RGB").save(expected / "offset_gif.png", optimize=True)

keep("rgb.bmp", Image.fromarray(rough))
keep("palette.bmp", palette)
keep("gray.bmp", Image.fromarray(gray))
keep("bilevel.bmp", bilevel)
keep("rgba.bmp", Image.fromarray(np.dstack([rough, alpha])), Image.fromarray(rough))

keep("lossless.webp", Image.fromarray(rough), lossless=True)
keep("lossless_alpha.webp", Image.fromarray(np.dstack([smooth, np.maximum(alpha, 1)])), Image.fromarray(smooth), lossless=True, exact=True)
keep("lossy.webp", rgb, quality=90)

for compression in ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"]:
    keep(f"rgb_{compression}.tif", Image.fromarray(rough), compression=compression)
keep("gray.tif", Image.fromarray(gray))
keep("white_is_zero.tif", Image.fromarray(gray), tiffinfo={262: 0})
keep("gray16.tif", Image.fromarray(wide), Image.fromarray(gray).convert("RGB"))
keep("palette.tif", palette)
keep("bilevel.tif", bilevel)
keep("rgba.tif", Image.fromarray(np.dstack([rough, alpha])), Image.fromarray(rough))
keep("cmyk.tif", Image.fromarray(rough).convert("CMYK"))
keep("group4.tif", bilevel, compression="group4")
keep("jpeg.tif", rgb, compression="jpeg", quality=95)

# BMP variants that Pillow reads but does not write: rows from the top, and 16 bits a pixel.
top_down = bytearray((here / "rgb.bmp").read_bytes())
rows = np.frombuffer(bytes(top_down[54:]), np.uint8).reshape(H, -1)
top_down[22:26] = (-H).to_bytes(4, "little", signed=True)
(here / "top_down.bmp").write_bytes(bytes(top_down[:54]) + rows[::-1].tobytes())
Image.open(here / "top_down.bmp").convert("RGB").save(expected / "top_down_bmp.png", optimize=True)

packed = (rough[::-1, :, 0].astype(np.uint16) >> 3 << 10) | (rough[::-1, :, 1].astype(np.uint16) >> 3 << 5) | (rough[::-1, :, 2] >> 3)
header = bytearray((here / "rgb.bmp").read_bytes()[:54])
header[2:6] = (54 + packed.nbytes).to_bytes(4, "little")
header[28:30] = (16).to_bytes(2, "little")
header[34:38] = packed.nbytes.to_bytes(4, "little")
(here / "rgb555.bmp").write_bytes(bytes(header) + packed.astype("<u2").tobytes())
Image.open(here / "rgb555.bmp").convert("RGB").save(expected / "rgb555_bmp.png", optimize=True)
