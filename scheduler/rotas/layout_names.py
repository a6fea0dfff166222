"""What layouts are called on pages."""

from __future__ import annotations

from scheduler.languages import say


def layout_name(key: str) -> str:
    """The layout as people read it; the key itself for a rota of a layout that is not read any more."""
    from scheduler.rotas.reading.layouts import LAYOUTS  # every reader there is: only when a rota is shown

    layout = LAYOUTS.get(key)
    return say(layout.name) if layout else key
