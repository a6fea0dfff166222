"""Which columns hold first names and surnames, by their headings: where one of the two is found, the other may be
misspelt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scheduler.rotas.naming.likeness import slip
from scheduler.rotas.reading.headings import is_given_name_heading, is_person_heading

_GIVEN = ("firstname", "forename", "givenname", "vorname", "prenom")
_SURNAMES = ("surname", "lastname", "familyname", "nachname", "familienname")


def name_columns(headings: Mapping[int, str]) -> tuple[int, ...]:
    """The columns that name people by their folded headings: first names and surnames, or one column; or none."""
    given = [column for column, heading in headings.items() if is_given_name_heading(heading)]
    named = [column for column, heading in headings.items() if is_person_heading(heading) and column not in given]
    others = {column: heading for column, heading in headings.items() if column not in (*given, *named)}
    if given and not named:
        named = list(_misspelt(others, _SURNAMES))
    elif named and not given:
        given = list(_misspelt(others, _GIVEN))
    return (*given[:1], *named[:1])


def _misspelt(headings: Mapping[int, str], meant: tuple[str, ...]) -> Iterator[int]:
    """The columns whose headings are one slip away from one of these."""
    for column, heading in headings.items():
        letters = heading.replace(" ", "")
        if letters and any(slip(letters, each) is not None or slip(each, letters) is not None for each in meant):
            yield column
