"""Cuts the handbooks' pictures out of what the browser tests leave in ``screenshots/``.

make test ARGS='tests/browser'
make pictures

A picture whose page was not looked at in that run stays as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image

HERE: Final = Path(__file__).parent
SEEN: Final = HERE.parents[1] / "screenshots"
COLOURS: Final = 256
"""Enough for pages, which have few, and half of the size."""


class Picture(NamedTuple):
    """A page as a browser test calls it and by which view it saw it, and how many pixels of its height are shown."""

    page: str
    view: str
    height: int


PICTURES: Final = {
    "desk": Picture("desk", "1280-light", 1100),
    "rota-questions": Picture("rota-questions", "1280-light", 1100),
    "plan-publish": Picture("plan-publish", "1280-light", 1100),
    "too-few": Picture("group-life-group-too-few", "1280-light", 1150),
    "facilitating": Picture("group-life-facilitating", "1280-light", 1250),
    "oversight": Picture("oversight", "1280-light", 1000),
    "concern": Picture("oversight-concern", "1280-light", 1000),
}


def main() -> None:
    """Every picture whose page was looked at."""
    for name, picture in PICTURES.items():
        seen = SEEN / f"{picture.page}-{picture.view}.png"
        if seen.exists():
            cut(seen, picture.height).save(HERE / f"{name}.png", optimize=True)


def cut(seen: Path, height: int) -> Image.Image:
    """The upper part of what was seen, in few colours."""
    with Image.open(seen) as whole:
        part = whole.convert("RGB").crop((0, 0, whole.width, min(height, whole.height)))
    return part.quantize(COLOURS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
