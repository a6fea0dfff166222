"""What has changed of the published plan since a draft was made, carried over into the draft: people, facilitators,
dates, rooms and ways to meet. What a coordinator set by hand in the draft stays, and what that leaves out is named.
So is a change against which a rule stands that no draft may break: the others are carried over without it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from scheduler.edits.application import Change, Work
from scheduler.edits.findings import LeftOut, LeftOutKind
from scheduler.edits.judgement import judge
from scheduler.edits.meanwhile import Base, BaseGroup
from scheduler.edits.opened import OpenDraft
from scheduler.planning.group_names import renumbered
from scheduler.planning.keys import person_key
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import Seat, Sitting, StoredGroup, in_order
from scheduler.reasons.broken import Broken
from solvers.lookup import Lookup

Published = Mapping[str, StoredGroup]


class Piece(NamedTuple):
    """One change of what is published that can be carried over by itself."""

    kind: LeftOutKind
    key: str = ""
    person_id: int | None = None
    round: int | None = None


def carried_over(draft: OpenDraft, base: Base, published: Published, given: Collection[int] = ()) -> Change:
    """The draft with what lies between ``base`` and what is ``published``, as far as rules that no draft may break
    allow it. What they leave out is named with the rule, or without where it is nobody's business. ``given`` are the
    numbers of groups that the draft had once."""
    whole, pieces = _carried(draft, base, published, given)
    if not judge(draft, whole).refused:
        return whole
    nothing, _ = _carried(draft, base, published, given, ())
    if judge(draft, nothing).refused:
        return whole  # what goes over whatever is chosen, such as leaving the programme, is refused by itself
    sorting = _Sorting(draft, base, published, given)
    sorting.sort(pieces)
    carried, _ = _carried(draft, base, published, given, sorting.kept)
    refused = tuple(_left_out(draft, published, piece, rule) for piece, rule in sorting.refused.items())
    return replace(carried, left_out=(*carried.left_out, *refused))


def _carried(
    draft: OpenDraft,
    base: Base,
    published: Published,
    given: Collection[int],
    only: Collection[Piece] | None = None,
) -> tuple[Change, Sequence[Piece]]:
    """What has changed carried over, or of that ``only`` some pieces; and the pieces that there are."""
    work = Work(draft, given)
    carrying = _Carrying(work, base, published, only)
    carrying.numbers()
    carrying.groups()
    carrying.people()
    carrying.facilitators()
    work.finish()
    carrying.ways_and_dates()
    carrying.missing()
    for key in [key for key, group in work.changed.items() if group is None and key not in draft.groups]:
        del work.changed[key]
    return work.change(tuple(dict.fromkeys(carrying.left_out))), carrying.pieces


@dataclass(frozen=True)
class _Sorting:
    """Which pieces can be carried over together, and which rule stands against each of the others."""

    draft: OpenDraft
    base: Base
    published: Published
    given: Collection[int]
    kept: list[Piece] = field(default_factory=list)
    refused: dict[Piece, Broken] = field(default_factory=dict)

    def sort(self, pieces: Sequence[Piece]) -> None:
        """Take as many as go together. One that is refused is asked about again once others are in: whoever stood
        against it may have gone."""
        self._add(pieces)
        while self.refused:
            before, again = len(self.kept), tuple(self.refused)
            self.refused.clear()
            self._add(again)
            if len(self.kept) == before:
                return

    def _add(self, pieces: Sequence[Piece]) -> None:
        """Take all of them if they go; else half of them at a time, down to each that does not."""
        change, _ = _carried(self.draft, self.base, self.published, self.given, {*self.kept, *pieces})
        against = judge(self.draft, change).refused_for
        if not against:
            self.kept.extend(pieces)
        elif len(pieces) == 1:
            self.refused[pieces[0]] = against[0]
        else:
            half = len(pieces) // 2
            self._add(pieces[:half])
            self._add(pieces[half:])


def _left_out(draft: OpenDraft, published: Published, piece: Piece, against: Broken) -> LeftOut:
    known = published.get(piece.key) or draft.groups.get(piece.key)
    person = draft.facts.people.get(piece.person_id or 0)
    return LeftOut(piece.kind, known.name if known else "", piece.round, person.name if person else "", against)


@dataclass(frozen=True)
class _Carrying:
    work: Work
    base: Base
    published: Published
    only: Collection[Piece] | None = None
    left_out: list[LeftOut] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    def takes(self, piece: Piece) -> bool:
        """Whether a change that could be carried over is to be."""
        self.pieces.append(piece)
        return self.only is None or piece in self.only

    def group(self, key: str) -> StoredGroup | None:
        """A group of the draft as it is by now."""
        return self.work.changed.get(key, self.work.draft.groups.get(key))

    def numbers(self) -> None:
        """Groups that the draft alone has make room for those that members know by the same number by now: nobody could
        tell the two apart."""
        for key, group in self.work.draft.groups.items():
            if group.number is not None and key not in self.work.facts.numbers.get(group.number, (key,)):
                number = self.work.free_number()
                self.work.put(replace(group, name=renumbered(group.name, group.number, number), number=number))

    def groups(self) -> None:
        """Groups that are new among what is published are new in the draft too, with nobody in them yet but those who
        are in them beside another."""
        for key, now in self.published.items():
            is_new = key not in self.base and self.group(key) is None
            if is_new and self.takes(Piece(LeftOutKind.GROUP, key)):
                sessions = tuple(replace(session, by_hand=False) for session in now.sessions)
                stay = tuple(seat for seat in now.members if seat.role == MemberRole.FACILITATOR or seat.beside)
                self.work.put(replace(now, id=None, members=stay, sessions=sessions))

    # --- people

    def people(self) -> None:
        """Residents who are in another published group by now, in none, or gone."""
        before = {who: key for key, group in self.base.items() for who in group.residents}
        now = {who: key for key, group in self.published.items() for who in group.own_residents}
        for who in sorted(before.keys() | now.keys()):
            if before.get(who) != now.get(who):
                self._person(who, now.get(who), before.get(who))
        here = self.work.facts.lookup
        for _key, group in list(self._draft_groups()):
            gone = {s.person_id for s in group.members if not _takes_part(here, s)}
            if gone:
                self.work.put(replace(group, members=tuple(s for s in group.members if s.person_id not in gone)))

    def _draft_groups(self) -> Iterator[tuple[str, StoredGroup]]:
        for key, group in {**self.work.draft.groups, **self.work.changed}.items():
            if group is not None:
                yield key, group

    def _person(self, who: int, to: str | None, before: str | None) -> None:
        if person_key(who) not in self.work.facts.lookup.residents:
            return  # whoever has left the programme leaves the draft's groups too
        home = next((key for key, group in self._draft_groups() if who in group.own_residents), None)
        if home == to:
            return
        seat = self.work.changed_or_kept(home).seat_of(who) if home is not None else None
        target = self.group(to) if to is not None else None
        if (seat is not None and seat.by_hand) or (to is not None and target is None):
            name = self.published[to].name if to is not None else ""
            self.left_out.append(LeftOut(LeftOutKind.PERSON, name, person=self.work.name(who)))
            return
        if to is None and home != before:
            return  # the planner has found them another group
        if not self.takes(Piece(LeftOutKind.PERSON, to or "", who)):
            return
        if home is not None:
            group = self.work.changed_or_kept(home)
            self.work.put(replace(group, members=tuple(s for s in group.members if s.person_id != who)))
        if target is not None and target.seat_of(who) is None:
            self.work.put(replace(target, members=in_order((*target.members, Seat(who, MemberRole.RESIDENT)))))

    # --- who facilitates, how and when

    def facilitators(self) -> None:
        """Facilitators who have come to or gone from a published group."""
        for key, was, now in self._lasting():
            group, leads = self.work.changed_or_kept(key), frozenset(now.facilitators)
            more = leads - was.facilitators - frozenset(group.facilitators)
            fewer = (was.facilitators - leads) & frozenset(group.facilitators)
            if not more and not fewer:
                continue
            if any(seat.by_hand for seat in group.members if seat.role == MemberRole.FACILITATOR):
                self.left_out.append(LeftOut(LeftOutKind.FACILITATORS, group.name))
                continue
            if not self.takes(Piece(LeftOutKind.FACILITATORS, key)):
                continue
            known = [who for who in sorted(more) if person_key(who) in self.work.facts.lookup.faculty]
            new = (Seat(who, MemberRole.FACILITATOR) for who in known)
            stay = (seat for seat in group.members if seat.person_id not in fewer)
            self.work.put(replace(group, members=in_order((*stay, *new))))

    def ways_and_dates(self) -> None:
        """How and where published groups meet by now, and when."""
        for key, was, now in self._lasting():
            group = self.work.changed_or_kept(key)
            if (was.mode, was.site_id) != (now.mode, now.site_id) != (group.mode, group.site_id):
                if any(session.by_hand for session in group.sessions):
                    self.left_out.append(LeftOut(LeftOutKind.WAY, group.name))
                    continue
                if self.takes(Piece(LeftOutKind.WAY, key)):
                    there = replace(group, mode=now.mode, site_id=now.site_id)
                    self.work.put(self.work.dating().brought_up_to_date(there))
            for round_ in range(len(self.work.facts.programme.rounds)):
                self._date(key, was, now, round_)

    def _date(self, key: str, was: BaseGroup, now: StoredGroup, round_: int) -> None:
        group, session = self.work.changed_or_kept(key), now.session_in(round_)
        has_begun = round_ in self.work.facts.begun_of(key)
        if not has_begun and (self.work.facts.is_settled(round_) or was.sessions.get(round_) == _when(session)):
            return
        known = group.session_in(round_)
        if _when(known) == _when(session):
            return
        if known is not None and known.by_hand and not has_begun:
            self.left_out.append(LeftOut(LeftOutKind.DATE, group.name, round_))
            return
        if not self.takes(Piece(LeftOutKind.DATE, key, round=round_)):
            return
        changed = group.with_session(round_, replace(session, by_hand=False) if session is not None else None)
        self.work.put(changed if session is None or has_begun else self.work.dating().redated(changed, round_))

    def missing(self) -> None:
        """Name published groups that meet in another way by now and that the draft has not."""
        for key, was in self.base.items():
            now = self.published.get(key)
            if now is not None and key not in self.work.draft.groups and self._is_another(was, now):
                self.left_out.append(LeftOut(LeftOutKind.MISSING, now.name))

    def _is_another(self, was: BaseGroup, now: StoredGroup) -> bool:
        same = (was.facilitators, was.mode, was.site_id) == (frozenset(now.facilitators), now.mode, now.site_id)
        rounds = (r for r in range(len(self.work.facts.programme.rounds)) if not self.work.facts.is_settled(r))
        return not same or any(was.sessions.get(round_) != _when(now.session_in(round_)) for round_ in rounds)

    def _lasting(self) -> Iterator[tuple[str, BaseGroup, StoredGroup]]:
        """Published groups that there were and are, and that are in the draft."""
        for key, was in self.base.items():
            if key in self.published and self.group(key) is not None:
                yield key, was, self.published[key]


def _when(session: Sitting | None) -> tuple[object, int | None] | None:
    return (session.starts_at, session.room_id) if session is not None else None


def _takes_part(lookup: Lookup, seat: Seat) -> bool:
    key = person_key(seat.person_id)
    return key in lookup.residents if seat.role == MemberRole.RESIDENT else key in lookup.faculty
