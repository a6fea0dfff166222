"""Exporting a programme as a file, and making or changing one by a file: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from scheduler.availability.policy import MOST_JOURNEY_MINUTES, policy_from
from scheduler.availability.programme_rules import change_rules
from scheduler.availability.rules import rules_of
from scheduler.charters.agreements import find_charter
from scheduler.charters.service import adopt
from scheduler.db import Db
from scheduler.errors import Fault, Rejected
from scheduler.joining.conduct import adopt_code, code_of
from scheduler.joining.openly import asked_openly, faults_of_asked
from scheduler.joining.questions import questions_of, set_questions
from scheduler.json_values import as_json
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programme_files.file_reader import read_document, read_file
from scheduler.programme_files.file_writer import as_tables, as_text
from scheduler.programme_files.model import PageText, ProgrammeFile
from scheduler.programmes.model import Programme
from scheduler.programmes.public_page import page_to_edit, save_page
from scheduler.programmes.service import create_programme, find_programme_id, get_programme, lock_programme
from scheduler.programmes.signposts import set_signposts, signposts_of
from scheduler.publishing.forgotten_answers import change_asked
from scheduler.publishing.programme_changes import change_programme
from scheduler.publishing.programme_effects import Effects, effects_of
from scheduler.publishing.programme_refusals import all_faults
from scheduler.voices.pulse import pulse_asked, take_pulse

_BESIDE: Final = ("journeys", "questions", "charter", "page", "signposts")
"""Parts of a file that are kept beside the programme's own value."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What applying a file would do. ``programme_id`` is None where it makes a programme. ``changed`` names the
    parts of the file that say something else than what is stored; ``effects`` are those on what is published."""

    programme_id: int | None
    file: ProgrammeFile
    changed: tuple[str, ...]
    effects: Effects

    @property
    def nothing(self) -> bool:
        """Whether all is as the file says already."""
        return self.programme_id is not None and not self.changed


def export_programme(db: Db, actor: Actor, programme_id: int) -> str:
    """The whole programme as a readable file; nobody's names are in it."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return as_text(_stored(db, actor, get_programme(db, programme_id)))


def programme_document(db: Db, actor: Actor, programme_id: int) -> dict[str, Any]:
    """The same as JSON has it: days and times are texts."""
    actor.must_have(programme_id, Role.COORDINATOR)
    found: dict[str, Any] = as_json(as_tables(_stored(db, actor, get_programme(db, programme_id))))
    return found


def make_by_document(db: Db, actor: Actor, document: Mapping[str, Any], now: datetime) -> int:
    """Make the programme of a document; returns its id. Raises ``Rejected`` with every fault."""
    return make_programme(db, actor, read_document(document), now)


def change_by_document(db: Db, actor: Actor, programme_id: int, document: Mapping[str, Any], now: datetime) -> None:
    """Let a programme be as a document says. Raises ``Rejected`` with every fault, and for what is published and
    forbids the change."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    file = read_document(document)
    _must_work(file)
    change_programme(db, actor, programme_id, file.programme, now)
    _put_what_is_beside(db, actor, programme_id, file, now)


def preview_file(db: Db, actor: Actor, content: bytes, now: datetime) -> Preview:
    """What a file would do. Raises ``Rejected`` with every fault, whether of its writing or of the programme."""
    file = read_file(content)
    programme_id = find_programme_id(db, file.programme.slug)
    _must_work(file)
    if programme_id is None:
        return Preview(None, file, (), Effects())
    effects = effects_of(db, actor, programme_id, file.programme, now)
    before = _stored(db, actor, get_programme(db, programme_id))
    others = [
        name
        for name in ("journeys", "questions", "openly", "charter", "page", "signposts", "code", "pulse")
        if _differs(before, file, name)
    ]
    return Preview(programme_id, file, (*sorted(effects.changed), *others), effects)


def apply_file(db: Db, actor: Actor, content: bytes, now: datetime) -> int:
    """Make the programme of a file, or what is stored of it as the file says; returns its id. Raises ``Rejected``
    with every fault, and for what is published and forbids the change."""
    preview = preview_file(db, actor, content, now)
    file, programme_id = preview.file, preview.programme_id
    if programme_id is None:
        return make_programme(db, actor, file, now)
    change_programme(db, actor, programme_id, file.programme, now)
    _put_what_is_beside(db, actor, programme_id, file, now)
    return programme_id


def make_programme(db: Db, actor: Actor, file: ProgrammeFile, now: datetime) -> int:
    """Make the programme of a file, under a short name that is free; whoever does becomes its coordinator. Returns its
    id. Raises ``Rejected`` with every fault."""
    _must_work(file)
    programme_id = create_programme(db, actor, file.programme, now)
    inside = replace(actor, roles=actor.roles | {(programme_id, Role.COORDINATOR)})
    if file.questions is not None:  # whatever the programme did that the file is from, facilitators of a new one sign
        file = replace(file, questions=replace(file.questions, code_needed=True))
    _put_what_is_beside(db, inside, programme_id, file, now)
    return programme_id


def _must_work(file: ProgrammeFile) -> None:
    if faults := (*all_faults(file.programme), *_journey_faults(file), *_openly_faults(file)):
        raise Rejected(say("The programme was not saved."), faults)


def _put_what_is_beside(db: Db, actor: Actor, programme_id: int, file: ProgrammeFile, now: datetime) -> None:
    """Journeys, questions, what is asked openly, charter, page, signposts and pulse, where they differ."""
    if file.journeys is not None:
        _put_journeys(db, actor, programme_id, file.journeys, now)
    before = _stored(db, actor, get_programme(db, programme_id))
    if file.questions is not None and _differs(before, file, "questions"):
        set_questions(db, actor, programme_id, file.questions, now)
    if file.openly is not None and _differs(before, file, "openly"):
        change_asked(db, actor, programme_id, file.openly, now)
    if file.charter is not None and _differs(before, file, "charter"):
        adopt(db, actor, programme_id, file.charter, now)
    if file.code is not None and _differs(before, file, "code"):
        adopt_code(db, actor, programme_id, file.code, now)
    if file.page is not None and _differs(before, file, "page"):
        save_page(db, actor, programme_id, file.page.text, file.page.shared, now)
    if file.signposts is not None and _differs(before, file, "signposts"):
        set_signposts(db, actor, programme_id, file.signposts, now)
    if file.pulse is not None and _differs(before, file, "pulse"):
        take_pulse(db, actor, programme_id, file.pulse, now)


def _stored(db: Db, actor: Actor, programme: Programme) -> ProgrammeFile:
    page = page_to_edit(db, actor, programme.id)
    charter, code = find_charter(db, programme.id), code_of(db, programme.id)
    return ProgrammeFile(
        programme,
        _journeys(db, programme),
        questions_of(db, programme.id),
        replace(charter, version=0, adopted_at=None) if charter else None,
        PageText(page.text, page.is_shared) if page.text or page.is_shared else None,
        asked_openly(db, programme.id),
        signposts_of(db, (programme.id,)) or None,
        code.text if code.version else None,
        pulse_asked(db, programme.id),
    )


def _differs(before: ProgrammeFile, file: ProgrammeFile, name: str) -> bool:
    return getattr(file, name) is not None and getattr(file, name) != getattr(before, name)


def _journeys(db: Db, programme: Programme) -> Mapping[tuple[str, str], int]:
    keys = {site.id: site.key for site in programme.sites}
    journeys = rules_of(db, programme).policy.journeys
    return MappingProxyType({(keys[a], keys[b]): int(way.total_seconds() // 60) for (a, b), way in journeys.items()})


def _journey_faults(file: ProgrammeFile) -> list[Fault]:
    keys = {site.key for site in file.programme.sites}
    found = []
    for number, ((start, end), minutes) in enumerate((file.journeys or {}).items(), start=1):
        if start == end or not {start, end} <= keys:
            found.append(Fault(f"journeys {number}", say("Write the short names of two sites of this file.")))
        if not 0 < minutes <= MOST_JOURNEY_MINUTES:
            where = f"journeys {number}, minutes"
            found.append(
                Fault(where, say("Enter a number from %(least)s to %(most)s.", least=1, most=MOST_JOURNEY_MINUTES))
            )
    return found


def _openly_faults(file: ProgrammeFile) -> list[Fault]:
    found = faults_of_asked(file.openly) if file.openly else ()
    return [Fault(f"openly, {fault.where.removeprefix('values-')}", fault.text) for fault in found]


def _put_journeys(
    db: Db, actor: Actor, programme_id: int, wanted: Mapping[tuple[str, str], int], now: datetime
) -> None:
    programme = get_programme(db, programme_id)
    if _journeys(db, programme) == wanted:
        return
    ids = {site.key: site.id for site in programme.sites}
    minutes = {(ids[a], ids[b]): each for (a, b), each in wanted.items()}
    policy = policy_from(programme.duty_policy, programme.buffer_minutes, minutes)
    change_rules(db, actor, programme_id, programme.rest_preset, policy, now)
