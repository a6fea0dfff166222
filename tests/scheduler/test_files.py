"""Files that commands are given: read up to a bound, whatever they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.errors import Rejected
from scheduler.files import load, read_file
from solvers.codec import read_instance


def test_a_file_up_to_the_bound_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "whole"
    file.write_bytes(b"x" * 4096)
    assert read_file(file, 4096) == b"x" * 4096


@pytest.mark.parametrize(("most", "words"), [(4095, "is larger than 3 KB"), (2 * 1024**2, "is larger than 2 MB")])
def test_a_larger_one_is_refused_and_named(tmp_path: Path, most: int, words: str) -> None:
    file = tmp_path / "large"
    file.write_bytes(b"x" * (most + 1))
    with pytest.raises(Rejected, match=words) as refused:
        read_file(file, most)
    assert refused.value.where == str(file)


def test_what_never_ends_is_refused_too() -> None:
    with pytest.raises(Rejected, match="is larger than 1 MB"):
        read_file(Path("/dev/zero"), 1024**2)


def test_an_instance_that_is_no_instance_says_so(tmp_path: Path) -> None:
    file = tmp_path / "instance.json"
    file.write_text("[]")
    with pytest.raises(Rejected, match="can’t be used"):
        load(file, read_instance)
