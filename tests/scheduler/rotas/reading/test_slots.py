"""Days as people write them: one cell, and all heads of a sheet together."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.rotas.reading.block_dates import Blocks, blocks_from_answer, days_by_slot
from scheduler.rotas.reading.cells import Cell
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.slot_years import years_in
from scheduler.rotas.reading.slots import Placed, placed, slot_of
from scheduler.rotas.written_days import Partial, Slot, Unit

TODAY = date(2026, 11, 1)


def slots(*cells: Cell) -> list[Slot]:
    found = [slot_of(cell, f"A{number}") for number, cell in enumerate(cells, start=1)]
    assert all(found), cells
    return [slot for slot in found if slot]


def ends(found: Placed) -> list[str]:
    return [f"{days[0]}/{days[-1]}" if days else "" for days in found.days]


def read(*cells: Cell, **hints: object) -> list[str]:
    return ends(placed(slots(*cells), Hints(**hints)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("12/29-1/4", "2026-12-29", "2027-01-04"),
        ("7/27/-8/2", "2026-07-27", "2026-08-02"),
        ("12/13-12-17", "2026-12-13", "2026-12-17"),
        ("1July- 29Jul ", "2026-07-01", "2026-07-29"),
        ("30 July - 26 Aug", "2026-07-30", "2026-08-26"),
        ("27 Aug to 23 Sep", "2026-08-27", "2026-09-23"),
        ("14 January - 10 Febr", "2026-01-14", "2026-02-10"),
        ("August 15- 19", "2026-08-15", "2026-08-19"),
        ("28 Feb -6 Mar", "2026-02-28", "2026-03-06"),
        ("Mar 30 - Apr 3", "2026-03-30", "2026-04-03"),
        ("July 1-28, 2026", "2026-07-01", "2026-07-28"),
        ("Mon 3 Aug - Sun 9 Aug", "2026-08-03", "2026-08-09"),
        ("17 Dec 2026 to 13 Jan", "2026-12-17", "2027-01-13"),
        ("1/3-1/7/26", "2026-01-03", "2026-01-07"),
        ("2026-07-01 - 2026-07-28", "2026-07-01", "2026-07-28"),
        ("2026-07-01/2026-07-28", "2026-07-01", "2026-07-28"),
        ("20260701-20260728", "2026-07-01", "2026-07-28"),
        ("03.08.–09.08.2026", "2026-08-03", "2026-08-09"),
        ("3.-9.8.2026", "2026-08-03", "2026-08-09"),
        ("13 au 26 déc. 2026", "2026-12-13", "2026-12-26"),
        ("27 déc. 2026 au 9 janv. 2027", "2026-12-27", "2027-01-09"),
        ("7. - 20. Februar 2026", "2026-02-07", "2026-02-20"),
        ("15 al 28 de marzo de 2026", "2026-03-15", "2026-03-28"),
        ("11 a 24 de dezembro de 2026", "2026-12-11", "2026-12-24"),
        ("4-17 października", "2026-10-04", "2026-10-17"),
        ("1. - 14. února", "2026-02-01", "2026-02-14"),
        ("1 Oca - 28 Oca", "2026-01-01", "2026-01-28"),
        ("1.–14. heinäkuuta", "2026-07-01", "2026-07-14"),
        ("5 Αυγούστου - 18 Αυγούστου", "2026-08-05", "2026-08-18"),
        ("1 يوليو - 28 يوليو", "2026-07-01", "2026-07-28"),
        ("1 июля – 28 июля", "2026-07-01", "2026-07-28"),
        ("1 - 29 ก.ค. 69", "2026-07-01", "2026-07-29"),
        ("17 ธ.ค. 69 - 13 ม.ค. 70", "2026-12-17", "2027-01-13"),
        ("1 - 14 มิถุนายน 2569", "2026-06-01", "2026-06-14"),
        ("1/7/69 - 29/7/69", "2026-07-01", "2026-07-29"),
        ("3월 2일 ~ 3월 15일", "2026-03-02", "2026-03-15"),
        ("令和8年4月1日～4月28日", "2026-04-01", "2026-04-28"),
        ("Block 3 (7/27-8/23)", "2026-07-27", "2026-08-23"),
        ("Week 12: 3 Aug – 9 Aug", "2026-08-03", "2026-08-09"),
        ("w/c 3 August", "2026-08-03", "2026-08-09"),
        ("Week beginning 3rd August", "2026-08-03", "2026-08-09"),
        ("week of Aug 3", "2026-08-03", "2026-08-09"),
        ("w/e 9 August", "2026-08-03", "2026-08-09"),
        ("2026-W34", "2026-08-17", "2026-08-23"),
        ("KW34/2026", "2026-08-17", "2026-08-23"),
        ("KW 34", "2026-08-17", "2026-08-23"),
        ("July 2026", "2026-07-01", "2026-07-31"),
        ("Febrero", "2026-02-01", "2026-02-28"),
    ],
)
def test_a_stretch_of_days_is_read_however_it_is_written(written: str, first: str, last: str) -> None:
    assert read(written, year=2026) == [f"{first}/{last}"]


@pytest.mark.parametrize("written", ["GH 1", "HDU 1", "Ward 5", "Q1", "ED", "AM 1", "Sick", "Feb 7-", "pro", "10/45-3"])
def test_codes_and_posts_are_no_days(written: str) -> None:
    slot = slot_of(written, "A1")
    assert slot is None or not slot.is_stretch


@pytest.mark.parametrize("written", ["13-Aug-26", "2-12-26", "Aug-15-26", "2026-08-13", "3-Aug"])
def test_one_date_with_hyphens_is_one_day(written: str) -> None:
    slot = slot_of(written, "A1")
    assert slot is not None
    assert not slot.is_stretch


@pytest.mark.parametrize(
    ("written", "number"), [("Block_1", 1), ("Blk 4", 4), ("P3", 3), ("Week 12", 12), ("block 2 ", 2)]
)
def test_blocks_may_have_a_number_only(written: str, number: int) -> None:
    slot = slot_of(written, "A1")
    assert slot is not None
    assert (slot.number, slot.is_dated) == (number, False)


def test_a_date_of_a_spreadsheet_is_a_day() -> None:
    slot = slot_of(date(2026, 7, 6), "A1")
    assert slot is not None
    assert (slot.first.day if slot.first else 0, slot.unit) == (6, Unit.DAYS)


class TestOrderAndYear:
    def test_one_head_decides_the_order_of_all(self) -> None:
        assert read("7/6-7/12", "7/13-7/19", "8/3-8/9", year=2026)[2] == "2026-08-03/2026-08-09"
        assert read("6/7-12/7", "13/7-19/7", "3/8-9/8", year=2026)[2] == "2026-08-03/2026-08-09"

    def test_heads_that_go_on_from_each_other_decide_it(self) -> None:
        assert read("1/5/26-4/5/26", "5/5/26-8/5/26", "9/5/26-12/5/26")[0] == "2026-05-01/2026-05-04"

    def test_what_makes_sense_both_ways_is_in_doubt(self) -> None:
        found = placed(slots("5/6/26-6/7/26"), Hints())
        assert (found.doubt, ends(found)[0]) == ("order", "2026-06-05/2026-07-06")

    def test_a_year_holds_on_and_back_from_where_it_is_written(self) -> None:
        found = read("22 Oct - 18 Nov", "19 Nov to 16 Dec", "17 Dec 2028 to 13 Jan", "14 Jan - 10 Feb")
        assert (found[0], found[-1]) == ("2028-10-22/2028-11-18", "2029-01-14/2029-02-10")

    def test_the_years_of_a_title(self) -> None:
        assert years_in("AY 26-27") == years_in("Blocks 2026/27") == years_in("2026-2027") == (2026, 2027)
        assert years_in("Plan 2028") == (2028, 2028)
        assert years_in("printed 2026-03-04") is None
        heads = ("7/1-7/28", "12/16-1/12", "6/3-6/30")
        assert read(*heads, years=(2026, 2027)) == [
            "2026-07-01/2026-07-28",
            "2026-12-16/2027-01-12",
            "2027-06-03/2027-06-30",
        ]

    def test_the_day_of_the_last_change_lies_in_them(self) -> None:
        found = placed(
            slots("7/1-12/31", "1/1-6/30"), Hints(today=date(2030, 1, 1), changed=Partial(2, 15, 2027, swappable=True))
        )
        assert (ends(found)[0], found.doubt) == ("2026-07-01/2026-12-31", "")

    def test_working_weeks_begin_on_a_monday(self) -> None:
        found = placed(slots("6/28-7/2", "7/5-7/9", "7/12-7/16", "7/19-7/23"), Hints(today=TODAY))
        assert (ends(found)[0], found.doubt) == ("2027-06-28/2027-07-02", "")

    def test_weekdays_tell_the_year(self) -> None:
        found = placed(slots("Mon 3 Aug - Sun 9 Aug", "Mon 10 Aug - Sun 16 Aug"), Hints(today=date(2025, 12, 1)))
        assert (ends(found)[0], found.doubt) == ("2026-08-03/2026-08-09", "")

    def test_a_year_that_nothing_tells_is_in_doubt(self) -> None:
        found = placed(slots("1 July - 28 July", "29 July - 25 Aug"), Hints(today=TODAY))
        assert (ends(found)[0], found.doubt) == ("2026-07-01/2026-07-28", "year")

    def test_years_that_contradict_the_title_are_in_doubt(self) -> None:
        assert placed(slots("1 July - 28 July 2029", "29 July - 25 Aug"), Hints(years=(2026, 2027))).doubt == "year"

    def test_weeks_by_number_go_over_the_new_year(self) -> None:
        assert read("KW 52", "KW 53", "KW 1", year=2026) == [
            "2026-12-21/2026-12-27",
            "2026-12-28/2027-01-03",
            "2027-01-04/2027-01-10",
        ]


class TestSlips:
    WEEKS = ("3/8-9/8", "10/8-16/8", "17/8-23/8", "24/8-30/8", "31/8-6/9")

    @pytest.mark.parametrize("slip", ["17/9-23/9", "17/7-23/7", "17/8-3/8", "17/8-23/9", "7/8-23/8"])
    def test_a_head_that_does_not_fit_is_left_out(self, slip: str) -> None:
        found = placed(slots(*self.WEEKS[:2], slip, *self.WEEKS[3:]), Hints(year=2026))
        assert found.wrong == (2,)
        assert ends(found)[3:] == ["2026-08-24/2026-08-30", "2026-08-31/2026-09-06"]

    def test_a_year_typed_wrong_is_left_out(self) -> None:
        found = placed(slots("3 Aug - 9 Aug 2026", "10 Aug - 16 Aug 2062", "17 Aug - 23 Aug"), Hints())
        assert found.wrong == (1,)
        assert ends(found)[2] == "2026-08-17/2026-08-23"

    def test_a_shared_day_is_the_next_ones(self) -> None:
        found = placed(slots("7/1-7/29", "7/29-8/26", "8/26-9/23"), Hints(year=2026))
        assert (found.shared, ends(found)[0]) == ((0, 1), "2026-07-01/2026-07-28")

    def test_a_longer_block_at_an_end_is_asked_about_unless_it_ends_a_month(self) -> None:
        assert placed(slots(*self.WEEKS, "7/9-15/9", "16/9-25/9"), Hints(year=2026)).odd == (6,)
        assert placed(slots(*self.WEEKS, "7/9-13/9", "14/9-20/9", "21/9-30/9"), Hints(year=2026)).odd == ()


class TestAnswersAboutBlocks:
    def test_a_first_day_and_a_length(self) -> None:
        assert (
            blocks_from_answer("2026-07-01 28")
            == blocks_from_answer("2026-07-01 4 weeks")
            == Blocks((date(2026, 7, 1),), 28)
        )
        found = blocks_from_answer("2026-07-01 28")
        assert found is not None
        assert (found.days_of(2)[0], len(found.days_of(2))) == (date(2026, 8, 26), 28)

    def test_all_first_days(self) -> None:
        found = blocks_from_answer("2026-07-01, 2026-07-30; 2026-08-27 2026-09-24")
        assert found is not None
        assert [len(found.days_of(number)) for number in range(4)] == [29, 28, 28, 28]

    @pytest.mark.parametrize(
        "text", ["", "soon", "2026-07-01", "2026-07-01 0", "2026-07-01 2026-06-01", "2026-13-01 28"]
    )
    def test_what_says_nothing(self, text: str) -> None:
        assert blocks_from_answer(text) is None

    def test_the_days_of_every_slot_and_of_halves(self) -> None:
        named = {"B1": Slot("B1", "Block 3", number=3), "C1": Slot("C1", "Block 4", number=4)}
        named["C1#0-1/2"] = named["C1"].part(0, 1, 2)
        found = days_by_slot(Blocks((date(2026, 7, 1),), 28), named)
        assert {key: (days[0], len(days)) for key, days in found.items()} == {
            "B1": (date(2026, 7, 1), 28),
            "C1": (date(2026, 7, 29), 28),
            "C1#0-1/2": (date(2026, 7, 29), 14),
        }


def test_what_is_certain_of_heads_is_kept_beside_them() -> None:
    heads = slots("6/29-7/3", "7/6-7/10")
    certain = placed(heads, Hints(year=2026)).slots
    assert [(slot.first and slot.first.month, slot.last and slot.last.year) for slot in certain] == [
        (6, 2026),
        (7, 2026),
    ]
    again = placed(placed(heads, Hints(today=TODAY)).slots, Hints(year=2020))
    assert ends(again) == ["2020-06-29/2020-07-03", "2020-07-06/2020-07-10"]
