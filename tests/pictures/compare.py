"""Writes pictures of many kinds with Pillow, and compares what Pillow reads with what sganc reads.

usage: compare.py PIXELS FOLDER

PIXELS is the program sganc_pixels. The pictures are left in FOLDER. Prints a line for each kind that differs,
and the number of pictures; exits with 1 if any differs by more than its kind allows.
"""

import io
import itertools
import pathlib
import subprocess
import sys

import numpy
from PIL import Image, ImageCms, ImageOps

pixels, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
random = numpy.random.default_rng(1)


def smooth(height, width, channels):
    """A picture that lossy formats keep well."""
    y, x = numpy.mgrid[0:height, 0:width]
    planes = [(x * (3 + c) + y * (5 - c) + 40 * c) % 256 if c == 9 else 60 + 40 * c + (x + 2 * y) % 100
              for c in range(channels)]
    return numpy.stack(planes, -1).clip(0, 255).astype("uint8")


def noise(height, width, channels):
    return random.integers(0, 256, (height, width, channels), dtype="uint8")


def image(mode, array):
    return Image.fromarray(array[..., 0] if array.shape[-1] == 1 else array, mode)


def on_white(picture):
    """Pillow's reading, with transparent parts on white."""
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA"):
        gray = picture.mode in ("L", "LA")
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture).convert("L" if gray else "RGB")
    return picture


def pillow_reads(path):
    picture = ImageOps.exif_transpose(Image.open(path))
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return (numpy.asarray(picture).astype("int64") >> 8).astype("uint8")[..., None]
    picture = on_white(picture)
    if picture.mode not in ("L", "RGB"):
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    array = numpy.asarray(picture)
    return array[..., None] if array.ndim == 2 else array


def cases():
    """Yields the name of a file, how to write it, and the largest difference that is allowed."""
    sizes = [(7, 9), (16, 16), (1, 5), (33, 20)]
    for (height, width), (mode, channels) in itertools.product(
            sizes, [("L", 1), ("RGB", 3), ("LA", 2), ("RGBA", 4)]):
        data = image(mode, noise(height, width, channels))
        size = f"{mode}_{height}x{width}"
        yield f"png_{size}.png", lambda p, d=data: d.save(p), 1
        yield f"tiff_{size}.tif", lambda p, d=data: d.save(p), 1
        yield f"tiff_lzw_{size}.tiff", lambda p, d=data: d.save(p, compression="tiff_lzw"), 1
        if mode in ("RGB", "RGBA"):
            yield f"webp_lossless_{size}.webp", lambda p, d=data: d.save(p, lossless=True, exact=True), 1
        if mode in ("L", "RGB"):
            yield f"bmp_{size}.bmp", lambda p, d=data: d.save(p), 0
            calm = image(mode, smooth(height, width, channels))
            yield f"jpeg_{size}.jpg", lambda p, d=calm: d.save(p, quality=95), 3
            yield f"jpeg_progressive_{size}.jpeg", lambda p, d=calm: d.save(p, quality=95, progressive=True), 3
            yield f"webp_lossy_{size}.webp", lambda p, d=calm: d.convert("RGB").save(p, quality=95), 3
            for orientation in range(1, 9):
                exif = Image.Exif()
                exif[0x0112] = orientation
                yield (f"jpeg_turned_{orientation}_{size}.jpg",
                       lambda p, d=calm, e=exif: d.save(p, quality=95, exif=e), 3)
    for height, width in sizes:
        size = f"{height}x{width}"
        colour = image("RGB", noise(height, width, 3))
        yield f"gif_{size}.gif", lambda p, d=colour: d.quantize(32).save(p), 0
        yield f"png_palette_{size}.png", lambda p, d=colour: d.quantize(16).save(p), 0
        yield f"png_palette_clear_{size}.png", lambda p, d=colour: d.quantize(16).save(p, transparency=3), 0
        yield f"gif_clear_{size}.gif", lambda p, d=colour: d.quantize(16).save(p, transparency=3), 0
        yield f"png_bits_{size}.png", lambda p, d=colour: d.convert("1").save(p), 0
        yield f"tiff_bits_{size}.tif", lambda p, d=colour: d.convert("1").save(p), 0
        yield f"bmp_bits_{size}.bmp", lambda p, d=colour: d.convert("1").save(p), 0
        yield f"bmp_palette_{size}.bmp", lambda p, d=colour: d.quantize(16).save(p), 0
        yield f"png_interlaced_{size}.png", lambda p, d=colour: d.save(p, interlace=1), 0
        yield f"png_gamma_{size}.png", lambda p, d=colour: with_gamma(d, p), 0
        wide = random.integers(0, 65536, (height, width), dtype="uint16")
        yield f"png_16_{size}.png", lambda p, d=wide: Image.fromarray(d).save(p), 0
        yield f"tiff_16_{size}.tif", lambda p, d=wide: Image.fromarray(d).save(p), 0
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        yield f"png_srgb_{size}.png", lambda p, d=colour: d.save(p, icc_profile=srgb), 0
        several = [image("RGB", noise(height, width, 3)) for _ in range(3)]
        yield (f"tiff_several_{size}.tif",
               lambda p, d=several: d[0].save(p, save_all=True, append_images=d[1:]), 0)
        yield (f"webp_moving_{size}.webp",
               lambda p, d=several: d[0].save(p, save_all=True, append_images=d[1:], lossless=True), 0)
        still = [d.quantize(16) for d in several]
        yield f"gif_moving_{size}.gif", lambda p, d=still: d[0].save(p, save_all=True, append_images=d[1:]), 0


def with_gamma(picture, path):
    """Writes a PNG that says that its numbers are linear light, which viewers commonly pass over."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    data = buffer.getvalue()
    import struct
    import zlib
    chunk = b"gAMA" + struct.pack(">I", 100000)
    path.write_bytes(data[:33] + struct.pack(">I", 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:])


def read(process, path):
    process.stdin.write(f"{path}\n".encode())
    process.stdin.flush()
    line = process.stdout.readline().decode().strip()
    if line.startswith("error"):
        return line
    width, height, channels = map(int, line.split())
    return numpy.frombuffer(process.stdout.read(width * height * channels), "uint8").reshape(height, width, channels)


process = subprocess.Popen([pixels], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
count = wrong = 0
for name, write, most in cases():
    path = folder / name
    write(path)
    expected, found = pillow_reads(path), read(process, path)
    count += 1
    if isinstance(found, str):
        problem = found
    elif found.shape[:2] != expected.shape[:2]:
        problem = f"{found.shape} where Pillow has {expected.shape}"
    else:
        difference = numpy.abs(found.astype(int) - expected).max()  # gray is compared with each colour
        if difference <= most:
            continue
        problem = f"differs by {difference}, and {most} is allowed"
    wrong += 1
    print(f"{name}: {problem}")
print(f"{count} pictures, {wrong} read otherwise than by Pillow {Image.__version__}")
sys.exit(wrong > 0)
