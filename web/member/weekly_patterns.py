"""What holds every week, its exceptions, and long leave: from a form to entries, and from entries to words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time

from scheduler.availability import entries
from scheduler.availability.model import PatternCategory, Weekly
from scheduler.db import Db
from scheduler.errors import Rejected
from scheduler.people.model import Actor
from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, Mark
from web.forms import Form
from web.language import WEEKDAYS, lazy_gettext, short_day, weekday
from web.language import gettext as _

SHOWN = frozenset(("own", "not_working", "working_hours"))
WORKDAYS = range(5)
"""Monday to Friday."""
WEEKDAY_NUMBERS: Mapping[str, range] = {str(day): range(day, day + 1) for day in range(7)} | {"workdays": WORKDAYS}
"""What may be ticked, and which weekdays it means."""
MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Kind:
    """Something to say of a weekday; a part-time day is whole, the others are between two times."""

    name: str
    category: PatternCategory
    mark: Mark


KINDS: Mapping[str, Kind] = {
    "never": Kind(lazy_gettext("I never want to meet then"), PatternCategory.OWN, CANNOT),
    "part-time": Kind(lazy_gettext("I don’t work that day (part-time)"), PatternCategory.NOT_WORKING, CANNOT),
    "if-need-be": Kind(lazy_gettext("I could, if need be"), PatternCategory.OWN, IF_NEED_BE),
    "can": Kind(lazy_gettext("I can"), PatternCategory.OWN, CAN),
    "hours": Kind(lazy_gettext("I’m at work and can meet"), PatternCategory.WORKING_HOURS, CAN),
}


def kinds_for(*, has_rota: bool) -> Mapping[str, Kind]:
    """What can be said: of working hours, first of all, by those of whom no rota speaks."""
    if has_rota:
        return {key: kind for key, kind in KINDS.items() if key != "hours"}
    return {"hours": KINDS["hours"], **KINDS}


def change(db: Db, actor: Actor, programme_id: int, form: Form, now: datetime) -> str:
    """Add entries, an exception to one, or take one back; what to tell of it."""
    known = entries.list_weekly(db, actor, programme_id)
    if "remove" in form:
        named = _named(known, form)
        kept, said = [entry for entry in known if entry is not named], _("That weekly entry has been removed.")
    elif "except" in form:
        named, day = _named(known, form), form.day("day")
        form.check()
        excepted = replace(named, except_days=named.except_days | {day})
        kept = [excepted if entry is named else entry for entry in known]
        said = _("Saved: not on %(day)s.", day=short_day(day))
    else:
        kept, said = [*known, *_weekly(form)], _("Saved for every week.")
    entries.set_weekly(db, actor, programme_id, kept, now)
    return said


def be_away(db: Db, actor: Actor, programme_id: int, form: Form, now: datetime) -> str:
    """Note long leave of one's own, or take it back; what to tell of it."""
    if "remove" in form:
        entries.resume(db, actor, form.find_id("remove") or 0, now)
        return _("That leave has been removed.")
    first, last = form.day("first_day"), form.find_coming_day("last_day")
    form.check()
    from_midday, until_midday = form.ticked("from_midday"), form.ticked("until_midday")
    me = actor.person_id or 0
    entries.pause(db, actor, programme_id, me, first, last, now, from_midday=from_midday, until_midday=until_midday)
    return _("Saved. You won’t be invited to anything while you’re away, and you stay in the programme.")


def in_words(entry: Weekly) -> str:
    """An entry as a sentence."""
    day = weekday(WEEKDAYS[entry.weekday])
    if entry.category == PatternCategory.NOT_WORKING:
        said = _("%(day)s: not a working day", day=day)
    else:
        times = {"day": day, "start": f"{entry.start:%H:%M}", "end": f"{entry.end:%H:%M}"}
        said = {
            CANNOT: _("Not on %(day)s from %(start)s to %(end)s", **times),
            IF_NEED_BE: _("If need be on %(day)s from %(start)s to %(end)s", **times),
            CAN: _("Free on %(day)s from %(start)s to %(end)s", **times),
        }[entry.mark]
        if entry.category == PatternCategory.WORKING_HOURS:
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
    wanted = form.text("entry")
    found = next((entry for entry in known if key_of(entry) == wanted), None)
    if found is None:
        raise Rejected(_("That entry has already been removed."), what_to_do=_("The list below shows what is left."))
    return found


def _weekly(form: Form) -> list[Weekly]:
    """One entry for each weekday that is ticked; a day that is not worked needs no times."""
    kind, days = form.choice("kind", KINDS, default="never"), form.choices("weekday", WEEKDAY_NUMBERS)
    if not days:
        form.refuse("weekday", _("Tick at least one day."))
    is_whole = kind.category == "not_working"
    start, end = (MIDNIGHT, MIDNIGHT) if is_whole else (form.time("start"), form.time("end"))
    if not (start < end or end == MIDNIGHT):
        form.refuse("end", _("The entry ends before it starts. Choose a later end."))
    first, last = form.find_day("first_day"), form.find_coming_day("last_day")
    if first and last and last < first:
        form.refuse("last_day", _("The last day is before the first. Swap the two days."))
    form.check()
    numbers = sorted({number for each in days for number in each})
    return [Weekly(number, start, end, kind.mark, kind.category, first, last) for number in numbers]
