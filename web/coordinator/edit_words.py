"""Changes of a draft by hand in sentences: what one is called before it is made, and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from scheduler.edits.model import (
    CarryOver,
    DissolveGroup,
    Draft,
    Edit,
    Exchange,
    MakeGroup,
    MergeGroups,
    MovePerson,
    Pin,
    PinChanges,
    PinKind,
    Preview,
    SetDate,
    SetFacilitators,
    SetPin,
    SetRoom,
    SetWay,
    SplitGroup,
    WithPin,
)
from scheduler.edits.unpinned import Unpinned
from scheduler.programmes.model import Programme
from web.language import clock_time, lazy_gettext, mode_name, ngettext, number, short_day
from web.language import gettext as _


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids and keys of a change are called. Of what is no longer there only the groups have a name that the
    last change took away."""

    people: Mapping[int, str]
    groups: Mapping[str, str]
    rooms: Mapping[int, str] = field(default_factory=dict)
    sites: Mapping[int, str] = field(default_factory=dict)
    zone: str = "UTC"

    @classmethod
    def of(cls, draft: Draft, programme: Programme) -> Names:
        """Those of a draft as it is now."""
        members = [member for group in draft.groups for member in (*group.residents, *group.facilitators)]
        return cls(
            {member.person_id: member.name for member in (*members, *draft.without)},
            {**draft.gone, **{group.key: group.name for group in draft.groups}},
            {room.id: room.name for site in programme.sites for room in site.rooms},
            {site.id: site.name for site in programme.sites},
            programme.zone,
        )

    def after(self, preview: Preview | None) -> Names:
        """The same as a change would have it: a group that it makes is “the new group”, and those that are carried over
        have the names that members know."""
        if preview is None:
            return self
        changed = {group.key: group.name for group in preview.groups if group.size_after is not None}
        return replace(
            self, groups={**self.groups, **changed, **dict.fromkeys(self._made(preview), _("the new group"))}
        )

    def _made(self, preview: Preview) -> set[str]:
        """The groups that a change would make. A refused one shows none, but says which rule one of them breaks."""
        if isinstance(preview.edit, CarryOver):
            return set()
        broken = {each.group for each in preview.broken if each.group and each.group not in self.groups}
        return broken | {group.key for group in preview.groups if group.size_before is None}

    def person(self, person_id: int | None) -> str:
        """Somebody's name."""
        return self.people.get(person_id or 0) or _("someone who is no longer here")

    def group(self, key: str | None) -> str:
        """A group's name."""
        return self.groups.get(key or "") or _("a group that is no longer here")

    def all_of(self, people: tuple[int, ...]) -> str:
        """``R101, R119``."""
        return ", ".join(map(self.person, people))


def title_of(edit: Edit, names: Names) -> str:
    """What heads a preview: ``R101 from Group 7 to Group 11``."""
    if isinstance(edit, MovePerson | Exchange | WithPin):
        return _title_of_move(edit.edit if isinstance(edit, WithPin) else edit, names)
    if isinstance(edit, CarryOver | MakeGroup):
        return _("Carry the published changes over") if isinstance(edit, CarryOver) else _("A new group")
    if isinstance(edit, SplitGroup):
        return _("Split %(group)s", group=names.group(edit.group))
    if isinstance(edit, MergeGroups):
        return _("Merge %(group)s into %(into)s", group=names.group(edit.group), into=names.group(edit.into))
    if isinstance(edit, DissolveGroup):
        return _("Dissolve %(group)s", group=names.group(edit.group))
    if isinstance(edit, SetDate | SetRoom):
        return _title_of_session(edit, names)
    if isinstance(edit, SetPin | PinChanges):
        return _title_of_pins(edit, names)
    if isinstance(edit, SetFacilitators):
        return _("The facilitators of %(group)s", group=names.group(edit.group))
    return _("How %(group)s meets", group=names.group(edit.group))


def _title_of_pins(edit: SetPin | PinChanges, names: Names) -> str:
    if isinstance(edit, PinChanges):
        return _("Pin what was changed by hand")
    words = _("Pin %(what)s") if edit.is_set else _("Unpin %(what)s")
    return words % {"what": pin_words(edit.pin, names)}


def _title_of_move(edit: MovePerson | Exchange, names: Names) -> str:
    person = names.person(edit.person_id)
    if isinstance(edit, Exchange):
        return _("%(one)s and %(other)s exchange groups", one=person, other=names.person(edit.other_id))
    if edit.to is None:
        if edit.out_of:
            return _("%(person)s out of %(group)s", person=person, group=names.group(edit.out_of))
        return _("%(person)s without a group", person=person)
    if edit.out_of:
        before, now = names.group(edit.out_of), names.group(edit.to)
        return _("%(person)s from %(before)s to %(now)s", person=person, before=before, now=now)
    return _("%(person)s into %(group)s", person=person, group=names.group(edit.to))


def _title_of_session(edit: SetDate | SetRoom, names: Names) -> str:
    group, round_ = names.group(edit.group), number(edit.round + 1)
    if isinstance(edit, SetRoom):
        room = names.rooms.get(edit.room_id, "")
        return _("%(group)s, round %(round)s, in %(room)s", group=group, round=round_, room=room)
    if edit.starts_at is None:
        return _("%(group)s without a session in round %(round)s", group=group, round=round_)
    return _("%(group)s, round %(round)s, on %(when)s", group=group, round=round_, when=_when(edit, names))


def button_of(edit: Edit, names: Names) -> str:
    """What the button says that makes the change."""
    if isinstance(edit, MovePerson):
        words = _("Take %(person)s out") if edit.to is None else _("Move %(person)s")
        return words % {"person": names.person(edit.person_id)}
    if isinstance(edit, SetDate):
        return _("Drop this session") if edit.starts_at is None else _("Move this session")
    if isinstance(edit, SetPin):
        return _("Pin it") if edit.is_set else _("Take the pin away")
    return str(_BUTTONS[type(edit)])


_BUTTONS: Final[Mapping[type, str]] = {
    Exchange: lazy_gettext("Exchange them"),
    MakeGroup: lazy_gettext("Make this group"),
    SplitGroup: lazy_gettext("Split the group"),
    MergeGroups: lazy_gettext("Merge the groups"),
    DissolveGroup: lazy_gettext("Dissolve the group"),
    SetFacilitators: lazy_gettext("Change the facilitators"),
    SetRoom: lazy_gettext("Change the room"),
    SetWay: lazy_gettext("Change the way to meet"),
    CarryOver: lazy_gettext("Carry the changes over"),
    PinChanges: lazy_gettext("Pin them"),
}


def done_sentence(edit: Edit, names: Names) -> str:
    """What was done: ``R101 moved from Group 7 to Group 11.``"""
    if isinstance(edit, WithPin):
        done = done_sentence(edit.edit, names), _done_pins(SetPin(edit.pin), names)
        return " ".join(done)
    if isinstance(edit, MovePerson):
        return _done_move(edit, names)
    if isinstance(edit, Exchange):
        one, other = names.person(edit.person_id), names.person(edit.other_id)
        return _("%(one)s and %(other)s have exchanged groups.", one=one, other=other)
    if isinstance(edit, MakeGroup | SplitGroup | MergeGroups | DissolveGroup):
        return _done_group(edit, names)
    if isinstance(edit, CarryOver):
        return _("This draft takes into account what is published now.")
    if isinstance(edit, SetFacilitators):
        return _done_facilitators(edit, names)
    if isinstance(edit, SetWay):
        return _done_way(edit, names)
    if isinstance(edit, SetPin | PinChanges):
        return _done_pins(edit, names)
    return _done_session(edit, names)


def _done_move(edit: MovePerson, names: Names) -> str:
    person = names.person(edit.person_id)
    if edit.to is None and edit.out_of:
        return _("%(person)s taken out of %(group)s.", person=person, group=names.group(edit.out_of))
    if edit.to is None:
        return _("%(person)s taken out of their group.", person=person)
    now = names.group(edit.to)
    if edit.out_of:
        return _(
            "%(person)s moved from %(before)s to %(now)s.", person=person, before=names.group(edit.out_of), now=now
        )
    return _("%(person)s moved to %(group)s.", person=person, group=now)


def _done_group(edit: MakeGroup | SplitGroup | MergeGroups | DissolveGroup, names: Names) -> str:
    if isinstance(edit, MakeGroup):
        num = len(edit.resident_ids)
        return ngettext("A new group of %(num)s resident made.", "A new group of %(num)s residents made.", num)
    group = names.group(edit.group)
    if isinstance(edit, SplitGroup):
        return ngettext(
            "%(group)s split: %(num)s resident is in a new group.",
            "%(group)s split: %(num)s residents are in a new group.",
            len(edit.resident_ids),
            group=group,
        )
    if isinstance(edit, MergeGroups):
        return _("%(group)s merged into %(into)s.", group=group, into=names.group(edit.into))
    return _("%(group)s dissolved.", group=group)


def _done_facilitators(edit: SetFacilitators, names: Names) -> str:
    group = names.group(edit.group)
    if not edit.facilitator_ids:
        return _("%(group)s has no facilitator.", group=group)
    return _("%(group)s is facilitated by %(names)s.", group=group, names=names.all_of(edit.facilitator_ids))


def _done_way(edit: SetWay, names: Names) -> str:
    group, way = names.group(edit.group), mode_name(edit.mode)
    if site := names.sites.get(edit.site_id or 0):
        return _("%(group)s now meets %(way)s at %(site)s.", group=group, way=way, site=site)
    return _("%(group)s now meets %(way)s.", group=group, way=way)


def _done_session(edit: SetDate | SetRoom, names: Names) -> str:
    group, round_ = names.group(edit.group), number(edit.round + 1)
    if isinstance(edit, SetRoom):
        room = names.rooms.get(edit.room_id) or _("another room")
        return _("%(group)s’s session in round %(round)s is now in %(room)s.", group=group, round=round_, room=room)
    if edit.starts_at is None:
        return _("%(group)s has no session in round %(round)s.", group=group, round=round_)
    when = _when(edit, names)
    return _("%(group)s’s session in round %(round)s is now on %(when)s.", group=group, round=round_, when=when)


def _when(edit: SetDate, names: Names) -> str:
    at = edit.starts_at
    assert at is not None, "only what has a date is told with one"
    return moment_words(at, names.zone)


def moment_words(at: datetime, zone: str) -> str:
    """``Tue 9 Mar, 12:30``."""
    return _("%(day)s, %(time)s", day=short_day(at, zone), time=clock_time(at, zone))


def _done_pins(edit: SetPin | PinChanges, names: Names) -> str:
    if isinstance(edit, PinChanges):
        num = len(edit.pins)
        return ngettext("Pinned: %(num)s change made by hand.", "Pinned: %(num)s changes made by hand.", num)
    what = pin_words(edit.pin, names)
    words = _("Pinned: %(what)s", what=what) if edit.is_set else _("No longer pinned: %(what)s", what=what)
    return f"{words}."


def staying_lines(stays: Mapping[str, frozenset[int]], draft: Draft, names: Names) -> list[str]:
    """What the planner leaves as it is: of each group that something is pinned in all of its people, and which dates;
    then the pairs that are pinned apart."""
    lines = [_staying(names.group(key), rounds, key, draft) for key, rounds in stays.items()]
    return lines + [pin_words(pin, names) for pin in draft.pins if pin.kind is PinKind.APART]


def _staying(group: str, rounds: frozenset[int], key: str, draft: Draft) -> str:
    dated = {session.round for found in draft.groups if found.key == key for session in found.sessions}
    if rounds and rounds >= dated:
        return _("%(group)s: all its people, and all its dates", group=group)
    if rounds:
        which = ", ".join(number(each + 1) for each in sorted(rounds))
        return ngettext(
            "%(group)s: all its people, and its date in round %(rounds)s. Its other dates may change.",
            "%(group)s: all its people, and its dates in rounds %(rounds)s. Its other dates may change.",
            len(rounds),
            group=group,
            rounds=which,
        )
    return _("%(group)s: all its people. Its dates may change.", group=group)


def unpinned_lines(unpinned: Unpinned, names: Names) -> list[str]:
    """What was changed by hand and may be changed by the planner all the same."""
    dropped = (
        _("%(group)s may meet in round %(round)s again", group=names.group(key), round=number(round_ + 1))
        for key, round_ in unpinned.dropped
    )
    out = (_("%(name)s may be given a group again", name=names.person(who)) for who in unpinned.taken_out)
    return [*(pin_words(pin, names) for pin in unpinned.pins), *dropped, *out]


def pin_words(pin: Pin, names: Names) -> str:
    """What a pin keeps: ``R101 in Group 7``."""
    values = {
        "group": names.group(pin.group),
        "one": names.person(pin.person_id),
        "other": names.person(pin.other_id),
        "round": number((pin.round or 0) + 1),
    }
    return str(_PINS[pin.kind]) % values


_PINS: Final[Mapping[PinKind, str]] = {
    PinKind.GROUP: lazy_gettext("%(group)s, with its people and dates"),
    PinKind.PERSON: lazy_gettext("%(one)s in %(group)s"),
    PinKind.FACILITATOR: lazy_gettext("%(one)s as facilitator of %(group)s"),
    PinKind.DATE: lazy_gettext("the date of %(group)s in round %(round)s"),
    PinKind.TOGETHER: lazy_gettext("%(one)s and %(other)s together"),
    PinKind.APART: lazy_gettext("%(one)s and %(other)s apart"),
}
