"""Rows of one programme written again for another that begins from it.

Sites are looked up by their short names, which both programmes share; a site's own id differs.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import class_mapper

from scheduler.availability.tables import AbsenceRow, WeeklyRow
from scheduler.charters.tables import CharterRow
from scheduler.db import Base, Db
from scheduler.joining.model import Questions
from scheduler.joining.tables import AnswerRow, CodeOfConductRow, JoiningRow, PortraitRow, TrainingRow
from scheduler.own_groups.service import open_groups
from scheduler.own_groups.tables import OwnGroupRow, OwnMemberRow
from scheduler.people.model import PARTICIPANTS, Role
from scheduler.people.relations import SECRET_KINDS, hidden_number
from scheduler.people.roles import OFFICES
from scheduler.people.sites import moves_of, site_on
from scheduler.people.tables import FacilitatorPauseRow, ParticipantRow, RelationRow, RoleRow, SiteChangeRow, WishRow
from scheduler.planning.last_term import continuing_key
from scheduler.plans.whole import find_published_plan
from scheduler.programmes.tables import JourneyRow, ProgrammePageRow, SignpostRow, SiteRow
from scheduler.releases.tables import KeptRotaRow, RotaManagerRow
from scheduler.sessions.tables import JoinLinkRow
from scheduler.voices.pathway import facilitators_to_be
from scheduler.voices.pulse import usual_day
from scheduler.voices.tables import JobPlanRow, PathwayRow, PulseRow

Row = TypeVar("Row", bound=Base)
_ASKED_AGAIN: dict[str, Any] = {"traits": {}, "like": [], "unlike": [], "together": {}, "firm": [], "new_here": False}
"""What people said when asked openly, and that they are new, is never taken from one programme to another."""
Version = TypeVar("Version", CharterRow, CodeOfConductRow)


def _any_row(_row: object) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Copying:
    """From which programme to which, and when; ``sites`` maps the ids of sites of the one to those of the other."""

    db: Db
    before: int
    after: int
    sites: Mapping[int, int]
    now: datetime

    @classmethod
    def between(cls, db: Db, before: int, after: int, now: datetime) -> Copying:
        """What is needed to copy from one stored programme to another."""
        rows = db.execute(select(SiteRow.programme_id, SiteRow.key, SiteRow.id))
        ids = {(programme_id, key): site_id for programme_id, key, site_id in rows}
        sites = {one: ids[after, key] for (of, key), one in ids.items() if of == before and (after, key) in ids}
        return cls(db, before, after, sites, now)

    def settings(self, *, only_joined: bool) -> None:
        """What is set beside the programme's own value: questions, charter, code of conduct, its page (closed),
        signposts, the pulse (in the middle of the term), ways between sites, rota managers."""
        self._questions(only_joined)
        adopted = (self._newest(CharterRow), self._newest(CodeOfConductRow))
        for newest in adopted:
            if newest is not None:
                self._add([newest], version=1, adopted_at=self.now)
        self._all_of(ProgrammePageRow, shared_at=None)
        self._all_of(SignpostRow)
        self._all_of(PulseRow, opens_on=usual_day(self.db, self.after), changed_text="", changed_at=None)
        ways = self.db.scalars(select(JourneyRow).where(JourneyRow.from_site_id.in_(self.sites))).all()
        for way in ways:
            if way.to_site_id in self.sites:
                self._add([way], from_site_id=self.sites[way.from_site_id], to_site_id=self.sites[way.to_site_id])
        self._rota_managers()

    def _rota_managers(self) -> None:
        """Who keeps which rota, by its name: it holds for the next file of that name."""
        managers = self.db.scalars(select(RotaManagerRow).where(RotaManagerRow.programme_id == self.before)).all()
        self._add(managers, added_at=self.now)
        of_next = select(RotaManagerRow.name, RotaManagerRow.id).where(RotaManagerRow.programme_id == self.after)
        ids = dict(self.db.execute(of_next).all())
        names = {each.id: each.name for each in managers}
        for row in self.db.scalars(select(KeptRotaRow).where(KeptRotaRow.site_id.in_(self.sites))).all():
            self._add([row], manager_id=ids[names[row.manager_id]])

    def offices(self, *, but: int | None) -> None:
        """Coordinators, oversight contacts and directors; ``but`` is who has their office already."""
        offices = (*OFFICES, Role.DIRECTOR)
        rows = self.db.scalars(
            select(RoleRow).where(RoleRow.programme_id == self.before, RoleRow.role.in_(offices))
        ).all()
        self._add([row for row in rows if (row.person_id, row.role) != (but, OFFICES[0])])

    def people(self, first_day: date) -> frozenset[int]:
        """Everybody who takes part but for guest coaches, with what they said and what is known of them, but for what
        is asked openly: that is asked again. None of them has said yes yet. Returns their ids."""
        of_both = (ParticipantRow.programme_id == self.before, ~ParticipantRow.guest)
        parts = self.db.scalars(select(ParticipantRow).where(*of_both, ParticipantRow.left_at.is_(None))).all()
        here = frozenset(part.person_id for part in parts)
        moves = moves_of(self.db, self.before)
        works_at = {part.person_id: site_on(moves, part.person_id, part.site_id, first_day) for part in parts}
        promoted = facilitators_to_be(self.db, self.before)
        for site_id, there in self.sites.items():
            at_it = [part for part in parts if works_at[part.person_id] == site_id]
            new = {"site_id": there, "joined_at": self.now, **_ASKED_AGAIN}
            self._add([part for part in at_it if part.person_id not in promoted], **new)
            self._add([part for part in at_it if part.person_id in promoted], kind=Role.FACULTY, **new)
        roles = select(RoleRow).where(RoleRow.programme_id == self.before, RoleRow.role.in_(PARTICIPANTS))
        rows = [row for row in self.db.scalars(roles) if row.person_id in here]
        self._add([row for row in rows if row.person_id not in promoted])
        self._add([row for row in rows if row.person_id in promoted], role=Role.FACULTY)
        self._of(JobPlanRow, here)
        self._of(PathwayRow, here - promoted)
        self._of(AnswerRow, here, invited_at=None, reminded_at=None, agreed_at=None)
        self._portraits(here)
        self._of(FacilitatorPauseRow, here, held_back=[])
        self._of(WishRow, here)
        self._relations(here, first_day)
        self._of(SiteChangeRow, here, keep=lambda row: row.first_day > first_day)
        self.time_of(here, first_day)
        return here

    def _relations(self, people: Collection[int], first_day: date) -> None:
        """What reaches into the other programme; what is told in confidence is as hidden there, by its numbers too."""

        def lasts(row: RelationRow) -> bool:
            return row.last_day is None or row.last_day >= first_day

        def is_hidden(row: RelationRow) -> bool:
            return row.declared and row.kind in SECRET_KINDS

        self._of(RelationRow, people, keep=lambda row: lasts(row) and not is_hidden(row))
        here = (RelationRow.programme_id == self.before, RelationRow.declared, RelationRow.kind.in_(SECRET_KINDS))
        for row in self.db.scalars(select(RelationRow).where(*here)).all():
            if lasts(row) and {row.person_id, row.about_id} <= set(people):
                self._add([row], id=hidden_number())

    def time_of(self, people: Collection[int], first_day: date) -> None:
        """Weekly entries and leave of these people, as far as they reach into the other programme."""
        self._of(WeeklyRow, people, keep=lambda row: row.last_day is None or row.last_day >= first_day)
        self._of(AbsenceRow, people, keep=lambda row: row.last_day is None or row.last_day >= first_day)

    def groups(self) -> None:
        """What belongs to groups that go on: those that people formed themselves, and ways to meet from afar."""
        plan = find_published_plan(self.db, self.before)
        going_on = {group.key for group in plan.meeting} if plan else set()
        for link in self.db.scalars(select(JoinLinkRow).where(JoinLinkRow.programme_id == self.before)):
            if link.group_key in going_on:
                key = continuing_key(self.after, link.group_key)
                self._add([link], group_key=key, changed_at=self.now)
        for group in open_groups(self.db, self.before):
            members = [
                OwnMemberRow(person_id=each.person_id, role=each.role, joined_at=self.now) for each in group.members
            ]
            self.db.add(
                OwnGroupRow(
                    programme_id=self.after,
                    key=continuing_key(self.after, group.key),
                    code=secrets.token_hex(len(group.code) // 2 or 4),
                    name=group.name,
                    mode=group.mode,
                    created_at=self.now,
                    members=members,
                )
            )

    def _questions(self, only_joined: bool) -> None:
        row = self.db.get(JoiningRow, self.before)
        usual = Questions()
        self.db.add(
            JoiningRow(
                programme_id=self.after,
                last_day=None,
                topics=list(row.topics if row else usual.topics),
                circumstances=list(row.circumstances if row else usual.circumstances),
                only_joined=only_joined or (row.only_joined if row else usual.only_joined),
                code_needed=True,
                training_kinds=row.training_kinds if row else None,
                asked=row.asked if row else None,
                asked_for=row.asked_for if row else "",
            )
        )

    def _newest(self, table: type[Version]) -> Version | None:
        """The version in force."""
        here = select(table).where(table.programme_id == self.before)
        return self.db.scalar(here.order_by(table.version.desc()).limit(1))

    def _portraits(self, people: Collection[int]) -> None:
        """What facilitators say of themselves, and their training. Who signed the code in force has signed the copy."""
        code = self._newest(CodeOfConductRow)
        version, after = (code.version, 1) if code is not None else (0, 0)
        signed = PortraitRow.code_version == version
        for is_current in (True, False):
            rows = self.db.scalars(
                select(PortraitRow).where(
                    PortraitRow.programme_id == self.before,
                    PortraitRow.person_id.in_(people),
                    signed if is_current else ~signed,
                )
            ).all()
            lapsed = {} if is_current else {"code_signed_at": None, "code_noted_by": None}
            self._add(rows, code_version=after, **lapsed)
        self._of(TrainingRow, people)

    def _all_of(self, table: type[Row], **changed: Any) -> None:
        column = table.__table__.c["programme_id"]
        self._add(self.db.scalars(select(table).where(column == self.before)).all(), **changed)

    def _of(
        self, table: type[Row], people: Collection[int], keep: Callable[[Any], bool] = _any_row, **changed: Any
    ) -> None:
        """The rows of these people in a table, as far as whom they are about takes part too."""
        column = table.__table__.c["programme_id"]
        rows: list[Any] = list(self.db.scalars(select(table).where(column == self.before)))
        here = [row for row in rows if {row.person_id, getattr(row, "about_id", row.person_id)} <= set(people)]
        self._add([row for row in here if keep(row)], **changed)

    def _add(self, rows: Sequence[Base], **changed: Any) -> None:
        """Write rows again, for the other programme, with some columns otherwise."""
        if not rows:
            return
        mapper = class_mapper(type(rows[0]))
        names = [each.key for each in mapper.column_attrs if each.key != "id"]
        own: dict[str, Any] = {"programme_id": self.after} if "programme_id" in names else {}
        values = [{name: getattr(row, name) for name in names} | own | changed for row in rows]
        for value in values:
            if value.get("site_id") in self.sites:
                value["site_id"] = self.sites[value["site_id"]]
        self.db.execute(insert(type(rows[0])), values)
