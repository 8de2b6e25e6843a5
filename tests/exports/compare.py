"""Compares exported nets with sganc: compare.py SGANC SAMPLES FOLDER [MODEL...]; tests/exports/run calls it."""

import csv
import gzip
import importlib.util
import io
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from PIL import Image

TOLERANCE = 1e-4  # of the largest value
MODELS = Path("models")
TYPES = {"tensor(float)": np.float32, "tensor(int32)": np.int32, "tensor(uint8)": np.uint8}
NOT_IN_ONNX = {"scatter_add", "conv_backward_weights"}  # gradients alone need them

mistakes = 0
worst = {}  # the largest difference of each kind of comparison


def check(name, kind, found, wanted):
    """Counts a mistake, and prints it, if the arrays differ."""
    global mistakes
    found, wanted = np.asarray(found, np.float64), np.asarray(wanted, np.float64)
    if found.shape != wanted.shape:
        mistakes += 1
        print(f"{name}: {kind}: the shape is {found.shape}, not {wanted.shape}")
        return
    difference = np.abs(found - wanted).max() / max(np.abs(wanted).max(), 1e-6)
    worst[kind] = max(worst.get(kind, 0), difference)
    if not difference <= TOLERANCE:
        mistakes += 1
        print(f"{name}: {kind}: differs by {difference:.2g}")


def session(file):
    """The file as ONNX Runtime loads it, after ONNX's own checks."""
    onnx.checker.check_model(str(file), full_check=True)
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 3
    return onnxruntime.InferenceSession(str(file), settings, providers=["CPUExecutionProvider"])


def run_onnx(file, inputs):
    """The outputs by name. Inputs are given by name too, and converted to the types that the file takes."""
    loaded = session(file)
    feed = {i.name: inputs[i.name].astype(TYPES[i.type]) for i in loaded.get_inputs()}
    return dict(zip([o.name for o in loaded.get_outputs()], loaded.run(None, feed)))


def load_torch(file):
    """The written module, and the model that its function load makes."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, module.load()


def channels_first(x):
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x


def channels_last(x):
    return (x.permute(0, 2, 3, 1) if x.dim() == 4 else x).detach().numpy()


# samples of layers and primitives


def compare_samples(program, folder):
    written = subprocess.run([program, folder], check=True, capture_output=True, text=True).stdout
    refused = {line.split(":")[0] for line in written.splitlines()}
    if refused != NOT_IN_ONNX:
        raise SystemExit(f"ONNX cannot say {refused}, expected {NOT_IN_ONNX}")
    for result in sorted(folder.glob("*.y.npy")):
        name = result.name.removesuffix(".y.npy")
        wanted = np.load(result)
        inputs = {f.name.split(".")[-2]: np.load(f) for f in sorted(folder.glob(f"{name}.x*.npy"))}
        for file in sorted(folder.glob(f"{name}.onnx")) + sorted(folder.glob(f"{name}.primitives.onnx")):
            check(file.name, "samples in ONNX Runtime", run_onnx(file, inputs)["features"], wanted)
        if (folder / f"{name}.py").exists():
            model = load_torch(folder / f"{name}.py")[1]
            found = model(*[channels_first(torch.tensor(x)) for x in inputs.values()])["features"]
            check(name, "samples in PyTorch", channels_last(found), wanted)


# models


class Run:
    """A model of models/ after two steps on a thousand images."""

    def __init__(self, program, name, folder):
        self.program, self.name, self.folder = program, name, folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        small = ["data.source=fashion-mnist", "data.limit=1000", "train.epochs=1", "train.steps_per_epoch=2"]
        self.call("train", str(MODELS / f"{name}.toml"), "--out", folder / "run", *(f"--set={s}" for s in small))

    def call(self, verb, *arguments):
        return subprocess.run([self.program, verb, "--quiet", *map(str, arguments)], check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True).stdout

    def of_run(self, verb, *arguments):
        return self.call(verb, self.folder / "run", *arguments)

    def export(self, file, *arguments):
        self.of_run("export", "--to", "onnx", "--out", self.folder / file, *arguments)
        return self.folder / file


def some_images(count):
    with gzip.open("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, count * 784, 16).reshape(count, 28, 28, 1)


def predicted(run, images):
    """What `sganc predict` says: the columns of its rows, as in the ONNX file."""
    np.save(run.folder / "x.npy", images)
    logits = ["--logits"] if "logits" in classifier_outputs(run) else []
    rows = list(csv.DictReader(io.StringIO(run.of_run("predict", run.folder / "x.npy", "--probabilities", *logits))))

    def columns(prefix):
        names = [c for c in rows[0] if c.startswith(prefix)]
        return np.array([[float(row[c]) for c in names] for row in rows])

    results = {"probability": columns("probability:")}
    if logits:
        results["logits"] = columns("logit:")
    if "real" in rows[0]:
        results["real"] = np.array([float(row["real"]) for row in rows])
    return results


def classifier_outputs(run):
    return [o.name for o in session(run.export("classifier.onnx")).get_outputs()]


def compare_classifier(run, images):
    wanted = predicted(run, images)
    module, model = load_torch(next((run.folder / "torch").glob("*.py")))
    x = module.scaled(torch.tensor(images))
    numbers = run.export("numbers.onnx", "--input", "float")
    with torch.no_grad():
        in_torch = {k: v.numpy() for k, v in model(x).items()}
    for kind, found in (
        ("classifiers of bytes in ONNX Runtime", run_onnx(run.folder / "classifier.onnx", {"image": images})),
        ("classifiers of numbers in ONNX Runtime", run_onnx(numbers, {"image": x.numpy()})),
        ("classifiers in PyTorch", in_torch),
    ):
        if found.keys() - wanted.keys():
            raise SystemExit(f"{run.name}: {kind} give {sorted(found)}, not {sorted(wanted)}")
        for result in found:
            check(f"{run.name} {result}", kind, found[result], wanted[result])
    classes = json.loads(onnx.load(str(numbers)).metadata_props[1].value)
    if len(classes) != wanted["probability"].shape[1] or classes != module.CLASSES:
        raise SystemExit(f"{run.name}: the classes are {classes} and {module.CLASSES}")
    one = run_onnx(run.folder / "classifier.onnx", {"image": images[:1]})
    check(run.name, "one image in ONNX Runtime", one["probability"], wanted["probability"][:1])


def compare_program(run, image):
    """The module as a program: it prints the classes of a picture, the most probable one first."""
    file = next((run.folder / "torch").glob("*.py"))
    module, model = load_torch(file)
    picture = run.folder / "picture.png"
    Image.fromarray(image[:, :, 0]).save(picture)
    printed = subprocess.run([sys.executable, file, picture], check=True, capture_output=True, text=True).stdout
    with torch.no_grad():
        probability = model(module.scaled(torch.tensor(image[None])))["probability"][0]
    wanted = f"{picture}: {module.CLASSES[probability.argmax()]} {probability.max():.4f}"
    if printed.splitlines()[0] != wanted:
        raise SystemExit(f"{run.name}: {file} prints {printed}, not {wanted}")


def compare_layer(run, net, images):
    file = run.folder / "features.npy"
    run.of_run("predict", run.folder / "x.npy", "--layer", net, "--out", file)
    found = run_onnx(run.export("features.onnx", "--net", net), {"image": images})["features"]
    check(f"{run.name} {net}", "features in ONNX Runtime", found, np.load(file))


def compare_generator(run):
    file = run.export("generator.onnx", "--net", "generator")
    inputs = {i.name: i.shape for i in session(file).get_inputs()}
    latent = np.random.default_rng(7).normal(size=(20, inputs["latent"][1])).astype(np.float32)
    np.save(run.folder / "z.npy", latent)
    run.of_run("sample", "--latent", run.folder / "z.npy", "--out", run.folder / "images.npy")
    wanted = np.load(run.folder / "images.npy")
    given = {"latent": latent, "class": np.arange(20) % 10}  # sganc sample makes the classes in turn
    check(run.name, "generators in ONNX Runtime", run_onnx(file, given)["image"], wanted)
    model = load_torch(next((run.folder / "torch").glob("*.py")))[1]
    arguments = [torch.tensor(latent)] + ([torch.tensor(given["class"])] if "class" in inputs else [])
    with torch.no_grad():
        check(run.name, "generators in PyTorch", channels_last(model.generate(*arguments)["image"]), wanted)


def compare_model(program, name, folder, images):
    run = Run(program, name, folder)
    run.of_run("export", "--to", "torch", "--out", run.folder / "torch")
    program_text = next((run.folder / "torch").glob("*.py")).read_text()
    if "def forward(self, image" in program_text and "\"probability\"" in program_text:
        compare_classifier(run, images)
        compare_program(run, images[0])
        compare_layer(run, first_net_of_images(run), images)
    if "def generate(" in program_text:
        compare_generator(run)


def first_net_of_images(run):
    nets = tomllib.loads((run.folder / "run" / "resolved.toml").read_text())["net"]
    return next(name for name, net in nets.items() if net["of"] in ("image", ["image"]))


def main():
    program, samples, folder, *models = sys.argv[1:]
    folder = Path(folder)
    if not models:
        shutil.rmtree(folder, ignore_errors=True)
        compare_samples(samples, folder / "samples")
        models = sorted(str(f.relative_to(MODELS).with_suffix("")) for f in MODELS.rglob("*.toml"))
    for name in models:
        try:
            compare_model(program, name, folder / name, some_images(50))
        except subprocess.CalledProcessError as error:
            raise SystemExit(f"{name}: {error.cmd}: {error.stderr}")
        print(name, flush=True)
    for kind, difference in worst.items():
        print(f"{kind}: at most {difference:.2g} of the largest value")
    print(f"{mistakes} differences above {TOLERANCE:g}")
    return 1 if mistakes else 0


sys.exit(main())
