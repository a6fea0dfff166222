"""Evidence of a programme, for its directors: the monthly releases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from scheduler.evidence.definitions import definition
from scheduler.evidence.figures import IN_HOURS
from scheduler.evidence.model import ALL, Figure, Shown
from scheduler.evidence.releases import Release, list_releases
from web.api.operations import Answer, operation
from web.api.paging import Asked, Page, after, page
from web.request_context import actor, database


class FigureShown(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of all, or of a part by grade, site, hours or nights; null is not shown. The value is the value or less
    where censored is low, or more where it is high."""

    figure: str
    definition: int
    by: str
    who: str
    people_at_least: int | None
    value: int | None
    unit: str
    median: int | None
    censored: str
    as_of_release: int | None


class EvidenceReleased(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a month, as they stay. record has the place and digest of the audit record's last line then."""

    release: int
    made_at: datetime
    figures: list[FigureShown]
    counts: dict[str, int | None]
    pulse: dict[str, Any] | None
    areas: list[dict[str, Any]]
    overrides: list[dict[str, str]]
    record: dict[str, Any]


@operation("GET", "/programmes/<int:programme_id>/evidence", Page[EvidenceReleased], asks=Asked)
def evidence(programme_id: int, asked: Asked) -> Answer:
    """The monthly releases, the oldest first. Only a token of the programme's director reads them."""
    start = after(asked.cursor)
    with database().reading() as db:
        releases = list_releases(db, actor(), programme_id)
    found = [each for each in releases if each.number > start]
    return page(found, asked.limit, lambda each: each.number, _shown)


def _shown(release: Release) -> EvidenceReleased:
    return EvidenceReleased(
        release=release.number,
        made_at=release.made_at,
        figures=list(_figures(release)),
        counts=dict(release.counts),
        pulse=dict(release.pulse) if release.pulse else None,
        areas=[dict(each) for each in release.areas],
        overrides=[dict(each) for each in release.overrides],
        record={"place": release.record_place, "digest": release.record_digest},
    )


def _figures(release: Release) -> Iterator[FigureShown]:
    for figure, cells in release.figures.items():
        for each in cells.values():
            yield _figure(figure, each, release.versions.get(figure, definition(figure).version))


def _figure(figure: Figure, each: Shown, version: int) -> FigureShown:
    return FigureShown(
        figure=figure.value,
        definition=version,
        by="" if each.aspect == ALL else each.aspect,
        who=each.name,
        people_at_least=each.people,
        value=each.value,
        unit="hours" if figure in IN_HOURS else "percent",
        median=each.middle,
        censored="low" if each.low else "high" if each.high else "",
        as_of_release=each.since,
    )
