"""Trains small models and looks at what they write with TensorBoard and Chromium; see tests/reports/run."""

import json
import pathlib
import shutil
import subprocess
import sys

import numpy
from playwright.sync_api import sync_playwright
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

HOSTILE = ["<script>alert(1)</script>", "\"quoted\" & 'single'", "\u202eright to left", "שלום עולם", "東京 🐈",
           "a" * 120, "</style><b>", "http://example.invalid/x.png"]
WIDTHS = [360, 800, 1400]

MODEL = """
name = "looked-at"
[data]
source = {{ images = "{images}", labels = "{labels}" }}
labels = {{ per_class = 5 }}
validation = {{ per_class = 5 }}
[input]
image = [12, 12, 1]
latent = {{ size = 8 }}
[net.generator]
of = "latent"
layers = [{{ kind = "dense", units = 144 }}, {{ kind = "reshape", shape = [12, 12, 1] }}, {{ kind = "tanh" }}]
[net.logits]
of = "image"
layers = [{{ kind = "flatten" }}, {{ kind = "dense", units = {classes} }}]
[net.classifier]
of = "logits"
layers = [{{ kind = "softmax" }}]
[net.critic]
of = "logits"
layers = [{{ kind = "logsumexp" }}, {{ kind = "sigmoid" }}]
[optimizer]
a = {{ kind = "adam", rate = 1e-2 }}
[[update]]
name = "c"
draw = {{ x = "labeled 10" }}
minimize = "cross_entropy(classifier(x), label(x))"
train = ["logits"]
optimizer = "a"
[[update]]
name = "g"
draw = {{ z = "latent 10" }}
minimize = "bce(critic(generator(z)), 1)"
train = ["generator"]
optimizer = "a"
[train]
epochs = 3
steps_per_epoch = 50
[evaluate]
splits = ["train", "validation"]
"""


def write_data(folder):
    """Images whose brightness tells their class, with hostile names of classes."""
    random = numpy.random.default_rng(7)
    labels = numpy.arange(400) % len(HOSTILE)
    noise = random.integers(0, 120, (400, 12, 12, 1))
    images = (noise + labels[:, None, None, None] * 16).clip(0, 255).astype(numpy.uint8)
    numpy.save(folder / "x.npy", images)
    numpy.save(folder / "y.npy", numpy.array(HOSTILE)[labels])
    (folder / "m.toml").write_text(MODEL.format(images="x.npy", labels="y.npy", classes=len(HOSTILE)))


def run(*words, expected=0):
    ending = subprocess.run(words, capture_output=True, text=True, check=False)
    if ending.returncode != expected:
        sys.exit(f"{' '.join(map(str, words))}: exit code {ending.returncode}\n{ending.stderr}")
    return ending


def train(program, folder):
    """A run that never stops, and one that is resumed, so that they can be compared."""
    base = [program, "train", folder / "m.toml", "--threads", "1", "-q"]
    run(*base, "--out", folder / "whole")
    run(*base, "--out", folder / "resumed", "--set", "train.epochs=2")
    run(*base, "--out", folder / "resumed", "--resume")
    run(program, "report", folder / "whole", folder / "resumed", "--split", "test", "--out", folder / "both.html")


def require(condition, message):
    if not condition:
        sys.exit("tests/reports/run: " + message)


def events_of(run_folder):
    accumulator = EventAccumulator(str(run_folder), size_guidance={"images": 0, "scalars": 0, "tensors": 0})
    accumulator.Reload()
    return accumulator


def compare_events(folder):
    """TensorBoard reads the same numbers as metrics.jsonl has, each step once."""
    for name in ["whole", "resumed"]:
        events = events_of(folder / name)
        records = [json.loads(line) for line in (folder / name / "metrics.jsonl").read_text().splitlines()]
        steps = {r["step"]: r for r in records if r["kind"] == "step"}
        tags = events.Tags()
        for update in ["c", "g"]:
            shown = events.Scalars(f"{update}/loss")
            require([s.step for s in shown] == list(range(1, 151)), f"{name}: steps of {update}")
            for s in shown:
                require(abs(s.value - steps[s.step][update]["loss"]) < 1e-6, f"{name}: {update} at {s.step}")
        for split in ["train", "validation"]:
            shown = [(s.step, round(s.value, 6)) for s in events.Scalars(f"evaluation/accuracy/{split}")]
            wanted = [(r["step"], round(r["accuracy"], 6)) for r in records if r.get("split") == split]
            require(shown == wanted, f"{name}: accuracy of {split}: {shown}, not {wanted}")
        require("evaluation/accuracy/test" in tags["scalars"], f"{name}: test images")
        images = events.Images("samples")
        require([i.step for i in images] == [50, 100, 150], f"{name}: samples")
        for i in images:
            picture = (folder / name / "samples" / f"epoch_{i.step // 50:04}.png").read_bytes()
            require(i.encoded_image_string == picture, f"{name}: the picture of step {i.step}")
        text = events.Tensors("model")[0].tensor_proto.string_val[0].decode()
        require('    name = "looked-at"' in text, f"{name}: the model")
    print("TensorBoard shows every step once, the evaluations, the samples and the model")


def look(browser, page_file, screens):
    """Opens a page at each width and in both colours. Nothing may be loaded, said or wider than the screen."""
    for scheme in ["light", "dark"]:
        for width in WIDTHS:
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page = context.new_page()
            said, asked = [], []
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on("dialog", lambda dialog: said.append(dialog.message))
            page.on("request", lambda request: asked.append(request.url))
            address = page_file.as_uri()
            page.goto(address)
            where = f"{page_file.name}, {scheme}, {width} px"
            loaded = [url for url in asked if url != address and not url.startswith("data:")]
            require(not said, f"{where}: {said}")
            require(not loaded, f"{where}: loads {loaded}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            require(wide <= width, f"{where}: {wide} px wide")
            broken = page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).length")
            require(broken == 0, f"{where}: {broken} pictures are not shown")
            page.screenshot(path=screens / f"{page_file.stem}_{scheme}_{width}.png", full_page=True)
            context.close()


def look_at_names(browser, page_file):
    """Every class is named as a person wrote it, and the arrow keys go through the samples."""
    page = browser.new_page()
    page.goto(page_file.as_uri())
    names = page.eval_on_selector_all("#classes ~ .scroll table:not(.confusion) tbody th", "all => all.map(th => th.textContent)")
    require(sorted(names) == sorted(HOSTILE), f"classes are named {names}")
    shown = "[...document.querySelectorAll('.samples figure')].findIndex(f => getComputedStyle(f).display != 'none')"
    require(page.evaluate(shown) == 2, "the samples of the last epoch are shown first")
    page.focus("#epoch-3")
    page.keyboard.press("ArrowLeft")
    require(page.evaluate(shown) == 1, "an arrow key goes to the epoch before")
    page.click("label[for=epoch-1]")
    require(page.evaluate(shown) == 0, "a click shows an epoch")
    page.close()


def main():
    program, folder, screens = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    screens.mkdir(parents=True, exist_ok=True)
    write_data(folder)
    train(program, folder)
    compare_events(folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for page_file in [folder / "whole" / "report.html", folder / "both.html"]:
            look(browser, page_file, screens)
        look_at_names(browser, folder / "whole" / "report.html")
        browser.close()
    print(f"the reports load nothing, say nothing and fit {WIDTHS[0]} px; their pictures are in {screens}")


main()
