"""Measures exported nets side by side: race.py BUILD FOLDER [--rounds N]; bench/exports/run calls it.

Every contestant is a process of its own, and all take turns. A turn measures the time to the first answer (from the
start of the process, reading one image from a file, to its end), its peak memory, and then, in another process, the
median time of a call with 1 and with 100 images, for one thread and for two.
"""

import argparse
import pathlib
import re
import statistics
import subprocess
import sys
import time

import numpy

NETS = [("models/mnist_stacked.toml", "classifier", "probability"), ("models/papers/dcgan.toml", "critic", "features")]
BATCHES = (1, 100)
SECONDS = 0.5
HERE = pathlib.Path(__file__).resolve().parent


def run(words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stderr}")
    return done.stdout


def first_answer(launcher, words):
    """The seconds that the process takes, and the megabytes of its largest resident set."""
    begin = time.perf_counter()
    kilobytes = run([launcher, *words])
    return time.perf_counter() - begin, int(kilobytes) / 1000


def bytes_of(path):
    return path.stat().st_size if path.is_file() else sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


class Net:
    """A net that was trained for two steps, in every form."""

    def __init__(self, build, folder, model, net, output):
        self.name, self.net, self.output = pathlib.Path(model).stem, net, output
        self.folder = folder / self.name
        self.build = build
        run([build / "sganc", "train", model, "--out", self.folder / "run", "--force", "-q", "--no-test", "--set",
             "train.epochs=1", "--set", "train.steps_per_epoch=2", "--set", "evaluate.splits=[]"])
        self.program, self.library = self.folder / "program", self.folder / self.name
        self.onnx, self.torch = self.folder / "net.onnx", self.folder / "torch"
        for form, out in (("program", self.program), ("c", self.library), ("onnx", self.onnx), ("torch", self.torch)):
            run([build / "sganc", "export", self.folder / "run", "--to", form, "--net", net, "--out", out, "-q"])
        self.shape = (28, 28, 1)
        self.image = self.folder / "image.npy"
        numpy.save(self.image, numpy.random.default_rng(0).integers(0, 256, (1, *self.shape), dtype=numpy.uint8))
        self.launcher = self.folder / "launch"
        run(["cc", "-O1", HERE / "launch.c", "-o", self.launcher])
        self.example = self.folder / "example"
        run(["cc", "-O1", HERE / "first.c", f"-DNET={self.name}", f"-DVERB={self.verb()}", f"-DRESULTS={self.results()}",
             f'-DHEADER="{self.name}.h"', f"-I{self.library}", f"-L{self.library}", f"-l:lib{self.name}.a", "-lm", "-o",
             self.example])

    def verb(self):
        return "classify" if self.output == "probability" else "features"

    def results(self):
        """The outputs of the C function, of which the example wants the first."""
        header = (self.library / f"{self.name}.h").read_text()
        declared = re.search(rf"{self.name}_{self.verb()}\(.*?\)", header, re.S).group(0)
        return declared.count("float *")

    def contestants(self):
        worker = [sys.executable, HERE / "worker.py"]
        facts = [self.name, self.output, *map(str, self.shape), self.image]
        return {
            "C library": ([self.example, self.image], [*worker, "c", self.library / f"lib{self.name}.so", *facts],
                          self.library / f"lib{self.name}.so"),
            "ONNX Runtime": ([*worker, "onnx", self.onnx, *facts, "--first"], [*worker, "onnx", self.onnx, *facts], self.onnx),
            "PyTorch": ([*worker, "torch", self.torch, *facts, "--first"], [*worker, "torch", self.torch, *facts], self.torch),
        }

    def sganc_run(self, threads):
        """The milliseconds of a call by the number of images, of `sganc-run bench`."""
        text = run([self.build / "sganc-run", "bench", self.program, "--seconds", SECONDS, "--threads", threads])
        return {int(row[1]): float(row[2]) for row in (line.split() for line in text.splitlines()) if len(row) == 5 and row[0][-1].isdigit()}


def measure(net, rounds):
    times, first, memory, size = {}, {}, {}, {}
    for _ in range(rounds):
        for name, (answer, calls, file) in net.contestants().items():
            seconds, megabytes = first_answer(net.launcher, answer)
            first.setdefault(name, []).append(seconds)
            memory[name], size[name] = megabytes, bytes_of(file)
            for threads in (1, 2):
                text = run([*calls, "--threads", threads, "--seconds", SECONDS])
                for batch, milliseconds in (line.split() for line in text.splitlines()):
                    times.setdefault((name, threads, int(batch)), []).append(float(milliseconds))
        name = "sganc-run"
        if net.output == "probability":
            seconds, megabytes = first_answer(net.launcher, [net.build / "sganc-run", "classify", net.program, net.image])
            first.setdefault(name, []).append(seconds)
            memory[name] = megabytes
        size[name] = bytes_of(net.program)
        for threads in (1, 2):
            for batch, milliseconds in net.sganc_run(threads).items():
                times.setdefault((name, threads, batch), []).append(milliseconds)
    return times, first, memory, size


def table(net, rounds):
    times, first, memory, size = measure(net, rounds)
    print(f"\n{net.name}, {net.net}: images a second, medians of {rounds} rounds\n")
    print("| form | 1 image, 1 thread | 100 images, 1 thread | 100 images, 2 threads | first answer, ms | MB of memory | MB on disk |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name in ("C library", "sganc-run", "ONNX Runtime", "PyTorch"):
        def speed(threads, batch):
            found = times.get((name, threads, batch))
            return f"{1000 * batch / statistics.median(found):.0f}" if found else ""
        began = f"{1000 * statistics.median(first[name]):.0f}" if name in first else ""
        held = f"{memory[name]:.0f}" if name in memory else ""
        print(f"| {name} | {speed(1, 1)} | {speed(1, 100)} | {speed(2, 100)} | {began} | {held} | {size[name] / 1e6:.1f} |")
    for threads, batch in ((1, 1), (1, 100), (2, 100)):
        ratios = sorted(theirs / ours for theirs, ours in zip(times["ONNX Runtime", threads, batch], times["C library", threads, batch]))
        print(f"* {batch} images, {threads} threads: ONNX Runtime takes {statistics.median(ratios):.2f} times as long as the C library ({ratios[0]:.2f}..{ratios[-1]:.2f})")


def main():
    parser = argparse.ArgumentParser(prog="bench/exports/run")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for model, net, output in NETS:
        table(Net(given.build.resolve(), given.folder.resolve(), model, net, output), given.rounds)


main()
