"""The page of figures keeps the tables of the last run, a row for each, and everything else."""

from __future__ import annotations

from scheduler.benchmarks.record import with_run

PAGE = """# Figures

## The last code

Old tables.

## History

| run | one | two |
| --- | ---: | ---: |
| the first | 1 | 2 |

## Other things

Stay.
"""


def test_tables_are_those_of_the_last_run_and_history_grows() -> None:
    page = with_run(with_run(PAGE, "the second", ["| a |"], {"one": 3, "two": 4}), "the third", ["| b |"], {"two": 5})
    assert "Old tables." not in page
    assert "| a |" not in page
    assert "the third.\n\n| b |" in page
    rows = ["| the first | 1 | 2 |", "| the second | 3 | 4 |", "| the third | – | 5 |"]
    assert "\n".join(rows) + "\n\n## Other things\n\nStay.\n" in page


def test_other_instances_are_no_part_of_history() -> None:
    page = with_run(PAGE, "another", ["| c |"], {"three": 9})
    assert "| c |" in page
    assert page.count("| the first |") == 1
    assert "| another |" not in page


def test_an_empty_page_gets_both_sections() -> None:
    page = with_run("# Figures\n", "now", ["| a |"], {"one": 7})
    table = "| run | one |\n| --- | ---: |\n| now | 7 |"
    assert page == f"# Figures\n\n## The last code\n\nnow.\n\n| a |\n\n## History\n\n{table}\n"
