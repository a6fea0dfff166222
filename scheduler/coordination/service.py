"""A coordinator's changes of what is published: what they would do and break, and carrying them out.

Several acts are judged, and carried out, as one: all of them or none. Whoever looks at many changes one after another
loads a :class:`Desk` once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from scheduler.audit.service import OVERRIDDEN, record
from scheduler.coordination import storage
from scheduler.coordination.act_scope import Everywhere, load_board, load_everywhere, names_of, scope_of
from scheduler.coordination.board import Board, SessionNow
from scheduler.coordination.checks import new_checks
from scheduler.coordination.circumstances import Known, Part
from scheduler.coordination.execution import carried_out
from scheduler.coordination.fair_shares import FairShares
from scheduler.coordination.judgement import Remembered, new_findings
from scheduler.coordination.marks import Marks
from scheduler.coordination.model import (
    Act,
    AddSession,
    AppointDeputy,
    Breach,
    CancelSession,
    ChangeMode,
    ChangeRoom,
    Effect,
    EndGroup,
    MergeGroups,
    MoveSession,
    PauseGroup,
    Preview,
    PutIn,
    ReinstateSession,
    ResumeGroup,
    SetFacilitators,
    Standing,
    SwapFacilitators,
    TakeOut,
    TakeOver,
)
from scheduler.coordination.wording import breaches_of
from scheduler.db import Db
from scheduler.errors import Fault, NotPossible, Rejected, Unspoken
from scheduler.joining.facilitator_offers import people_to_plan
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.pauses import paused_facilitators
from scheduler.people.tables import ParticipantRow
from scheduler.planning.known_to import KnownTo
from scheduler.planning.verdicts import Finding, Judge
from scheduler.preflight.facts import Facts, facts_of
from scheduler.programmes.life import must_go_on
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.publishing.unmet_wishes import keep_unmet_wishes
from scheduler.reasons.broken import private_sentence
from scheduler.text_input import reason_given
from solvers import rules
from solvers.vocabulary import COMING, NOT_KNOWN

ACTIONS: Final[Mapping[type, str]] = {
    MoveSession: "session.moved",
    ChangeRoom: "session.room_changed",
    ChangeMode: "session.mode_changed",
    SetFacilitators: "session.facilitators_changed",
    AppointDeputy: "deputy.appointed",
    CancelSession: "session.cancelled",
    AddSession: "session.added",
    ReinstateSession: "session.reinstated",
    TakeOver: "facilitator.replaced",
    SwapFacilitators: "facilitators.swapped",
    EndGroup: "group.ended",
    PauseGroup: "group.paused",
    ResumeGroup: "group.resumed",
    MergeGroups: "group.merged",
    TakeOut: "group.member_out",
    PutIn: "group.member_in",
}
"""What the record calls each kind of act."""


def preview(db: Db, actor: Actor, act: Act, now: datetime) -> Preview:
    """What an act would do and break, as things stand. Raises NotAllowed to anyone but a coordinator of its programme,
    NotFound or NotPossible where there is nothing that it could be done to."""
    return preview_all(db, actor, (act,), now)


def preview_all(db: Db, actor: Actor, acts: Sequence[Act], now: datetime) -> Preview:
    """What acts would do and break together, one after the other."""
    desk = open_desk(db, actor, acts, now)
    return desk.preview(acts)


def carry_out(db: Db, actor: Actor, act: Act, why: str, now: datetime) -> None:
    """Carry an act out. Raises NotPossible where a rule stands against it that nobody may override, or where it needs
    a reason and has none; Rejected for a reason that is too long."""
    carry_out_all(db, actor, (act,), why, now)


def carry_out_all(db: Db, actor: Actor, acts: Sequence[Act], why: str, now: datetime) -> None:
    """Carry acts out in one transaction, all or none; ``why`` goes into the record with each."""
    reason = reason_given(why)
    scope = scope_of(db, acts)
    actor.must_have(scope.programme_id, Role.COORDINATOR)
    lock_programme(db, scope.programme_id)
    must_go_on(db, scope.programme_id)
    desk = open_desk(db, actor, acts, now)
    after = desk.after(acts)
    seen = desk.preview(acts)
    _must_be_allowed(seen, reason)
    must_be_safe(db, desk, acts, now)
    ids = storage.store(db, scope.programme_id, desk.board, after, desk.known.marks.of, now)
    if desk.board.groups != after.groups:
        keep_unmet_wishes(db, scope.programme_id, now, after.groups.keys())
    if seen.breaches:
        record(db, actor, OVERRIDDEN, now, scope.programme_id, count=len(seen.breaches), why=reason)
    for act in acts:
        record(db, actor, ACTIONS[type(act)], now, scope.programme_id, **_details(act, desk, ids), why=reason)


def _must_be_allowed(seen: Preview, why: str) -> None:
    if not seen.allowed:
        first = next(breach for breach in seen.breaches if breach.never)
        raise NotPossible(first.text, what_to_do=say("Choose something else: this rule can’t be overridden."))
    if seen.needs_why and not why:
        raise Rejected(
            say("Give a reason for this change."),
            (Fault("why", say("This change needs a reason.")),),
            what_to_do=say("It goes into the record of changes, where coordinators can read it."),
        )


def must_be_safe(db: Db, desk: Desk, acts: Sequence[Act], now: datetime) -> None:
    """Raise :class:`Unspoken` where what people keep to themselves stands against it. No desk shows that: it is looked
    at only where something is carried out."""
    programme, people = desk.known.programme, desk.board.people | frozenset(_people_of(acts))
    if not replace(desk, judge=Judge(db, programme, people, now), _remembered={}).allows(acts):
        raise Unspoken(private_sentence(), programme.id, what_to_do=say("Choose something else."))


@dataclass(frozen=True, slots=True)
class Desk:
    """Groups laid out for a coordinator: as they are, with all that is needed to say what a change would do, as far as
    she may know it."""

    board: Board
    known: Known
    names: Mapping[int, str]
    judge: Judge
    facts: Facts
    """What the checks before publishing go by."""
    shares: FairShares
    _remembered: Remembered = field(default_factory=dict, compare=False)

    def after(self, acts: Iterable[Act]) -> Board:
        """The board after these acts."""
        board = self.board
        for act in acts:
            board = carried_out(act, board, self.known)
        return board

    def allows(self, acts: Iterable[Act]) -> bool:
        """Whether these acts can be carried out at all, whatever they do."""
        return self.holds(self.after(acts))

    def holds(self, after: Board) -> bool:
        """Whether a board breaks no rule anew that can't be overridden."""
        return not any(breach.never for breach in self._rules(after))

    def findings(self, after: Board) -> frozenset[Finding]:
        """What is wrong with a board and is not now."""
        return new_findings(self.judge, self.board, after, self.known, self._remembered)

    def keeps_all(self, after: Board) -> bool:
        """Whether a board breaks nothing anew: no rule, and none of the checks before publishing."""
        return not self._breaches(after)

    def _rules(self, after: Board) -> tuple[Breach, ...]:
        return breaches_of(self.findings(after), after, self.known, self.names)

    def _breaches(self, after: Board) -> tuple[Breach, ...]:
        found = self.findings(after)
        unmet = {(each.group, each.person_id) for each in found if each.rule_id == rules.MODE_ACCEPTED}
        checks = new_checks(self.facts, self.board, after, self.known, self.names, unmet)
        broken = breaches_of(found, after, self.known, self.names)
        return (*broken, *checks, *self.shares.new_cuts(self.board, after, self.known))

    def preview(self, acts: Iterable[Act]) -> Preview:
        """What these acts would do and break."""
        after = self.after(acts)
        breaches, effects = self._breaches(after), tuple(self._effects(after))
        in_freeze = any(self._is_frozen(effect) for effect in effects)
        return Preview(
            breaches=breaches,
            effects=effects,
            touched=self._touched(after),
            needs_why=in_freeze or bool(breaches),
            in_freeze=in_freeze,
        )

    def standing(self, session: SessionNow) -> Standing:
        """A session as it reads, with the names of who can come."""
        by_mark: dict[str, list[str]] = {"in": [], "not_known": [], "out": []}
        for person_id in session.residents:
            mark = self.known.marks.of(person_id, session)
            kind = "in" if mark in COMING else "not_known" if mark == NOT_KNOWN else "out"
            by_mark[kind].append(self.names[person_id])
        return Standing(
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            place=self._place(session.room_id),
            mode=session.mode,
            status=session.status,
            coming=tuple(sorted(by_mark["in"])),
            not_known=tuple(sorted(by_mark["not_known"])),
            shut_out=tuple(sorted(by_mark["out"])),
            facilitators=tuple(sorted(self.names[one] for one in session.facilitators)),
        )

    def _place(self, room_id: int | None) -> str:
        if room_id is None:
            return ""
        site, room = self.known.room(room_id)
        return f"{room.name}, {site.name}"

    def _effects(self, after: Board) -> Iterator[Effect]:
        changed = [session for ref, session in after.sessions.items() if self.board.sessions.get(ref) != session]
        for session in sorted(changed, key=lambda one: (one.starts_at, one.ref)):
            was = self.board.sessions.get(session.ref)
            yield Effect(
                session_id=session.ref if was else None,
                group_key=session.group_key,
                group_name=after.groups[session.group_key].name,
                before=self.standing(was) if was else None,
                after=self.standing(session),
            )

    def _is_frozen(self, effect: Effect) -> bool:
        was = effect.before.starts_at if effect.before and effect.before.takes_place else effect.after.starts_at
        return self.known.programme.conduct.is_frozen(min(was, effect.after.starts_at), self.known.now)

    def _touched(self, after: Board) -> tuple[str, ...]:
        people: frozenset[int] = frozenset()
        for ref, session in after.sessions.items():
            was = self.board.sessions.get(ref)
            if was != session:
                people |= session.people | (was.people if was else frozenset())
        for key, group in after.groups.items():
            if group != self.board.groups[key]:
                people |= group.people | self.board.groups[key].people
        return tuple(sorted(self.names[one] for one in people))


def open_desk(db: Db, actor: Actor, acts: Sequence[Act], now: datetime, *, programme: Programme | None = None) -> Desk:
    """The desk for these acts: the groups that they concern. Raises NotAllowed to anyone but a coordinator."""
    scope = scope_of(db, acts)
    actor.must_have(scope.programme_id, Role.COORDINATOR)
    more, found = frozenset(_people_of(acts)), programme or get_programme(db, scope.programme_id)
    return load_desk(db, found, scope.keys, now, more_people=more)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Groups to be laid out on one desk, by their keys; ``more_people`` may come into them."""

    keys: frozenset[str]
    more_people: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Together:
    """What is known of all who are on any of several desks."""

    programme: Programme
    now: datetime
    board: Board
    everywhere: Everywhere
    marks: Marks
    parts: Mapping[int, Part]
    names: Mapping[int, str]
    judge: Judge
    facts: Facts
    shares: FairShares

    def desk(self, wanted: Wanted) -> Desk:
        """One of the desks: sessions of groups that are on others are elsewhere for it."""
        board = self.board.only(wanted.keys)
        elsewhere = self.everywhere.but_for(board)
        marks = self.marks.beside(elsewhere, board.people | wanted.more_people)
        known = Known(self.programme, self.now, self.parts, marks, elsewhere)
        return Desk(board, known, self.names, self.judge, self.facts, self.shares)


def load_desk(
    db: Db,
    programme: Programme,
    keys: Collection[str],
    now: datetime,
    *,
    more_people: Collection[int] = (),
    known_to: KnownTo = KnownTo.COORDINATOR,
) -> Desk:
    """The desk with these groups, for the product's own work; ``more_people`` may come into them."""
    return load_desks(db, programme, (Wanted(frozenset(keys), frozenset(more_people)),), now, known_to)[0]


def load_desks(
    db: Db, programme: Programme, wanted: Sequence[Wanted], now: datetime, known_to: KnownTo = KnownTo.COORDINATOR
) -> list[Desk]:
    """A desk for each of these, loaded together: as many queries for many as for one."""
    whole = load_board(db, programme, frozenset().union(*(each.keys for each in wanted)), now)
    people = whole.people.union(*(each.more_people for each in wanted))
    marks = Marks(db, programme, people)
    marks.prepare(tuple(whole.sessions.values()))
    together = _Together(
        programme, now, whole, load_everywhere(db, programme, people, now), marks,
        _parts(db, programme.id, people, now), names_of(db, people),
        Judge(db, programme, people, now, known_to), facts_of(db, programme, now, with_marks=False),
        FairShares(db, programme),
    )  # fmt: skip
    return [together.desk(each) for each in wanted]


def _parts(db: Db, programme_id: int, people: Collection[int], now: datetime) -> Mapping[int, Part]:
    rows = db.scalars(
        select(ParticipantRow).where(
            ParticipantRow.programme_id == programme_id,
            ParticipantRow.person_id.in_(people),
            ParticipantRow.left_at.is_(None),
        )
    ).all()
    planned = people_to_plan(db, programme_id, {row.person_id: row.kind for row in rows}, now)
    paused = paused_facilitators(db, programme_id)
    return {
        row.person_id: Part(row.kind, row.site_id, row.person_id in planned, row.person_id in paused, row.guest)
        for row in rows
    }


def _people_of(acts: Iterable[Act]) -> Iterator[int]:
    for act in acts:
        if isinstance(act, AppointDeputy | TakeOver | PutIn):
            yield act.person_id
        elif isinstance(act, SetFacilitators):
            yield from act.facilitator_ids


def _details(act: Act, desk: Desk, ids: Mapping[int, int]) -> dict[str, Any]:
    """An act as the record keeps it: ids and dates, and of a session where it was before."""
    details: dict[str, Any] = {}
    for name, value in asdict(act).items():
        if name != "programme_id" and value is not None:
            details[_NAMES.get(name, name)] = value.isoformat() if isinstance(value, date) else value
    session = desk.board.sessions.get(details.get("session", 0))
    if session is not None:
        details |= {"group": session.group_key, "was": session.starts_at.isoformat()}
        details["was_room"], details["was_mode"] = session.room_id, session.mode
    if isinstance(act, AddSession):
        details["session"] = next((row_id for ref, row_id in ids.items() if ref < 0), None)
    return details


_NAMES: Final = {
    "session_id": "session",
    "group_key": "group",
    "into_key": "into",
    "person_id": "person",
    "other_key": "into",
}
