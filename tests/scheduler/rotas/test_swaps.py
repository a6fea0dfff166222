"""Swaps as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.rotas.names import Known
from scheduler.rotas.reading.dates_in_text import dates_in
from scheduler.rotas.swaps import ChangedDay, Swaps, parse_swaps

TODAY = date(2026, 10, 20)
IVY, OLE, UMA, MAY, IAN = 1, 2, 3, 4, 5
PEOPLE = (
    Known(IVY, ("Ivy Lind",), "ivy@example.org"),
    Known(OLE, ("Ole Berg",), "ole@example.org"),
    Known(UMA, ("Uma Roth-Hale",), "uma@example.org"),
    Known(MAY, ("Will May",), "will@example.org"),
    Known(IAN, ("Ian Lind",), "ian@example.org"),
)
THIRD, FIFTH = date(2026, 11, 3), date(2026, 11, 5)


def read(text: str) -> Swaps:
    return parse_swaps(text, PEOPLE, TODAY)


def changes(text: str) -> list[tuple[int, date, int | None, str]]:
    found = read(text)
    assert found.questions == ()
    return [(each.person, each.day, each.duty_of, each.duty) for swap in found.swaps for each in swap.changes]


@pytest.mark.parametrize(
    "text",
    [
        "Uma takes Ole's night on Tue 3 Nov",
        "Uma covers Ole's night 3 November 2026",
        "UMA COVERS OLE NIGHT 3 NOV",
        "uma will do ole’s night on the 3rd of november",
        "Uma Roth-Hale for Ole Berg (night), Nov 3",
        "3 Nov: Uma instead of Ole, night",
        "Instead of Ole, Uma on 3 Nov (night)",
        "Ole's night on 2026-11-03 is covered by Uma",
        "Ole gives his night on 3 Nov to Uma",
        "Swap: Uma takes Ole's night on 3 Nov",
        "Berg's night on Tuesday 3/11 is taken by Uma",
    ],
)
def test_one_takes_the_duty_of_the_other(text: str) -> None:
    assert [(person, day, of, duty.casefold()) for person, day, of, duty in changes(text)] == [
        (UMA, THIRD, OLE, "night"),
        (OLE, THIRD, None, "night"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Uma vertritt Ole am 3. November",
        "Uma remplace Ole le 3 novembre",
        "Uma sustituye a Ole el 3 de noviembre",
        "Uma sostituisce Ole il 3 novembre",
        "Uma vervangt Ole op 3 november",
    ],
)
def test_other_languages(text: str) -> None:
    assert changes(text) == [(UMA, THIRD, OLE, ""), (OLE, THIRD, None, "")]


@pytest.mark.parametrize(
    "text",
    [
        "swap: Uma and Ole, 3 and 5 Nov",
        "Uma and Ole swap 3 Nov and 5 Nov",
        "Uma swaps her late on 3 Nov with Ole's 5 Nov",
        "Uma <-> Ole Nov 3 and 5",
        "Tausch: Uma und Ole, 3. und 5. November",
    ],
)
def test_two_exchange_their_duties_of_two_days(text: str) -> None:
    assert changes(text) == [(UMA, THIRD, OLE, ""), (OLE, THIRD, UMA, ""), (UMA, FIFTH, OLE, ""), (OLE, FIFTH, UMA, "")]


def test_each_swap_has_a_sentence_that_says_it() -> None:
    text = "Hi all,\n\nUma takes Ole's night on 3 Nov.\nOle and Will swap 5 Nov.\n\nThanks for reading,\nUma"
    assert [swap.sentence for swap in read(text).swaps] == [
        "Uma Roth-Hale takes the duty of Ole Berg (night) on Tuesday, 3 November 2026, and Ole Berg is free of it.",
        "Ole Berg and Will May exchange their duties on Thursday, 5 November 2026.",
    ]
    assert read(text).swaps[0].changes[0] == ChangedDay(UMA, THIRD, OLE, "night")
    assert read(text).questions == ()


@pytest.mark.parametrize(
    ("text", "about", "answers"),
    [
        ("Uma covers Ole 3/11", "date", ("2026-11-03", "2027-03-11")),
        ("Uma covers Ole on Sun 3 Nov", "date", ()),
        ("Uma covers Ole's night", "date", ()),
        ("Lind covers Ole on 3 Nov", "person", ("Ivy Lind", "Ian Lind")),
        ("Zara covers Ole on 3 Nov", "person", ("nobody",)),
        ("Zara covers Ole's night for Uma on 3 Nov", "person", ("nobody",)),
        ("Uma takes the night on 3 Nov", "cell", ()),
        ("Uma covers Ole and Will on 3 Nov", "cell", ()),
        ("Could Uma cover Ole on 3 Nov?", "cell", ()),
        ("Uma can't cover Ole on 3 Nov", "cell", ()),
        ("Uma no longer takes Ole's night on 3 Nov", "cell", ()),
        ("Den Dienst von Ole übernimmt Uma am 3. November", "cell", ()),
        ("Ole off on 3 Nov, Uma covers", "cell", ()),
        ("Uma was given Ole's night on 3 Nov", "cell", ()),
        ("Ole's night was covered on 3 Nov by Uma", "cell", ()),
        ("swap: Uma for Ole, 3 Nov", "cell", ()),
        ("Uma / Ole 3 Nov", "cell", ()),
    ],
)
def test_what_is_unclear_is_asked(text: str, about: str, answers: tuple[str, ...]) -> None:
    found = read(text)
    assert found.swaps == ()
    assert [(question.about, question.answers) for question in found.questions] == [(about, answers)]


def test_two_swaps_in_one_sentence() -> None:
    text = "Uma takes Ole's night on 3 Nov and Ole takes Uma's on 5 Nov"
    assert [(person, day, of) for person, day, of, _ in changes(text)] == [
        (UMA, THIRD, OLE),
        (OLE, THIRD, None),
        (OLE, FIFTH, UMA),
        (UMA, FIFTH, None),
    ]


def test_what_speaks_of_no_swap_is_passed_over_and_said() -> None:
    text = "Dear all,\nthe rota for November is out. Please have a look for errors."
    passed_over = ("Dear all,", "the rota for November is out", "Please have a look for errors")
    assert read(text) == Swaps((), (), passed_over)
    found = read("Ivy covers Ole on 3 Nov\nUma is off sick on Tuesday 5 Nov")
    assert (len(found.swaps), found.passed_over) == (1, ("Uma is off sick on Tuesday 5 Nov",))


@pytest.mark.parametrize(
    "text",
    [
        "Uma takes Ole's night on 3 Nov. Ole takes Uma's on 5 Nov.",
        "Uma takes Ole's night on Tue 3/11/2026. Ole takes Uma's on Thu 5/11/2026",
        "Uma takes Ole's night on 2026-11-03! Ole takes Uma's on 2026-11-05!",
        "Uma vertritt Ole am 3. November. Ole vertritt Uma am 5. November.",
        "Prof. Roth-Hale takes Dr. Berg's night on Tue. 3 Nov. Dr. Berg takes Ms. Roth-Hale's on Thu. 5 Nov.",
    ],
)
def test_a_line_may_have_several_sentences(text: str) -> None:
    assert [(person, day, of) for person, day, of, _ in changes(text)] == [
        (UMA, THIRD, OLE),
        (OLE, THIRD, None),
        (OLE, FIFTH, UMA),
        (UMA, FIFTH, None),
    ]


def test_a_title_is_no_evidence_of_who_is_meant() -> None:
    people = tuple(Known(each.id, (f"Dr {each.names[0]}",), each.reference) for each in PEOPLE)
    found = parse_swaps("Dr Nobody takes Ole's night on 3 Nov", people, TODAY)
    assert found.swaps == ()
    assert [(each.about, each.answers) for each in found.questions] == [("person", ("nobody",))]
    assert parse_swaps("Dr Uma Roth-Hale takes Dr Berg's night on 3 Nov", people, TODAY).questions == ()


def test_a_long_text_is_not_repeated_whole() -> None:
    long = "Uma covers Ole " + "and tells everybody about it at length " * 80
    found = read(f"{long}\nnothing of the kind {long.lower().replace('uma', 'she')}")
    said = [each.text for each in found.questions] + [each.subject for each in found.questions] + [*found.passed_over]
    assert said
    assert max(map(len, said)) < 400


def test_first_names_tell_people_of_one_surname_apart() -> None:
    assert changes("Ivy covers Ole on 3 Nov")[0] == (IVY, THIRD, OLE, "")
    assert changes("Lind Ian covers Ole on 3 Nov")[0] == (IAN, THIRD, OLE, "")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3-5 Nov", [(3, 11), (4, 11), (5, 11)]),
        ("Nov 3, 5 and 7", [(3, 11), (5, 11), (7, 11)]),
        ("13/11 and 15/11", [(13, 11), (15, 11)]),
        ("1st of December", [(1, 12)]),
        ("3 févr.", [(3, 2)]),
        ("20:00-08:00 on 3 Nov", [(3, 11)]),
        ("at 9 on 3 Nov", [(3, 11)]),
        ("Tuesday, November 3", [(3, 11)]),
        ("we do 3 Nov", [(3, 11)]),
    ],
)
def test_days_in_sentences(text: str, days: list[tuple[int, int]]) -> None:
    found = dates_in(text, TODAY)
    assert all(mention.is_clear for mention in found)
    assert [(mention.days[0].day, mention.days[0].month) for mention in found] == days


def test_a_day_without_a_year_is_near_today() -> None:
    assert [mention.days for mention in dates_in("2 Jan, 1 Oct", TODAY)] == [(date(2027, 1, 2),), (date(2026, 10, 1),)]
