"""What holds every week, its exceptions, and long leave: from a form to entries, and from entries to words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from werkzeug.datastructures import MultiDict

from scheduler.availability import entries
from scheduler.availability.model import Weekly
from scheduler.errors import Rejected
from scheduler.people.model import Actor
from solvers.instance import CAN, CANNOT, IF_NEED_BE, Mark
from web.language import WEEKDAYS, lazy_gettext, short_day, weekday
from web.language import gettext as _

SHOWN = frozenset(("own", "not_working", "working_hours"))
WORKDAYS = "workdays"
"""In place of a weekday: Monday to Friday."""
MIDNIGHT = time()
Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """Something to say of a weekday; a part-time day is whole, the others are between two times."""

    name: str
    category: str
    mark: Mark


KINDS: Mapping[str, Kind] = {
    "never": Kind(lazy_gettext("I never want to meet then"), "own", CANNOT),
    "part-time": Kind(lazy_gettext("I do not work that day (part-time)"), "not_working", CANNOT),
    "if-need-be": Kind(lazy_gettext("I could, if need be"), "own", IF_NEED_BE),
    "can": Kind(lazy_gettext("I can"), "own", CAN),
    "hours": Kind(lazy_gettext("I am at work, and can meet"), "working_hours", CAN),
}


def kinds_for(*, has_rota: bool) -> Mapping[str, Kind]:
    """What can be said: of working hours, first of all, by those of whom no rota speaks."""
    if has_rota:
        return {key: kind for key, kind in KINDS.items() if key != "hours"}
    return {"hours": KINDS["hours"], **KINDS}


def change(db: Any, actor: Actor, programme_id: int, form: Form, now: datetime) -> str:
    """Add an entry, an exception to one, or take one back; what to tell of it."""
    known = entries.list_weekly(db, actor, programme_id)
    if "remove" in form:
        named = _named(known, form)
        kept, said = [entry for entry in known if entry is not named], _("That weekly entry is gone.")
    elif "except" in form:
        named, day = _named(known, form), _day(form.get("day", ""))
        excepted = replace(named, except_days=named.except_days | {day})
        kept = [excepted if entry is named else entry for entry in known]
        said = _("Noted: not on %(day)s.", day=short_day(day))
    else:
        kept, said = [*known, *_weekly(form)], _("Noted for every week.")
    entries.set_weekly(db, actor, programme_id, kept, now)
    return said


def be_away(db: Any, actor: Actor, programme_id: int, form: Form, now: datetime) -> str:
    """Note long leave of one's own, or take it back; what to tell of it."""
    if "remove" in form:
        entries.resume(db, actor, form.get("remove", type=int) or 0, now)
        return _("That leave is gone.")
    first, last = _day(form.get("first_day", "")), form.get("last_day", "")
    entries.pause(db, actor, programme_id, actor.person_id or 0, first, _day(last) if last else None, now)
    return _("Noted: you are asked to nothing meanwhile, and you stay in the programme.")


def in_words(entry: Weekly) -> str:
    """An entry as a sentence."""
    day = weekday(WEEKDAYS[entry.weekday])
    if entry.category == "not_working":
        said = _("%(day)s: not a working day", day=day)
    else:
        times = {"day": day, "start": f"{entry.start:%H:%M}", "end": f"{entry.end:%H:%M}"}
        said = {
            CANNOT: _("Not on %(day)s from %(start)s to %(end)s", **times),
            IF_NEED_BE: _("If need be on %(day)s from %(start)s to %(end)s", **times),
            CAN: _("Can on %(day)s from %(start)s to %(end)s", **times),
        }[entry.mark]
        if entry.category == "working_hours":
            said = _("At work on %(day)s from %(start)s to %(end)s", **times)
    return ", ".join(filter(None, (said, _span(entry), _exceptions(entry))))


def _span(entry: Weekly) -> str:
    if entry.first_day and entry.last_day:
        return _("%(first)s to %(last)s", first=short_day(entry.first_day), last=short_day(entry.last_day))
    if entry.first_day:
        return _("from %(day)s on", day=short_day(entry.first_day))
    return _("until %(day)s", day=short_day(entry.last_day)) if entry.last_day else ""


def _exceptions(entry: Weekly) -> str:
    days = ", ".join(short_day(day) for day in sorted(entry.except_days))
    return _("but not on %(days)s", days=days) if days else ""


def key_of(entry: Weekly) -> str:
    """What names an entry in a form: entries have no other name, and two of one content are one."""
    return "|".join(
        (
            str(entry.weekday), entry.start.isoformat(), entry.end.isoformat(), entry.mark, entry.category,
            str(entry.first_day), str(entry.last_day),
        )
    )  # fmt: skip


def _named(known: tuple[Weekly, ...], form: Form) -> Weekly:
    found = next((entry for entry in known if key_of(entry) == form.get("entry")), None)
    if found is None:
        raise Rejected(_("That entry is gone already."), what_to_do=_("Look at the list below."))
    return found


def _weekly(form: Form) -> list[Weekly]:
    kind, days = KINDS.get(form.get("kind", "never")), _weekdays(form.get("weekday", ""))
    if kind is None or not days:
        raise _incomplete()
    start, end = (MIDNIGHT, MIDNIGHT) if kind.category == "not_working" else (_time(form, "start"), _time(form, "end"))
    if not (start < end or end == MIDNIGHT):
        raise Rejected(_("The entry ends before it starts."), what_to_do=_("Choose a later end and press Add again."))
    first, last = (_day(form[name]) if form.get(name) else None for name in ("first_day", "last_day"))
    return [Weekly(day, start, end, kind.mark, kind.category, first, last) for day in days]


def _weekdays(text: str) -> range:
    """One weekday, Monday to Friday, or none."""
    if text == WORKDAYS:
        return range(5)
    return range(int(text), int(text) + 1) if text in {"0", "1", "2", "3", "4", "5", "6"} else range(0)


def _time(form: Form, name: str) -> time:
    try:
        found = time.fromisoformat(form.get(name, ""))
    except ValueError as error:
        raise _incomplete() from error
    if found.tzinfo:
        raise _incomplete()
    return found


def _incomplete() -> Rejected:
    return Rejected(
        _("A weekly entry has a weekday and two times."), what_to_do=_("Choose all three and press Add again.")
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Rejected(_("“%(day)s” is not a day.", day=text), what_to_do=_("Write it like 2027-03-31.")) from None
