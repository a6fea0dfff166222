"""A programme's file as it is read. Every fault is found, each with its place in the file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from scheduler.charters.model import NEEDED_PARTS, PARTS, Charter, charter_of
from scheduler.errors import Fault, Rejected
from scheduler.joining.model import Questions, TrainingKind
from scheduler.joining.openly import AskedOpenly
from scheduler.languages import say
from scheduler.people.relations import RELATION_POLICIES
from scheduler.people.traits import Category
from scheduler.programme_files.model import EMPHASIS_WORDS, WEEKDAYS, PageText, ProgrammeFile
from scheduler.programme_files.toml_tables import Table
from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.programmes.emphasis import MATTERS, points_of
from scheduler.programmes.model import (
    Conduct,
    DateSettling,
    Differing,
    Grade,
    HelpKind,
    MentoringModel,
    Programme,
    Room,
    Round,
    Signpost,
    Site,
    Window,
)
from scheduler.programmes.signposts import faults_of
from scheduler.voices.model import PulseAsked

_DAYS: Final = {name: number for number, name in enumerate(WEEKDAYS)}
MOST_BYTES: Final = 1024 * 1024
"""Of a file: a hundred sites and every text as long as it may be take a tenth of it."""
_DUTIES: Final = ("during", "lunch", "beside_work_minutes")


def read_file(content: bytes) -> ProgrammeFile:
    """The programme of a file. Raises ``Rejected`` with every fault of how it is written; whether the programme can
    work is for :mod:`scheduler.programmes.faults` to say."""
    if len(content) > MOST_BYTES:
        raise Rejected(
            say("The settings of the programme are larger than %(most)s KB.", most=MOST_BYTES // 1024),
            what_to_do=say("Export the programme again, and use the new file."),
        )
    try:
        values = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise Rejected(
            say("The settings of the programme are not readable text: the file is damaged."),
            what_to_do=say("Export the programme again, and use the new file."),
        ) from wrong
    except (ValueError, RecursionError) as wrong:  # a number of thousands of digits is a ValueError, no fault of TOML
        place = re.search(r"at line (\d+)", str(wrong))
        raise Rejected(
            say("The settings of the programme can’t be read."),
            where=say("line %(number)s", number=place[1]) if place else "",
            what_to_do=say("Correct it and apply it again. An export shows how such a file is written."),
        ) from wrong
    return _read(values)


def read_document(values: Mapping[str, Any]) -> ProgrammeFile:
    """The same of what such a file says, as JSON has it: days and times are texts."""
    return _read(values, as_json=True)


def _read(values: Mapping[str, Any], *, as_json: bool = False) -> ProgrammeFile:
    faults: list[Fault] = []
    found = _file(Table(values, "", faults, as_json=as_json))
    if faults:
        raise Rejected(say("The programme was not saved."), tuple(faults))
    return found


def _file(whole: Table) -> ProgrammeFile:
    programme = _programme(whole)
    found = ProgrammeFile(
        programme,
        _journeys(whole.tables("journeys")) if whole.has("journeys") else None,
        _questions(whole.table("questions")) if whole.has("questions") else None,
        _charter(whole.table("charter")) if whole.has("charter") else None,
        _page(whole.table("page")) if whole.has("page") else None,
        _openly(whole.table("openly")) if whole.has("openly") else None,
        tuple(_signpost(each) for each in whole.tables("signposts")) if whole.has("signposts") else None,
        _code(whole.table("code_of_conduct")) if whole.has("code_of_conduct") else None,
        _pulse(whole.table("pulse")) if whole.has("pulse") else None,
    )
    whole.must_be_read()
    return found


def _journeys(tables: tuple[Table, ...]) -> Mapping[tuple[str, str], int]:
    found = {}
    for table in tables:
        found[table.text("from"), table.text("to")] = table.whole("minutes")
        table.must_be_read()
    return MappingProxyType(found)


def _programme(whole: Table) -> Programme:
    plain = Programme("", "", "", (), (), (), ())
    rules = whole.table("rules")
    found = Programme(
        slug=whole.text("slug"),
        name=whole.text("name"),
        zone=whole.text("zone"),
        rounds=tuple(_round(index, each) for index, each in enumerate(whole.tables("rounds"))),
        windows=tuple(_window(each) for each in whole.tables("windows")),
        models=tuple(_model(each) for each in whole.tables("models")),
        sites=tuple(_site(each) for each in whole.tables("sites")),
        session_minutes=whole.whole("session_minutes", plain.session_minutes),
        min_gap_days=whole.whole("min_gap_days", plain.min_gap_days),
        quorum=_share(whole, "quorum_percent", plain.quorum),
        min_attendance=_share(whole, "least_attendance_percent", plain.min_attendance),
        rest_preset=rules.text("rest", plain.rest_preset),
        duty_policy=_duties(rules),
        buffer_minutes=rules.whole("buffer_minutes", plain.buffer_minutes),
        weights=_weights(whole),
        conduct=_conduct(whole.table("conduct")),
        closed=_closed(whole.table("closed")),
        grades=tuple(_grade(each) for each in whole.tables("grades")),
        first_within_days=whole.whole_if_any("first_within_days"),
        facilitators_differ=whole.choice(
            "facilitators_differ", {each.value: each for each in Differing}, Differing.NOTHING
        ),
        relation_policies=_relations(whole),
        change_goal=whole.text("change_goal", ""),
    )
    rules.must_be_read()
    return found


def _share(whole: Table, name: str, default: float) -> float:
    percent = whole.number(name, float(Decimal(str(default)) * 100))
    return float(Decimal(str(percent)) / 100)


def _duties(rules: Table) -> Mapping[str, Any]:
    found = rules.mapping("duties")
    for name in found:
        if name not in _DUTIES:
            rules.fault("duties", say("“%(name)s” means nothing here. Leave it out.", name=name[:40]))
    return found


def _relations(whole: Table) -> Mapping[str, str]:
    """What is out of bounds is for the programme's own faults; what is as usual is left out."""
    found = whole.mapping("relations")
    usual = {kind.value: policy.value for kind, policy in RELATION_POLICIES.items()}
    return {kind: str(policy) for kind, policy in found.items() if usual.get(kind) != policy}


def _weights(whole: Table) -> Mapping[str, Any]:
    """Words where they are; points that are no such thing are for the programme's own faults."""
    words = {word: emphasis for emphasis, word in EMPHASIS_WORDS.items()}
    found: dict[str, Any] = {}
    for name, given in whole.mapping("weights").items():
        points = points_of(name) if name in MATTERS else {}
        if isinstance(given, str) and words.get(given) not in points:
            known = ", ".join(word for word, emphasis in words.items() if emphasis in points)
            whole.fault(f"weights, {name}", say("Write a number, or one of these: %(known)s.", known=known or "–"))
        else:
            found[name] = points[words[given]] if isinstance(given, str) else given
    return found


def _round(index: int, table: Table) -> Round:
    found = Round(index, table.day("first_day"), table.day("last_day"))
    table.must_be_read()
    return found


def _window(table: Table) -> Window:
    plain = Window(0, table.clock("opens_at"), table.clock("closes_at"))
    found = Window(
        table.choice("weekday", _DAYS, 0) if table.has("weekday") else _no_day(table),
        plain.opens_at,
        plain.closes_at,
        table.whole("step_minutes", plain.step_minutes),
        table.flag("protected", plain.protected),
    )
    table.must_be_read()
    return found


def _no_day(table: Table) -> int:
    table.fault("weekday", say("This is missing. Add it."))
    return 0


def _model(table: Table) -> MentoringModel:
    found = MentoringModel(
        key=table.text("key"),
        name=table.text("name"),
        size=table.pair("size"),
        target=table.whole_if_any("target"),
        spread=table.pair("spread"),
        facilitators=table.pair("facilitators"),
        present=table.whole("present"),
        turns=table.flag("turns", True),
        closing=table.flag("closing", False),
    )
    table.must_be_read()
    return found


def _site(table: Table) -> Site:
    found = Site(
        table.text("key"), table.text("name"), table.text("zone"), tuple(_room(each) for each in table.tables("rooms"))
    )
    table.must_be_read()
    return found


def _room(table: Table) -> Room:
    weekdays = table.list_of("weekdays", str)
    for name in weekdays:
        if name not in _DAYS:
            table.fault("weekdays", say("Write one of these: %(known)s.", known=", ".join(WEEKDAYS)))
    found = Room(
        key=table.text("key"),
        name=table.text("name"),
        capacity=table.whole("capacity"),
        weekdays=frozenset(_DAYS[name] for name in weekdays if name in _DAYS),
        opens_at=table.clock("opens_at"),
        closes_at=table.clock("closes_at"),
    )
    table.must_be_read()
    return found


def _grade(table: Table) -> Grade:
    found = Grade(table.whole("stage"), table.text("name"))
    table.must_be_read()
    return found


def _conduct(table: Table) -> Conduct:
    plain = Conduct()
    numbers = {
        each.name: table.whole_if_any(each.name)
        for each in fields(Conduct)
        if each.name in ("interval_days", "hours_a_month", "hours_a_year")
    }
    found = Conduct(
        freeze_days=table.whole("freeze_days", plain.freeze_days),
        settling=table.choice("settling", {each.value: each for each in DateSettling}, plain.settling),
        settles_itself=table.flag("settles_itself", plain.settles_itself),
        several_groups=table.flag("several_groups", plain.several_groups),
        publish_ahead_days=table.whole("publish_ahead_days", plain.publish_ahead_days),
        fairness_points=table.whole("fairness_points", plain.fairness_points),
        swap_days=table.whole("swap_days", plain.swap_days),
        early_days=table.whole("early_days", plain.early_days),
        preferences_days=table.whole("preferences_days", plain.preferences_days),
        attendance_days=table.whole("attendance_days", plain.attendance_days),
        circles=table.flag("circles", plain.circles),
        isolated_first=table.flag("isolated_first", plain.isolated_first),
        hybrid=table.flag("hybrid", plain.hybrid),
        **numbers,
    )
    table.must_be_read()
    return found


def _closed(table: Table) -> ClosedDays:
    found = ClosedDays(
        table.text("country", ""),
        table.text("region", ""),
        tuple(_days_off(each) for each in table.tables("days_off")),
        frozenset(table.list_of("kept_open", date)),
    )
    table.must_be_read()
    return found


def _days_off(table: Table) -> DaysOff:
    found = DaysOff(table.day("first_day"), table.day("last_day"), table.text("name"))
    table.must_be_read()
    return found


def _questions(table: Table) -> Questions:
    plain = Questions()
    found = Questions(
        last_day=table.day_if_any("last_day"),
        topics=table.list_of("topics", str, plain.topics),
        circumstances=table.list_of("circumstances", str, plain.circumstances),
        only_joined=table.flag("only_joined", plain.only_joined),
        code_needed=table.flag("code_needed", plain.code_needed),
        training=tuple(map(_training, table.tables("training"))) if table.has("training") else plain.training,
    )
    table.must_be_read()
    return found


def _openly(table: Table) -> AskedOpenly:
    asked = table.table("asked")
    values = {each: asked.list_of(each, str) for each in Category if asked.has(each)}
    mixed = table.list_of("mixed", str) if table.has("mixed") else []
    if unknown := set(mixed) - set(Category):
        table.fault("mixed", say("“%(name)s” means nothing here. Leave it out.", name=min(unknown)[:40]))
    asked_values = values if table.has("asked") else AskedOpenly().values
    known = frozenset(Category(each) for each in mixed if each not in unknown)
    found = AskedOpenly(asked_values, table.text("purpose", ""), known)
    asked.must_be_read()
    table.must_be_read()
    return found


def _training(table: Table) -> TrainingKind:
    months = table.whole_if_any("months")
    found = TrainingKind(table.text("key"), table.text("name"), months, required=table.flag("required", True))
    table.must_be_read()
    return found


def _code(table: Table) -> str:
    found = table.text("text")
    table.must_be_read()
    return found


def _charter(table: Table) -> Charter:
    parts = {part: table.text(part, None if part in NEEDED_PARTS else "") for part in PARTS}
    found = charter_of(0, parts, language=table.text("language", ""))
    table.must_be_read()
    return found


def _page(table: Table) -> PageText:
    found = PageText(table.text("text"), table.flag("shared", False))
    table.must_be_read()
    return found


def _pulse(table: Table) -> PulseAsked:
    found = PulseAsked(table.day("opens_on"), table.text("instrument"), table.list_of("questions", str))
    table.must_be_read()
    return found


def _signpost(table: Table) -> Signpost:
    found = Signpost(
        kind=table.choice("kind", {each.value: each for each in HelpKind}, HelpKind.OTHER),
        name=table.text("name"),
        phone=table.text("phone", ""),
        url=table.text("url", ""),
        when=table.text("when", ""),
    )
    table.must_be_read()
    for fault in faults_of((found,)):
        table.fault(fault.where, fault.text)
    return found
