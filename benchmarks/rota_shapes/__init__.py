"""Made rotas of the shapes that hospitals upload, each with what is right to read in it.

To write the files of one shape and seed, with their ``truth.json``::

    python -m benchmarks.rota_shapes --shape wall_calendar_months --seed 3 --out DIR

``--shape`` may be left out (all shapes) and repeated; ``--list`` names the shapes. From Python, ``made(shape, seed)``
gives the same files. A shape is a module of :mod:`benchmarks.rota_shapes.shapes` with a function ``make``; everything
in it comes from the seed: people, codes, dates, wording, dirt. ``further`` shapes are kinds that nobody has sent yet.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from random import Random

from benchmarks.rota_shapes import further, shapes
from benchmarks.rota_shapes.truth import MadeFile

Make = Callable[[Random], list[MadeFile]]


def _modules(package: object) -> dict[str, Make]:
    name, path = package.__name__, package.__path__  # type: ignore[attr-defined]
    found = sorted(each.name for each in pkgutil.iter_modules(path))
    return {each: importlib.import_module(f"{name}.{each}").make for each in found}


SHAPES = _modules(shapes)
"""The shapes of the world, by name."""
FURTHER = _modules(further)
"""Further kinds, by name."""


def made(shape: str, seed: int) -> list[MadeFile]:
    """The files of a shape; the same for the same seed."""
    return (SHAPES | FURTHER)[shape](Random(f"{shape} {seed}"))
