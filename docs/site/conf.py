"""How the documents become a site: ``make site`` reads ``docs/`` and writes ``build/site``."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1]

project = "Mentor Rounds"
release = tomllib.loads((DOCS.parent / "pyproject.toml").read_text())["project"]["version"]
language = "en_GB"

extensions = ["myst_parser"]
exclude_patterns = ["site/**", "screenshots/**"]
suppress_warnings = ["misc.highlighting_failure"]
"""Samples of requests and of rotas are shown as they are, coloured or not."""
myst_heading_anchors = 4
"""Headings can be linked to by their words, as on the pages of a repository."""

html_theme = "furo"
html_title = f"Mentor Rounds {release}"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_static_path: list[str] = []


def setup(app: Any) -> None:
    app.connect("source-read", name_what_is_outside)


def name_what_is_outside(_app: Any, name: str, source: list[str]) -> None:
    """Files of the repository that are not in the site are named; a link to them would lead nowhere."""
    here = (DOCS / name).parent

    def as_name(link: re.Match[str]) -> str:
        target = (here / link[2].partition("#")[0]).resolve()
        return link[0] if target.is_relative_to(DOCS) or not target.exists() else f"`{link[1].strip('`')}`"

    source[0] = re.sub(r"(?<!!)\[([^\]\n]+)\]\((\.\./[^)\s]+)\)", as_name, source[0])
