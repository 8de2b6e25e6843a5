"""Times how fast sganc, Pillow and torchvision.io read pictures.

usage: race.py BUILD FOLDER [--quick]

BUILD is the build folder of sganc. Writes folders of pictures into FOLDER, unless they are there. Each reader reads
each folder three times, in turns, in one thread. The table has pictures for each second of processor time (the best of
the three), which other processes on the machine change little.
"""

import pathlib
import resource
import subprocess
import sys
import time

import numpy
import torch
import torchvision
from PIL import Image
from torchvision.transforms.v2 import functional

build, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
SHARE = 20 if "--quick" in sys.argv[3:] else 1
SIDE = 64  # of the images to which the larger pictures are reduced
ROUNDS = 3
#        name of the folder, ending, pictures, height, width
SETS = [("jpeg_64", "jpg", 20000, 64, 64), ("png_64", "png", 20000, 64, 64), ("jpeg_480", "jpg", 2000, 480, 640)]


def write(name, ending, count, height, width):
    """Smooth colours with noise, which take as many bytes as photographs do."""
    random = numpy.random.default_rng(1)
    place = folder / name
    for label in "ab":
        (place / label).mkdir(parents=True, exist_ok=True)
    for i in range(count):
        path = place / "ab"[i % 2] / f"{i:05}.{ending}"
        if path.exists():
            continue
        small = Image.fromarray(random.integers(0, 256, (height // 8, width // 8, 3), dtype="uint8"))
        smooth = numpy.asarray(small.resize((width, height), Image.BICUBIC)).astype(int)
        picture = Image.fromarray((smooth + random.integers(-8, 9, smooth.shape)).clip(0, 255).astype("uint8"))
        picture.save(path, **({"quality": 90} if ending == "jpg" else {}))
    return sorted(map(str, place.rglob("*." + ending)))


def by_sganc(paths, reduced):
    size = [str(SIDE)] * 2 if reduced else []
    subprocess.run([build / "sganc_pixels", *size], input="\n".join(paths).encode() + b"\n",
                   stdout=subprocess.DEVNULL, check=True)


def by_pillow(paths, reduced):
    for path in paths:
        picture = Image.open(path)
        if reduced:
            picture.draft("RGB", (2 * SIDE, 2 * SIDE))
            picture = picture.convert("RGB").resize((SIDE, SIDE), Image.BOX)
        numpy.asarray(picture.convert("RGB"))


def by_torchvision(paths, reduced):
    for path in paths:
        picture = torchvision.io.decode_image(torchvision.io.read_file(path), torchvision.io.ImageReadMode.RGB)
        if reduced:
            functional.resize(picture, [SIDE, SIDE], antialias=True)


def processor_seconds():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


READERS = {"sganc": by_sganc, f"Pillow {Image.__version__}": by_pillow,
           f"torchvision.io {torchvision.__version__}": by_torchvision}
torch.set_num_threads(1)
print("| pictures | " + " | ".join(READERS) + " | `sganc data`, all threads |\n|---|" + "---:|" * (len(READERS) + 1))
for name, ending, count, height, width in SETS:
    paths = write(name, ending, count // SHARE, height, width)[:count // SHARE]
    reduced = max(height, width) > SIDE
    best = {reader: 0.0 for reader in READERS}
    whole = 0.0
    for _ in range(ROUNDS):
        for reader, read in READERS.items():
            begin = processor_seconds()
            read(paths, reduced)
            best[reader] = max(best[reader], len(paths) / (processor_seconds() - begin))
        begin = time.monotonic()
        subprocess.run([build / "sganc", "data", folder / name, "-q"], stdout=subprocess.DEVNULL, check=True)
        whole = max(whole, len(list((folder / name).rglob("*." + ending))) / (time.monotonic() - begin))
    what = f"{ending.upper().replace('JPG', 'JPEG')} {width}x{height}" + (f" to {SIDE}x{SIDE}" if reduced else "")
    print(f"| {what} | " + " | ".join(f"{rate:.0f}" for rate in best.values()) + f" | {whole:.0f} in a second |", flush=True)
