"""Sites with their rooms. A site's clock is corrected where all time zones are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import time
from typing import Final

from werkzeug.datastructures import MultiDict

from scheduler.programmes.model import Programme, Room, Site
from scheduler.programmes.site_faults import MOST_CAPACITY
from web.coordinator.setup.section import FORM, Section
from web.forms import Form
from web.forms.fields import MORE, rows_shown
from web.forms.reader import Fields
from web.forms.untouched import Filling
from web.language import WEEKDAYS, lazy_gettext, ngettext
from web.language import gettext as _

_ROOMS: Final = "-rooms-"
"""Between the key of a site and that of a room in the names of fields."""
_WEEKDAYS: Final = {str(day): day for day in range(7)}
_WORKING_DAYS: Final = frozenset(range(5))
_USUAL_HOURS: Final = (time(8), time(18))


def _words(programme: Programme) -> Iterator[str]:
    for site in programme.sites:
        rooms = sum(bool(room.weekdays) for room in site.rooms)
        if rooms:
            yield ngettext("%(site)s: %(num)s room", "%(site)s: %(num)s rooms", rooms, site=site.name)
        else:
            yield _("%(site)s: no room, so nobody can meet in person there", site=site.name)
    if not programme.sites:
        yield _("None yet.")


def _values(programme: Programme) -> dict[str, Filling]:
    found: dict[str, Filling] = {}
    for site in programme.sites:
        found[f"sites-{site.key}-name"] = site.name
        for room in site.rooms:
            row = f"sites-{site.key}{_ROOMS}{room.key}"
            found |= {
                f"{row}-name": room.name,
                f"{row}-capacity": str(room.capacity),
                f"{row}-weekdays": tuple(str(day) for day in sorted(room.weekdays)),
                f"{row}-opens_at": f"{room.opens_at:%H:%M}",
                f"{row}-closes_at": f"{room.closes_at:%H:%M}",
            }
    return found


def _read(form: Form, programme: Programme) -> Programme:
    known = {site.key: site for site in programme.sites}
    rows = form.rows("sites")
    sites = tuple(
        _site(form, key, rows, known.get(key), programme.zone)
        for key in _site_keys(rows)
        if not form.ticked(f"sites-{key}-remove") and (key in known or form.text(f"sites-{key}-name"))
    )
    return replace(programme, sites=sites)


def _site_keys(rows: Iterable[str]) -> list[str]:
    return [row for row in rows if _ROOMS not in row]


def _room_keys(rows: Iterable[str], site_key: str) -> list[str]:
    start = f"{site_key}{_ROOMS}"
    return [row.removeprefix(start) for row in rows if row.startswith(start)]


def _site(form: Form, key: str, rows: Iterable[str], known: Site | None, zone: str) -> Site:
    before = {room.key: room for room in known.rooms} if known else {}
    rooms = tuple(
        _room(form, f"sites-{key}{_ROOMS}{room}", room)
        for room in _room_keys(rows, key)
        if _is_wanted(form, f"sites-{key}{_ROOMS}{room}", room in before)
    )
    return Site(key, form.text(f"sites-{key}-name"), known.zone if known else zone, rooms, known.id if known else 0)


def _is_wanted(form: Form, row: str, is_known: bool) -> bool:
    return not form.ticked(f"{row}-remove") and (is_known or bool(form.text(f"{row}-name")))


def _room(form: Form, row: str, key: str) -> Room:
    return Room(
        key=key,
        name=form.text(f"{row}-name"),
        capacity=form.number(f"{row}-capacity", 1, MOST_CAPACITY),
        weekdays=frozenset(form.choices(f"{row}-weekdays", _WEEKDAYS)),
        opens_at=form.time(f"{row}-opens_at"),
        closes_at=form.time(f"{row}-closes_at"),
    )


def _grow(typed: Fields, programme: Programme) -> Fields:
    """One more site, or one more room at a site, open whenever sessions may be held."""
    found = MultiDict(typed)
    asked, rows = typed.get(MORE, ""), Form(typed).rows("sites")
    if asked == "sites":
        found[f"sites-{_free('site', _site_keys(rows))}-name"] = ""
    elif asked in _site_keys(rows):
        row = f"sites-{asked}{_ROOMS}{_free('room', _room_keys(rows, asked))}"
        opens_at, closes_at = _hours_of(programme)
        new = {"name": "", "capacity": "10", "opens_at": f"{opens_at:%H:%M}", "closes_at": f"{closes_at:%H:%M}"}
        found.update({f"{row}-{part}": value for part, value in new.items()})
        found.setlist(f"{row}-weekdays", [str(day) for day in sorted(_WORKING_DAYS)])
    return found


def _hours_of(programme: Programme) -> tuple[time, time]:
    """A working day, or longer where sessions are held earlier or later."""
    opens = [_USUAL_HOURS[0], *(window.opens_at for window in programme.windows)]
    closes = [_USUAL_HOURS[1], *(window.closes_at for window in programme.windows)]
    return min(opens), max(closes)


def _free(start: str, taken: Iterable[str]) -> str:
    used = set(taken)
    return next(key for number in range(1, len(used) + 2) if (key := f"{start}-{number}") not in used)


def _shows(programme: Programme) -> Mapping[str, object]:
    stored = [
        row for site in programme.sites for row in (site.key, *(f"{site.key}{_ROOMS}{room.key}" for room in site.rooms))
    ]
    rows = rows_shown(FORM, "sites", stored)
    return {
        "sites": {key: [f"sites-{key}{_ROOMS}{room}" for room in _room_keys(rows, key)] for key in _site_keys(rows)},
        "zones": {site.key: site.zone for site in programme.sites},
        "weekdays": WEEKDAYS,
        "most": MOST_CAPACITY,
    }


SITES = Section("sites", lazy_gettext("Sites and rooms"), _words, _values, _read, "more_site", _shows, grow=_grow)
