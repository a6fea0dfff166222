"""Made rotas: the same for a seed, and their truth stands in their cells."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from benchmarks.rota_fuzz import WAYS, spoilt
from benchmarks.rota_judge import judged
from benchmarks.rota_shapes import FURTHER, SHAPES, made
from benchmarks.rota_shapes.__main__ import content, main
from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.truth import LEAVE, MadeFile, as_json, places

EVERY = [*SHAPES, *FURTHER]


def as_read(file: MadeFile) -> dict[str, object]:
    """The truth as if it had been read, to the last duty."""
    duties = [
        {"person": duty.person[0], "date": duty.day, "code": duty.code[0], "kind": "leave", "start": None, "end": None,
         "half": duty.part, "cell": ""}
        for duty in file.truth.duties
    ]  # fmt: skip
    return {"people": [who[0] for who in file.truth.people], "duties": duties, "questions": []}


def test_there_are_twenty_shapes_and_further_kinds() -> None:
    assert len(SHAPES) == 20
    assert FURTHER


@pytest.mark.parametrize("shape", EVERY)
def test_a_seed_gives_the_same_files_and_another_seed_others(shape: str) -> None:
    first, again, other = (
        [json.dumps(as_json(shape, file), sort_keys=True) for file in made(shape, seed)] for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize("shape", EVERY)
def test_a_duty_is_true_once_and_its_person_is_known(shape: str) -> None:
    for file in made(shape, 3):
        counted = Counter((duty.person, duty.day, duty.code, duty.part) for duty in file.truth.duties)
        assert max(counted.values(), default=1) == 1
        known = {name for who in file.truth.people for name in who}
        assert all(set(duty.person) <= known for duty in file.truth.duties)


@pytest.mark.parametrize("shape", EVERY)
def test_what_is_true_stands_in_the_cells(shape: str) -> None:
    for file in made(shape, 4):
        where = places(file.content)
        for duty in file.truth.duties:
            written = " ".join(str(cell.value) for cell in duty.sources).casefold()
            said = (*duty.person, *duty.code, duty.written)
            assert all(id(cell) in where for cell in duty.sources)
            assert not duty.sources or LEAVE in said or any(each.casefold() in written for each in said if each)


@pytest.mark.parametrize("shape", EVERY)
def test_reading_just_what_is_true_is_judged_right(shape: str) -> None:
    for file in made(shape, 5):
        if not file.truth.dated:
            found = judged(as_read(file), file.truth, places(file.content))
            assert (found.missing, found.invented, found.never, found.strangers) == ([], [], [], [])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("shape", EVERY)
def test_a_spoilt_file_keeps_what_stands_in_it_still(shape: str, way: object) -> None:
    for file in made(shape, 6):
        if isinstance(file.content, Book):
            before = len(file.truth.duties) + len(file.truth.may)
            way(file.content, file.truth, Random(1))  # type: ignore[operator]
            assert len(file.truth.duties) + len(file.truth.may) >= before
            assert content(file)


def test_files_are_written_with_their_truth(tmp_path: Path) -> None:
    main(["--shape", "posts_am_pm_spellings", "--shape", "ics_floating", "--seed", "2", "--out", str(tmp_path)])
    truths = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert all((tmp_path / name).stat().st_size for name in truths)
    listed = [each["list"] for each in truths.values() if "list" in each]
    assert [(tmp_path / name).exists() for name in listed] == [True]


def test_a_spoilt_calendar_still_holds_events() -> None:
    before, after = made("ics_floating", 1)[0], spoilt(made("ics_floating", 1)[0], Random(1))
    assert isinstance(after.content, bytes)
    assert after.content != before.content
    assert after.content.count(b"BEGIN:VEVENT") >= len(after.truth.duties) > 0
