"""One contestant of race.py: worker.py c|onnx|torch FILE NAME OUTPUT HEIGHT WIDTH CHANNELS IMAGE.npy, with --first to
answer once, or with --threads N --seconds S to print the median milliseconds of a call for each number of images."""

import argparse
import statistics
import time

import numpy


def of_c(given, threads):
    import concurrent.futures
    import ctypes
    import re
    library = ctypes.CDLL(given.file)
    verb = "classify" if given.output == "probability" else "features"
    new, call = getattr(library, f"{given.name}_new"), getattr(library, f"{given.name}_{verb}")
    new.restype = ctypes.c_void_p
    header = open(given.file.replace(f"lib{given.name}.so", f"{given.name}.h")).read()
    declared = re.search(rf"{given.name}_{verb}\(.*?\)", header, re.S).group(0)
    shape = re.search(rf"{given.output} {{count, ([0-9, ]+)}}", header).group(1)
    numbers = int(numpy.prod([int(n) for n in shape.split(",")]))
    others = [None] * (declared.count("float *") - 1)
    nets = [ctypes.c_void_p(new()) for _ in range(threads)]
    pool = concurrent.futures.ThreadPoolExecutor(threads)

    def part(net, images, out):
        call(net, images.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(len(images)),
             out.ctypes.data_as(ctypes.c_void_p), *others)

    def answer(images):
        out = numpy.empty((len(images), numbers), numpy.float32)
        if threads == 1 or len(images) < threads:
            part(nets[0], images, out)
            return out
        cut = len(images) // threads
        jobs = [pool.submit(part, nets[i], images[i * cut:(i + 1) * cut], out[i * cut:(i + 1) * cut]) for i in range(threads)]
        for job in jobs:
            job.result()
        return out
    return answer


def of_onnx(given, threads):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(given.file, options)
    return lambda images: session.run([given.output], {"image": images})[0]


def of_torch(given, threads):
    import importlib.util
    import pathlib
    import torch
    torch.set_num_threads(threads)
    file = next(pathlib.Path(given.file).glob("*.py"))
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.load().eval()

    def answer(images):
        with torch.inference_mode():
            return model(module.scaled(torch.from_numpy(images)))[given.output].numpy()
    return answer


def median_of(answer, images, seconds):
    answer(images)
    times, end = [], time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        begin = time.perf_counter()
        answer(images)
        times.append(time.perf_counter() - begin)
    return 1000 * statistics.median(times)


def main():
    parser = argparse.ArgumentParser()
    for word in ("form", "file", "name", "output"):
        parser.add_argument(word)
    parser.add_argument("shape", type=int, nargs=3)
    parser.add_argument("image")
    parser.add_argument("--first", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.5)
    given = parser.parse_args()
    answer = {"c": of_c, "onnx": of_onnx, "torch": of_torch}[given.form](given, given.threads)
    if given.first:
        print(answer(numpy.load(given.image)).ravel()[:10])
        return
    for count in (1, 100):
        images = numpy.random.default_rng(0).integers(0, 256, (count, *given.shape), dtype=numpy.uint8)
        print(count, median_of(answer, images, given.seconds))


main()
