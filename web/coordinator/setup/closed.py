"""Days on which nobody meets: public holidays by country and region, and the programme's own weeks off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from scheduler.programmes.closed_days import (
    ClosedDays,
    DaysOff,
    RegionalHoliday,
    countries,
    region_names,
    regional_holidays,
    regions_of,
)
from scheduler.programmes.model import Programme
from web.coordinator.setup.section import FORM, Section, wanted_rows
from web.forms import Form
from web.forms.fields import typed
from web.language import gettext as _
from web.language import lazy_gettext, locale, ngettext, short_day

_MOST_NAMED: Final = 3


def _regional(programme: Programme) -> Sequence[RegionalHoliday]:
    return regional_holidays(programme.closed, programme.first_day, programme.last_day)


def country_name(code: str) -> str:
    """``United Kingdom`` in the reader's language; the code where there is no name."""
    return str(locale().territories.get(code, code))


def _country_names() -> dict[str, str]:
    """Each country by its code, in the order of their names."""
    return dict(sorted(((code, country_name(code)) for code in countries()), key=lambda found: found[1].casefold()))


def _words(programme: Programme) -> Iterator[str]:
    closed = programme.closed
    if closed.country:
        where = country_name(closed.country)
        if closed.region:
            region = region_names(closed.country).get(closed.region, closed.region)
            where = _("%(region)s, %(country)s", region=region, country=where)
        yield _("Public holidays: %(where)s.", where=where)
    else:
        yield _("No public holidays.")
    for off in closed.days_off:
        yield _("%(name)s: %(first)s to %(last)s", name=off.name, first=short_day(off.first_day),
                last=short_day(off.last_day))  # fmt: skip
    count = len(closed.names(programme.first_day, programme.last_day))
    if count:
        yield ngettext("%(num)s closed day in the term.", "%(num)s closed days in the term.", count)
    if words := regional_words(programme):
        yield words


def regional_words(programme: Programme) -> str:
    """Which holidays of the term are not closed because no region is chosen, those of most regions first; empty where
    there are none."""
    most_first = sorted(_regional(programme), key=lambda each: -len(each.regions))
    names = dict.fromkeys(each.name for each in most_first)
    if not names:
        return ""
    some = ", ".join(list(names)[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
    return _("No region is chosen, so these are not closed: %(names)s.", names=some)


def _values(programme: Programme) -> dict[str, str]:
    closed = programme.closed
    found = {"country": closed.country, "region": closed.region}
    found["kept_open"] = " ".join(day.isoformat() for day in sorted(closed.kept_open))
    for number, off in enumerate(closed.days_off):
        row = f"days_off-{number}"
        found |= {
            f"{row}-first_day": off.first_day.isoformat(),
            f"{row}-last_day": off.last_day.isoformat(),
            f"{row}-name": off.name,
        }
    return found


def _read(form: Form, programme: Programme) -> Programme:
    country, region = form.text("country"), form.text("region")
    listed = programme.closed.holidays(programme.first_day, programme.last_day)
    beyond = {day for day in programme.closed.kept_open if day not in listed}
    offered = ClosedDays(country, region).holidays(programme.first_day, programme.last_day)
    known = {day.isoformat(): day for day in {*offered, *listed}}
    kept_open = set(form.choices("open", known)) & offered.keys() if known else set[date]()
    days_off = tuple(_days_off(form, f"days_off-{row}") for row in _rows(form)["days_off"])
    return replace(programme, closed=ClosedDays(country, region, days_off, frozenset(kept_open | beyond)))


def _days_off(form: Form, row: str) -> DaysOff:
    first = form.day(f"{row}-first_day")
    return DaysOff(first, form.find_day(f"{row}-last_day") or first, form.text(f"{row}-name"))


def _rows(form: Form) -> Mapping[str, Sequence[str]]:
    return {"days_off": wanted_rows(form, "days_off", "first_day", "last_day", "name")}


def _shows(programme: Programme) -> Mapping[str, object]:
    """The holidays are those of the country that is chosen in the form."""
    closed = programme.closed
    country, region = typed(FORM, "country", closed.country), typed(FORM, "region", closed.region)
    chosen = ClosedDays(country, region if region in regions_of(country) else "")
    regional = regional_holidays(chosen, programme.first_day, programme.last_day)
    names = region_names(country) if regional else {}
    return {
        "countries": _country_names(),
        "regions": region_names(country),
        "holidays": chosen.holidays(programme.first_day, programme.last_day),
        "regional": [(each, [names[region] for region in each.regions]) for each in regional],
        "kept_open": closed.kept_open,
        "days_off": closed.days_off,
    }


CLOSED = Section(
    "closed", lazy_gettext("Closed days"), _words, _values, _read, "country", _shows,
    {"rounds": "days_off", "windows": "days_off"}, _rows,
)  # fmt: skip
