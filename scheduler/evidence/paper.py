"""Evidence as a document for a visit: what the page shows, with every definition and where each figure comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from scheduler.documents import Document
from scheduler.evidence.definitions import BENCHMARKS, COUNTS, STANDARDS, definition
from scheduler.evidence.figures import IN_HOURS
from scheduler.evidence.model import Figure, Shown
from scheduler.evidence.releases import Release
from scheduler.evidence.wording import (
    ASPECTS,
    area_words,
    asked_words,
    beside_last_term,
    cell_name,
    count_name,
    count_words,
    day_words,
    figure_name,
    lines_words,
    meaning,
    middle_words,
    override_words,
    people_words,
    pulse_source,
    statement_words,
    value_words,
)
from scheduler.languages import say


def evidence_document(programme: str, release: Release, before: Release | None, language: str, now: datetime) -> bytes:
    """The PDF of a release, in the language in which it is asked for."""
    paper = Document(say("Evidence: %(programme)s", programme=programme), language=language, made_at=now)
    paper.soft(source_words(release))
    paper.soft(say("Figures about fewer than five people aren’t in it, nor any from which they could be worked out."))
    for figure in release.figures:
        _figure(paper, release, figure)
    _counts(paper, release)
    _said(paper, release)
    _overrides(paper, release)
    _asked(paper, release)
    if rows := list(beside_last_term(release, before)):
        paper.heading(say("Beside last term"))
        paper.points(beside_words(each.figure, each.now, each.before, each.same_definition) for each in rows)
    _others(paper)
    return paper.as_bytes()


def source_words(release: Release) -> str:
    """From what the release was counted, so that it can be checked."""
    return say(
        "Release %(number)s, worked out on %(day)s from the record of who did what up to line %(place)s (%(digest)s).",
        number=release.number, day=day_words(release.made_at), place=release.record_place,
        digest=release.record_digest[:16] or "–",
    )  # fmt: skip


def beside_words(figure: Figure, now: str, before: str, same: bool) -> str:
    """A figure beside last term's, in a sentence."""
    said = say("%(figure)s: %(now)s, last term %(before)s", figure=figure_name(figure), now=now, before=before)
    otherwise = say("defined otherwise then, so don’t compare them")
    return said if same else f"{said} ({otherwise})"


def _figure(paper: Document, release: Release, figure: Figure) -> None:
    paper.heading(figure_name(figure))
    version = release.versions.get(figure)
    paper.soft(meaning(definition(figure, version)) + " " + say("Definition %(number)s.", number=version))
    for each in release.figures[figure].values():
        share = None if each.value is None or figure in IN_HOURS else each.value / 100
        paper.bar(_name(each), _words(release, figure, each), share)
    if lines := release.lines.get(figure):
        paper.soft(say("Lines of the record: %(lines)s", lines=lines_words(lines)))


def _name(shown: Shown) -> str:
    return cell_name(shown) if shown.aspect == "all" else f"{say(ASPECTS[shown.aspect])}: {cell_name(shown)}"


def _words(release: Release, figure: Figure, shown: Shown) -> str:
    parts = [value_words(figure, shown), middle_words(figure, shown), people_words(shown)]
    if shown.since is not None and shown.since != release.number:
        parts.append(say("as of release %(number)s", number=shown.since))
    return ", ".join(filter(None, parts))


def _counts(paper: Document, release: Release) -> None:
    paper.heading(say("Sessions, safeguards and concerns"))
    paper.points(
        f"{count_name(name)}: {count_words(name, value)}. {meaning(COUNTS[name])}"
        for name, value in release.counts.items()
    )


def _said(paper: Document, release: Release) -> None:
    if release.pulse:
        paper.heading(say("What residents said"))
        paper.soft(pulse_source(release.pulse))
        paper.points(statement_words(each) for each in release.pulse["statements"])
        if release.pulse["changed"]:
            paper.heading(say("What changed because people answered"))
            paper.text(release.pulse["changed"])
    if release.areas:
        paper.heading(say("What people work on"))
        paper.points(area_words(each) for each in release.areas)


def _overrides(paper: Document, release: Release) -> None:
    if release.overrides:
        paper.heading(say("What coordinators have overridden, and why"))
        paper.points(
            f"{override_words(one['what'])}: “{one['reason']}” ({one['signed_by']}, {one['at'][:10]})"
            for one in release.overrides
        )


def _asked(paper: Document, release: Release) -> None:
    if release.asked_for:
        paper.heading(say("Who to look for among facilitators"))
        paper.points(asked_sentence(one) for one in release.asked_for)


def asked_sentence(one: Mapping[str, Any]) -> str:
    """“Gender, woman: at least 5 residents asked; fewer than 5 facilitators.”"""
    offered = (
        say("at least %(count)s facilitators", count=one["facilitators"])
        if one["facilitators"]
        else say("fewer than five facilitators")
    )
    return say(
        "%(category)s, %(value)s: at least %(residents)s residents asked; %(offered)s.",
        category=asked_words(one["category"]), value=one["value"], residents=one["residents"], offered=offered,
    )  # fmt: skip


def _others(paper: Document) -> None:
    paper.heading(say("What others have found"))
    paper.points(f"{say(each.text)} {say(each.source)}." for each in BENCHMARKS)
    paper.heading(say("What accreditors look for"))
    paper.points(f"{each.body}: {say(each.text)} ({_named(each.figures)})" for each in STANDARDS)


def _named(figures: Iterable[str]) -> str:
    return ", ".join(figure_name(Figure(one)) if one in tuple(Figure) else count_name(one) for one in figures)
