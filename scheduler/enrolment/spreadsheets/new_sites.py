"""Sites that a list names and the programme does not have yet, made where somebody has said so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from scheduler.enrolment.spreadsheets.questions import LEAVE_OUT, NEW, Answers
from scheduler.enrolment.spreadsheets.table import Table
from scheduler.errors import Fault
from scheduler.languages import say
from scheduler.programmes.model import Programme, Site
from scheduler.programmes.start import LONGEST_NAME, free_key
from scheduler.rotas.reading.cells import folded

COLUMN = "site"


def with_new_sites(
    programme: Programme, table: Table, places: Mapping[str, int], answers: Answers
) -> tuple[Programme, Answers]:
    """The programme with the sites that rows of this table need and that were said to be new, and the answers with
    their keys. What was said of a site that is there no more counts as not said."""
    said = answers.values.get(COLUMN, {})
    found = _NewSites(programme)
    meanings = {word: found.key_of(said[word]) for word in _words(table, places) if word in said}
    known = {site.key for site in found.sites} | {LEAVE_OUT}
    kept = {word: meaning for word, meaning in meanings.items() if meaning in known}
    return replace(programme, sites=found.sites), replace(answers, values={**answers.values, COLUMN: kept})


def _words(table: Table, places: Mapping[str, int]) -> Iterator[str]:
    """Every word for a site, folded, in the order of the rows; none for rows that say nothing."""
    texts = (row.cells[places[COLUMN]] if COLUMN in places else "" for row in table.rows)
    yield from dict.fromkeys((*(folded(text) or text for text in texts), ""))


class _NewSites:
    """The sites of a programme, growing by those that are named."""

    def __init__(self, programme: Programme) -> None:
        self.sites, self._zone = programme.sites, programme.zone

    def key_of(self, meaning: str) -> str:
        """The key that is meant, of a new site where it has to be."""
        if not meaning.startswith(NEW):
            return meaning
        name = " ".join(meaning.removeprefix(NEW).split())
        known = next((site.key for site in self.sites if folded(site.name) == folded(name)), None)
        if known is None:
            known = free_key(name, {site.key for site in self.sites})
            self.sites = (*self.sites, Site(known, name, self._zone))
        return known


def faults_of_new(sites: Sequence[Site]) -> Iterator[Fault]:
    """What is wrong with names of new sites."""
    for site in sites:
        if len(site.name) > LONGEST_NAME:
            name = f"{site.name[:30]}…"
            yield Fault(name, say("Shorten each name to %(most)s characters.", most=LONGEST_NAME))
