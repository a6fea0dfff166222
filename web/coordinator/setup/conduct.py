"""How sessions run: how many must come, how far apart, and what happens once they are published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scheduler.programmes.faults import CONDUCT, MOST_GAP_DAYS, MOST_ROUND_DAYS
from scheduler.programmes.model import Conduct, DateSettling, Programme, days_of
from web.coordinator.setup.section import Section
from web.forms import Form
from web.language import gettext as _
from web.language import lazy_gettext, ngettext, number

SETTLING_NAMES = {
    DateSettling.VOTE: lazy_gettext("The group: as soon as enough agree for the session to be held with them alone"),
    DateSettling.TWO: lazy_gettext("The group: as soon as two of its people agree"),
    DateSettling.COORDINATOR: lazy_gettext("You: the group says what it would like"),
}
_LIMITS: Mapping[str, tuple[int, int]] = {
    "quorum": (1, 100),
    "min_attendance": (0, 100),
    "min_gap_days": (0, MOST_GAP_DAYS),
    "first_within_days": (1, MOST_ROUND_DAYS),
    **CONDUCT,
}


def percent_text(share: float) -> str:
    """A share as its field has it: ``60``."""
    return f"{round(100 * share, 3):g}"


def _words(programme: Programme) -> Iterator[str]:
    conduct = programme.conduct
    quorum, floor = (number(round(100 * share, 1)) for share in (programme.quorum, programme.min_attendance))
    yield _("A session goes ahead when %(quorum)s %% can come. Plans aim for everyone to come to %(floor)s %%.",
            quorum=quorum, floor=floor)  # fmt: skip
    yield ngettext(
        "A group’s sessions are at least %(num)s day apart.",
        "A group’s sessions are at least %(num)s days apart.",
        programme.min_gap_days,
    )
    if programme.first_within_days is not None:
        yield ngettext(
            "The first one is within %(num)s day of the start.",
            "The first one is within %(num)s days of the start.",
            programme.first_within_days,
        )
    yield ngettext(
        "Meant to be published %(num)s day before the term begins.",
        "Meant to be published %(num)s days before the term begins.",
        conduct.publish_ahead_days,
    )
    yield ngettext(
        "From %(num)s day before a session you give a reason for changing it.",
        "From %(num)s days before a session you give a reason for changing it.",
        conduct.freeze_days,
    )
    yield _("People can form circles.") if conduct.circles else _("People can’t form circles.")


def _values(programme: Programme) -> dict[str, str]:
    conduct = programme.conduct
    numbers = {
        "min_gap_days": programme.min_gap_days,
        "first_within_days": programme.first_within_days,
        "publish_ahead_days": conduct.publish_ahead_days,
        "freeze_days": conduct.freeze_days,
        "fairness_points": conduct.fairness_points,
        "swap_days": conduct.swap_days,
        "early_days": conduct.early_days,
        "preferences_days": conduct.preferences_days,
        "attendance_days": conduct.attendance_days,
        "interval_days": conduct.interval_days,
        "hours_a_month": conduct.hours_a_month,
        "hours_a_year": conduct.hours_a_year,
    }
    return {
        "quorum": percent_text(programme.quorum),
        "min_attendance": percent_text(programme.min_attendance),
        **{name: "" if value is None else str(value) for name, value in numbers.items()},
        "settling": conduct.settling.value,
        "settles_itself": "1" if conduct.settles_itself else "",
        "several_groups": "1" if conduct.several_groups else "",
        "circles": "1" if conduct.circles else "",
        "isolated_first": "1" if conduct.isolated_first else "",
        "hybrid": "1" if conduct.hybrid else "",
    }


def _read(form: Form, programme: Programme) -> Programme:
    return replace(
        programme,
        quorum=round(form.decimal("quorum", *_LIMITS["quorum"]) / 100, 6),
        min_attendance=round(form.decimal("min_attendance", *_LIMITS["min_attendance"]) / 100, 6),
        min_gap_days=form.number("min_gap_days", *_LIMITS["min_gap_days"]),
        first_within_days=form.find_number("first_within_days", *_LIMITS["first_within_days"]),
        conduct=_conduct(form),
    )


def _conduct(form: Form) -> Conduct:
    return Conduct(
        freeze_days=form.number("freeze_days", *CONDUCT["freeze_days"]),
        interval_days=form.find_number("interval_days", *CONDUCT["interval_days"]),
        settling=form.choice("settling", {each.value: each for each in DateSettling}),
        settles_itself=form.ticked("settles_itself"),
        hours_a_month=form.find_number("hours_a_month", *CONDUCT["hours_a_month"]),
        hours_a_year=form.find_number("hours_a_year", *CONDUCT["hours_a_year"]),
        several_groups=form.ticked("several_groups"),
        isolated_first=form.ticked("isolated_first"),
        hybrid=form.ticked("hybrid"),
        publish_ahead_days=form.number("publish_ahead_days", *CONDUCT["publish_ahead_days"]),
        fairness_points=form.number("fairness_points", *CONDUCT["fairness_points"]),
        swap_days=form.number("swap_days", *CONDUCT["swap_days"]),
        early_days=form.number("early_days", *CONDUCT["early_days"]),
        preferences_days=form.number("preferences_days", *CONDUCT["preferences_days"]),
        attendance_days=form.number("attendance_days", *CONDUCT["attendance_days"]),
        circles=form.ticked("circles"),
    )


def _shows(programme: Programme) -> Mapping[str, object]:
    return {"limits": _LIMITS, "settling_names": SETTLING_NAMES, "first_round": days_of(programme.rounds[0])}


RUNNING = Section(
    "running", lazy_gettext("How the programme runs"), _words, _values, _read, "quorum", _shows,
    {"rounds": "min_gap_days", "windows": "first_within_days"},
)  # fmt: skip
