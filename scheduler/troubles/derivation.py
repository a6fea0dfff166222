"""Which troubles follow from the facts. Nothing here asks the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from scheduler.availability.intervals import Interval
from scheduler.bookings.ways import NO_WAYS
from scheduler.plans.membership import Roster
from scheduler.plans.model import MemberRole
from scheduler.programmes.misfits import Misfit, is_too_close, left_behind_misfits
from scheduler.programmes.model import Room, Site
from scheduler.sessions.quorum import Standing, standing
from scheduler.troubles.facts import Facts, Forbidden, Meeting
from scheduler.troubles.model import Aspect, Found, TroubleKind
from solvers.vocabulary import CANNOT, COMING, IN_PERSON

_ROUNDING = 1e-9


def troubles_of(facts: Facts) -> Iterator[Found]:
    """Everything that is wrong with sessions ahead and with the groups, but for people's shares of sessions."""
    rooms = {room.id: (room, site) for site in facts.programme.sites for room in site.rooms}
    apart = _Apart(facts.forbidden)
    for key, roster in facts.groups.items():
        meetings = facts.meetings.get(key, ())
        ahead = [meeting for meeting in meetings if meeting.starts_at > facts.now and not meeting.cancelled]
        for meeting in ahead:
            stands = standing_of(facts, meeting)
            yield from _too_few(meeting, stands)
            yield from _room(facts, meeting, rooms)
            yield from _misplaced(facts, meeting)
            yield from _twice(facts, meeting)
            yield from _alone(facts, meeting)
            stand_ins = meeting.invited.keys() - roster.keys()
            yield from _unsafe(apart, key, meeting.id, stand_ins, meeting.invited, _day(facts, meeting))
        yield from _clashes(facts, apart, key, roster, ahead)
        yield from _standing(facts, apart, key, roster, ahead)
        yield from _too_close(facts, meetings)
        yield from _could_be_held(facts, roster, meetings)


def standing_of(facts: Facts, meeting: Meeting) -> Standing:
    """Who is counted on at a session."""
    people = ((who, role, comes(meeting, who)) for who, (role, _) in meeting.invited.items())
    return standing(facts.needed[meeting.group_key].without(meeting.residents_away), people)


def comes(meeting: Meeting, person_id: int) -> bool:
    """Whether somebody is counted on at a session."""
    _, mark = meeting.invited.get(person_id, (MemberRole.RESIDENT, ""))
    return mark in COMING and person_id not in meeting.sorry if mark else False


def below_share(facts: Facts) -> Mapping[tuple[str, int], tuple[int, ...]]:
    """Residents who can come to less than the smallest share of their group's sessions: group and person → the
    sessions ahead that they miss. What is not held is missed by everybody, and is a trouble of its own; who takes part
    in writing does not miss a session."""
    least = facts.programme.min_attendance
    found: dict[tuple[str, int], tuple[int, ...]] = {}
    for key, roster in facts.groups.items():
        held = [meeting for meeting in facts.meetings.get(key, ()) if _takes_place(facts, meeting)]
        for who, role in roster.items():
            invited = [meeting for meeting in held if who in meeting.invited and who not in meeting.away]
            missed = [meeting for meeting in invited if not comes(meeting, who) and who not in meeting.in_writing]
            lost = tuple(meeting.id for meeting in missed if meeting.starts_at > facts.now)
            if role == MemberRole.RESIDENT and lost and len(invited) - len(missed) < least * len(invited) - _ROUNDING:
                found[key, who] = lost
    return found


def _takes_place(facts: Facts, meeting: Meeting) -> bool:
    return not meeting.cancelled and (meeting.starts_at <= facts.now or standing_of(facts, meeting).holds)


def share_troubles(
    facts: Facts, below: Mapping[tuple[str, int], tuple[int, ...]], planned: Mapping[tuple[str, int], Sequence[str]]
) -> Iterator[Found]:
    """Those who fall below because of a change: the published plan had them come to enough."""
    least = facts.programme.min_attendance
    for (key, who), missed in below.items():
        marks = planned.get((key, who), ())
        if marks and sum(mark in COMING for mark in marks) >= least * len(marks) - _ROUNDING:
            parts = frozenset(map(str, missed))
            yield Found(TroubleKind.SHARE, key, None, Aspect.NONE, parts, (who,), about=str(who))


def _too_few(meeting: Meeting, stands: Standing) -> Iterator[Found]:
    of_it = (meeting.group_key, meeting.id, Aspect.NONE)
    if not stands.enough_facilitators:
        yield Found(TroubleKind.FACILITATOR, *of_it, *_missing(stands.absent_facilitators))
    if not stands.enough_residents:
        yield Found(TroubleKind.QUORUM, *of_it, *_missing(stands.absent_residents))


def _missing(people: Collection[int]) -> tuple[frozenset[str], tuple[int, ...]]:
    """Who cannot come, as parts and as people; one part in any case, since nobody may be left to come."""
    return frozenset(map(str, people)) | {"few"}, tuple(sorted(people))


def _room(facts: Facts, meeting: Meeting, rooms: Mapping[int, tuple[Room, Site]]) -> Iterator[Found]:
    if meeting.mode != IN_PERSON:
        return
    of_it = (TroubleKind.ROOM, meeting.group_key, meeting.id)
    if meeting.room_id is None or meeting.room_id not in rooms:
        yield Found(*of_it, Aspect.MISSING, frozenset({"room"}))
        return
    room, site = rooms[meeting.room_id]
    minutes = round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
    part = frozenset({str(room.id)})
    if not room.is_open(meeting.starts_at.astimezone(ZoneInfo(site.zone)), minutes):
        yield Found(*of_it, Aspect.CLOSED, part)
    if room.capacity < len(meeting.invited):
        yield Found(*of_it, Aspect.SMALL, part)
    others = [other for other in facts.rooms_booked.get(room.id, ()) if other.goes_before(meeting.booking, NO_WAYS)]
    if others:
        yield Found(*of_it, Aspect.TAKEN, frozenset(str(other.session_id) for other in others))


def _misplaced(facts: Facts, meeting: Meeting) -> Iterator[Found]:
    """A session that stays where its programme holds none any more. One that was put there on purpose is none."""
    found = left_behind_misfits(facts.programme, meeting)
    if found:
        aspect = Aspect.CLOSED if found[0] is Misfit.CLOSED else Aspect.OUTSIDE
        part = frozenset({meeting.starts_at.isoformat()})
        yield Found(TroubleKind.TIME, meeting.group_key, meeting.id, aspect, part)


def _too_close(facts: Facts, meetings: Sequence[Meeting]) -> Iterator[Found]:
    """Sessions that a change of the smallest gap left too soon after the one before; not one put there on purpose."""
    usual = [meeting for meeting in meetings if not meeting.cancelled and not meeting.extra]
    for before, after in pairwise(usual):
        left = after.left_behind_at == after.starts_at > facts.now
        if left and is_too_close(facts.programme, before.starts_at, after.starts_at):
            parts = frozenset({before.starts_at.isoformat(), after.starts_at.isoformat()})
            yield Found(TroubleKind.CLOSE, after.group_key, after.id, Aspect.NONE, parts)


def _twice(facts: Facts, meeting: Meeting) -> Iterator[Found]:
    """Whoever is invited elsewhere at the same time, to what has stood for longer, and could come otherwise."""
    index = facts.slots.get((meeting.starts_at, meeting.round))
    for who in meeting.invited.keys() - meeting.sorry:
        if index is not None and who in facts.marks and facts.marks[who][index] == CANNOT:
            continue
        own = meeting.booking_of(who)
        others = [other for other in facts.booked.get(who, ()) if other.goes_before(own, facts.ways)]
        if others:
            parts = frozenset(str(other.session_id) for other in others)
            yield Found(TroubleKind.DOUBLE, meeting.group_key, meeting.id, Aspect.NONE, parts, (who,), about=str(who))


class _Apart:
    """Who may not share a group with whom."""

    def __init__(self, forbidden: Sequence[Forbidden]) -> None:
        self._of: dict[int, list[Forbidden]] = defaultdict(list)
        for each in forbidden:
            for person_id in each.pair:
                self._of[person_id].append(each)

    def between(self, some: Collection[int], others: Collection[int]) -> frozenset[Forbidden]:
        """What forbids one of these to sit with one of those, on whatever day."""
        return frozenset(
            each for person_id in some for each in self._of.get(person_id, ()) if _other(each.pair, person_id) in others
        )


def _other(pair: tuple[int, int], person_id: int) -> int:
    return pair[1] if pair[0] == person_id else pair[0]


def _unsafe(
    apart: _Apart, key: str, session_id: int | None, some: Collection[int], others: Collection[int], day: date
) -> Iterator[Found]:
    """A trouble for what a relation forbids of which the coordinator may know, between who stands in at a session and
    who is invited. What people keep to themselves is none: it would tell of them, and the next plan parts whom it has
    to."""
    found = apart.between(some, others) if some else frozenset()
    listed = {each.pair for each in found if each.holds_on(day)}
    if listed:
        parts = frozenset(f"{one}-{other}" for one, other in listed)
        people = tuple(sorted({person_id for pair in listed for person_id in pair}))
        yield Found(TroubleKind.SAFETY, key, session_id, Aspect.LISTED, parts, people)


def _clashes(facts: Facts, apart: _Apart, key: str, roster: Roster, ahead: Sequence[Meeting]) -> Iterator[Found]:
    """Each two of a group whom a relation keeps from one of its sessions ahead, with these sessions: now, or from a day
    that is still to come. What begins after the last session, or is over before the next, is no clash."""
    by_pair: dict[tuple[int, int], list[Forbidden]] = defaultdict(list)
    for each in apart.between(roster, roster):
        by_pair[each.pair].append(each)
    today = facts.now.astimezone(ZoneInfo(facts.programme.zone)).date()
    for (one, other), relations in sorted(by_pair.items()):
        meant = [each for each in relations if any(each.holds_on(_day(facts, meeting)) for meeting in ahead)]
        if not meant:
            continue
        sessions = {str(m.id) for m in ahead if any(each.holds_on(_day(facts, m)) for each in meant)}
        first = min(each.first_day or date.min for each in meant)
        yield Found(
            TroubleKind.SAFETY, key, None, Aspect.LISTED, frozenset({f"{one}-{other}", *sessions}), (one, other),
            about=f"{one}-{other}", from_day=first if first > today else None,
        )  # fmt: skip


def _standing(facts: Facts, apart: _Apart, key: str, roster: Roster, ahead: Sequence[Meeting]) -> Iterator[Found]:
    """A standing deputy who could not lead the group at some of its sessions ahead, or doesn't facilitate any more. A
    reason on record lets two share a group, with its mitigations; it makes nobody a deputy for one of them."""
    deputy = facts.standing.get(key)
    if deputy is None or not ahead:
        return
    who, of_it = deputy.person_id, (TroubleKind.STANDING, key, None)
    if not deputy.can_serve:
        yield Found(*of_it, Aspect.MISSING, frozenset({str(who)}), (who,), about=str(who))
        return
    meant = [r for r in apart.between((who,), roster) if any(r.holds_on(_day(facts, meeting)) for meeting in ahead)]
    if meant:
        parts = frozenset(f"{one}-{other}" for one, other in (each.pair for each in meant))
        people = tuple(sorted({person_id for each in meant for person_id in each.pair}))
        yield Found(*of_it, Aspect.LISTED, parts, people, about=str(who))


def _day(facts: Facts, meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(ZoneInfo(facts.programme.zone)).date()


def _alone(facts: Facts, meeting: Meeting) -> Iterator[Found]:
    """Each two at a session who meet only accompanied, and are not. Of whom nothing is known, may be there; company is
    who is counted on. Where nobody in their group is company for them, that is the trouble."""
    there = [who for who, (_, mark) in meeting.invited.items() if mark != CANNOT and who not in meeting.sorry]
    leading = [w for w in there if meeting.invited[w][0] == MemberRole.FACILITATOR and comes(meeting, w)]
    missing = tuple(facts.company.missing_at(meeting.starts_at, there, leading))
    known = {each.pair for each in facts.forbidden} if missing else frozenset()
    for pair in missing:
        one, other = sorted(pair.pair)
        if (one, other) not in known:
            name = f"{one}-{other}"
            of_it = (TroubleKind.COMPANY, meeting.group_key, meeting.id, Aspect.NONE, frozenset({name}))
            yield Found(*of_it, (pair.person_id, pair.about_id), about=name)


def _could_be_held(facts: Facts, roster: Roster, meetings: Sequence[Meeting]) -> Iterator[Found]:
    """Sessions that were cancelled because too few could come, and to which enough could come now."""
    meets = {meeting.round for meeting in meetings if not meeting.cancelled}
    lost = [m for m in meetings if m.cancelled and not m.extra and m.starts_at > facts.now and m.round not in meets]
    for meeting in lost:
        index = facts.slots.get((meeting.starts_at, meeting.round))
        if index is not None and not standing_of(facts, meeting).holds and _would_hold(facts, roster, meeting, index):
            yield Found(
                TroubleKind.DROPPED,
                meeting.group_key,
                meeting.id,
                Aspect.NONE,
                frozenset({meeting.starts_at.isoformat()}),
            )


def _would_hold(facts: Facts, roster: Roster, meeting: Meeting, index: int) -> bool:
    when = meeting.booking.span
    people = (
        (who, role, facts.marks.get(who, "?" * (index + 1))[index] in COMING and not _is_booked(facts, who, when))
        for who, role in roster.items()
    )
    return standing(facts.needed[meeting.group_key].without(meeting.residents_away), people).holds


def _is_booked(facts: Facts, person_id: int, when: Interval) -> bool:
    return any(other.span.start < when.end and when.start < other.span.end for other in facts.booked.get(person_id, ()))
