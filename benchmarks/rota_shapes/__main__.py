"""Writes made rotas to a folder, see :mod:`benchmarks.rota_shapes`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.rota_shapes import FURTHER, SHAPES, made
from benchmarks.rota_shapes.truth import MadeFile, as_json
from benchmarks.rota_shapes.writing import written


def main(arguments: Sequence[str]) -> None:
    """Write what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rota_shapes", description=__doc__)
    parser.add_argument("--shape", action="append", choices=[*SHAPES, *FURTHER])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--list", action="store_true", help="name the shapes and stop")
    asked = parser.parse_args(arguments)
    if asked.list or asked.out is None:
        sys.stdout.write("\n".join((*SHAPES, *(f"{name} (further)" for name in FURTHER))) + "\n")
        return
    truths = {}
    for shape in asked.shape or [*SHAPES, *FURTHER]:
        for file in made(shape, asked.seed):
            name = save(shape, file, asked.out)
            truths[name] = as_json(shape, file)
    (asked.out / "truth.json").write_text(json.dumps(truths, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def save(shape: str, file: MadeFile, out: Path) -> str:
    """Write a file and those beside it into a folder of its shape; its name from ``out`` on."""
    folder = out / shape
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file.name).write_bytes(content(file))
    for name, data in file.beside.items():
        (folder / name).write_bytes(data)
    if file.truth.listed:
        file.truth.listed = f"{shape}/{file.truth.listed}"
    return f"{shape}/{file.name}"


def content(file: MadeFile) -> bytes:
    """The bytes of a file."""
    return file.content if isinstance(file.content, bytes) else written(file.content, file.form)


if __name__ == "__main__":
    main(sys.argv[1:])
