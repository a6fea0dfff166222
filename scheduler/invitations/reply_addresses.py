"""Where an answer to a mail goes: to the group that it is about, or to the coordinators."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from scheduler.db import Db
from scheduler.groups.letters import group_reply_to, places_of
from scheduler.groups.tables import GroupPlaceRow
from scheduler.mail.addresses import Tags
from scheduler.mail.service import coordinators_of
from scheduler.plans.membership import GroupId, rosters


@dataclass(frozen=True, slots=True)
class ReplyAddresses:
    """The addresses for some people's mails; ``places`` are theirs in the groups to which they belong now."""

    tags: Tags
    places: Mapping[tuple[int, str, int], GroupPlaceRow]
    coordinators: Mapping[int, str]

    def of(self, person_id: int, groups: Collection[GroupId]) -> str:
        """Where somebody's answer to a mail about these groups goes."""
        if not groups:
            return ""
        coordinators = self.coordinators.get(min(groups)[0], "")
        if len(set(groups)) > 1:
            return coordinators
        [(programme_id, key)] = set(groups)
        place = self.places.get((programme_id, key, person_id))
        return group_reply_to(self.tags, place.id, coordinators) if place else coordinators

    def place(self, person_id: int, group: GroupId) -> int | None:
        """The number of somebody's place in a group to which they belong."""
        place = self.places.get((*group, person_id))
        return place.id if place else None


def load_reply_addresses(db: Db, tags: Tags, wanted: Collection[tuple[int, GroupId]]) -> ReplyAddresses:
    """The addresses for mails to these people, each given with a group that they are about."""
    programmes = {programme_id for _, (programme_id, _) in wanted}
    groups = {programme_id: rosters(db, programme_id) for programme_id in programmes}
    belonging = {
        (programme_id, key, person_id)
        for person_id, (programme_id, key) in wanted
        if person_id in groups[programme_id].get(key, {})
    }
    coordinators = {programme_id: coordinators_of(db, programme_id) for programme_id in programmes}
    return ReplyAddresses(tags, places_of(db, belonging), coordinators)
