"""What this program computes beside what PyTorch computes from its checkpoints: `parity.py SGANC FOLDER`.

Two models are trained for some steps on random images. PyTorch reads their weights, classifies and draws; and
then trains them on as the program does, with all images as one batch, whose order is of no matter. PyTorch
computes in double precision, so that differences are this program's own. Exits with 0 if all is alike."""

import json
import os
import subprocess
import sys

import numpy as np
import torch
from safetensors.torch import load_file
from torch.nn import functional as F

from nets import Odd, Stacked

COUNT, POINTS = 140, 28  # images; latent points
RESULT_LIMIT = 1e-4  # the largest difference of results, and of weights after some steps
# Of gradients and statistics. A pixel that rounding takes over the kink of a leaky_relu makes about 1e-5.
STEP_LIMIT = 3e-5


class Parity:
    def __init__(self, net, sganc, folder):
        self.net, self.sganc, self.folder = net, sganc, os.path.join(folder, net.name)
        self.alike = True  # so far
        os.makedirs(self.folder, exist_ok=True)
        random = np.random.default_rng(1)
        labels = np.arange(COUNT) % net.classes
        patterns = random.integers(0, 256, (net.classes, *net.image))
        pixels = ((patterns[labels] + random.integers(0, 256, (COUNT, *net.image))) // 2).astype(np.uint8)
        latent = random.standard_normal((POINTS, net.latent)).astype(np.float32)
        for name, array in {"images": pixels, "labels": labels, "latent": latent}.items():
            np.save(self.path(f"{name}.npy"), array)
        low, high = net.range
        self.images = torch.from_numpy(pixels / 255 * (high - low) + low).permute(0, 3, 1, 2)
        self.labels, self.latent = torch.from_numpy(labels), torch.from_numpy(latent).double()

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *words):
        subprocess.run([self.sganc, *words, "--quiet"], check=True, stdout=subprocess.DEVNULL)

    def train(self, run, steps, *keys, init=None):
        """The weights after so many steps, by name."""
        files = [(name, self.path(f"{name}.npy")) for name in ("images", "labels")]
        source = ", ".join(f'{name} = "{file}", test_{name} = "{file}"' for name, file in files)
        keys = (f"data.source={{ {source} }}", "evaluate.splits=[]", "train.epochs=1",
                f"train.steps_per_epoch={steps}", *keys)
        words = [word for key in keys for word in ("--set", key)]
        if init:
            words += ["--init", self.path(init)]
        self.run("train", self.net.model, "--force", "--out", self.path(run), *words)
        return load_file(self.path(f"{run}/checkpoints/epoch_0001.safetensors"))

    def train_alone(self, run, update, optimizer, steps):
        """The weights of the first run after so many steps of one update on all images, without dropout."""
        others = {"c", "d_real", "d_fake", "g"} - {update}
        source = "labeled" if update == "c" else "unlabeled"
        return self.train(run, steps, "data.labels={ all = true }", "net.trunk.layers.dropout_1.rate=0",
                          f'update.{update}.draw.x="{source} {COUNT}"', f"update.{update}.replace=false",
                          f"update.{update}.optimizer=supervised", f"optimizer.supervised={optimizer}",
                          *(f"update.{other}.from_step=1000" for other in others), init="first")

    def compare(self, what, ours, theirs, limit):
        differences = [(a - b).abs().max().item() for a, b in zip(ours, theirs)]
        alike = all(difference <= limit for difference in differences)  # what is no number is not
        self.alike &= alike
        largest = max(value.abs().max().item() for value in theirs)
        print(f"{self.net.name:8} {what:38} {largest:9.3g} {max(differences):10.1e} {limit:8.0e}"
              f"{'' if alike else '  differs'}", flush=True)

    def check_results(self):
        """In evaluation."""
        self.net.eval()
        run, images, rows, latent, drawn = (
            self.path(name) for name in ("first", "images.npy", "rows.jsonl", "latent.npy", "drawn.npy"))
        self.run("predict", run, images, "--logits", "--format", "json", "--out", rows)
        with open(rows) as lines:
            rows = [json.loads(line) for line in lines]
        logits = torch.tensor([list(row["logits"].values()) for row in rows])
        real = torch.tensor([row["real"] for row in rows])
        theirs = self.net(self.images)
        self.compare("logits", [logits], [theirs], RESULT_LIMIT)
        self.compare("real", [real], [theirs.logsumexp(1).sigmoid()], RESULT_LIMIT)

        self.run("sample", run, "--latent", latent, "--out", drawn)
        ours = torch.from_numpy(np.load(drawn)).permute(0, 3, 1, 2)
        theirs = self.net.generate(self.latent, self.labels[:POINTS])
        self.compare("images", [ours], [theirs], RESULT_LIMIT)

    def loss(self, update):
        logits = self.net(self.images)
        if update == "c":
            return F.cross_entropy(logits, self.labels)
        return F.softplus(-logits.logsumexp(1)).mean()  # d_real: -log of sigmoid of logsumexp

    def check_step(self, update, first):
        """Gradients: what one step of the rate 1 takes off. And what layers note meanwhile."""
        ours = self.train_alone("step", update, '{ kind = "sgd", rate = 1 }', 1)
        self.net.load_state_dict(first)
        self.net.train().zero_grad()
        self.loss(update).backward()
        moved = {name: w.grad for name, w in self.net.named_parameters() if w.grad is not None}
        self.compare(f"{update}: gradients of {len(moved)} weights",
                     [first[name] - ours[name] for name in moved], moved.values(), STEP_LIMIT)
        noted = {name: s for name, s in self.net.named_buffers() if name in first and "generator" not in name}
        if noted:
            self.compare(f"{update}: {len(noted)} statistics", [ours[name] for name in noted], noted.values(),
                         STEP_LIMIT)

    def check_adam(self, first, steps=3):
        """With an epsilon beside which errors of rounding are small, where gradients are."""
        optimizer = '{ kind = "adam", rate = 1e-3, beta1 = 0.5, epsilon = 1e-4 }'
        ours = self.train_alone("adam", "c", optimizer, steps)
        self.net.load_state_dict(first)
        self.net.train()
        weights = [*self.net.trunk.parameters(), *self.net.logits.parameters()]
        adam = torch.optim.Adam(weights, lr=1e-3, betas=(0.5, 0.999))
        for step in range(1, steps + 1):
            # Ours, as Keras's, is added before this correction, PyTorch's after it.
            adam.param_groups[0]["eps"] = 1e-4 / (1 - 0.999**step) ** 0.5
            adam.zero_grad()
            self.loss("c").backward()
            adam.step()
        theirs = {name: value for name, value in self.net.state_dict().items() if name in first}
        self.compare(f"c: all weights after {steps} steps of Adam", [ours[name] for name in theirs],
                     theirs.values(), RESULT_LIMIT)

    def check(self):
        first = self.train("first", 20)
        self.net.load_state_dict(first)
        with torch.no_grad():
            self.check_results()
        for update in ("c", "d_real"):
            self.check_step(update, first)
        self.check_adam(first)
        return self.alike


if __name__ == "__main__":
    print(f"{'model':8} {'':38} {'largest':>9} {'difference':>10} {'allowed':>8}")
    nets = [Parity(net().double(), *sys.argv[1:]) for net in (Stacked, Odd)]
    sys.exit(0 if all([parity.check() for parity in nets]) else 1)
