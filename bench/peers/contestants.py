"""The variants that take part, and the handle of a worker process."""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from declaration import BUILD, Declaration

TUTORIAL = [
    "sganc.default",
    "sganc.bf16",
    "keras.train_on_batch",
    "keras.function",
    "keras.xla",
    "keras.train_on_batch_bf16",
    "keras.function_bf16",
    "torch.default_layout",
    "torch.channels_last",
    "torch.compiled",
    "torch.channels_last_bf16",
    "torch.compiled_bf16",
]
OTHER_MODELS = ["sganc.default", "keras.function", "keras.xla", "torch.channels_last", "torch.compiled"]


def variants_of(declaration: Declaration) -> list[str]:
    return TUTORIAL if declaration.name == "mnist_stacked" else OTHER_MODELS


def precision_of(variant: str) -> str:
    return "bf16" if variant.endswith("bf16") else "f32"


class WorkerFailed(Exception):
    """A worker has failed. The text says why, in one line."""


class WorkerProcess:
    """A process that waits for requests. Its messages go to build/peers/VARIANT.log."""

    def __init__(self, variant: str, declaration: Declaration, threads: int, check: bool = False):
        self.variant = variant
        self.log = BUILD / f"{variant}.log"
        environment = os.environ | {
            "CUDA_VISIBLE_DEVICES": "",
            "OMP_NUM_THREADS": str(threads),
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "TORCHINDUCTOR_CACHE_DIR": str(BUILD / "inductor"),
            "TORCHINDUCTOR_COMPILE_THREADS": "1",
        }
        words = [sys.executable, str(Path(__file__).with_name("worker.py")), variant, declaration.name]
        words += ["--threads", str(threads), "--started", str(time.time())]
        words += ["--check"] if check else []
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
            )
        try:
            self.about = self.answer()
        except WorkerFailed:
            self.close()
            raise

    def answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline()
        if not line:
            raise WorkerFailed(f"ended with code {self.process.wait()}; see {self.log}")
        content = json.loads(line)
        if "failed" in content:
            raise WorkerFailed(f"{content['failed']}; see {self.log}")
        return content

    def ask(self, do: str, **values: Any) -> dict[str, Any]:
        with suppress(BrokenPipeError):  # the worker has ended; `answer` reports that
            print(json.dumps({"do": do, **values}), file=self.process.stdin, flush=True)
        return self.answer()

    def close(self) -> None:
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()

    def __enter__(self) -> "WorkerProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()
