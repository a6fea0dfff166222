"""From an empty machine to a coordinator who can sign in: the commands, run as a person runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from scheduler.bootstrap import connect
from scheduler.clock import now
from scheduler.people.model import Role
from scheduler.programmes.service import find_programme_id, get_programme
from scheduler.signing_in.links import find_actor, use_link
from tests import forks

NEW = (
    "programme", "new", "--name", "Spring term", "--slug", "spring", "--zone", "Europe/Paris", "--first-day",
    "2027-01-04", "--rounds", "3", "--site", "north=North Hospital", "--site", "south=South Hospital",
    "--coordinator", "Cora@example.org", "--coordinator-name", "Cora",
)  # fmt: skip


@pytest.fixture
def url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """Where an installation has nothing yet; ``made`` begins with none at all."""
    shutil.copy(migrated_sqlite, tmp_path / "rounds.sqlite")
    return f"sqlite:///{tmp_path}/rounds.sqlite"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where a programme is, for what must not change anything."""
    url = f"sqlite:///{tmp_path_factory.mktemp('made')}/rounds.sqlite"
    assert rounds(url, *NEW).returncode == 0
    return url


def rounds(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return forks.rounds(*arguments, ROUNDS_DATABASE_URL=url, ROUNDS_SECRET_KEY="key")


def test_a_new_programme_and_a_link_that_signs_its_coordinator_in(url: str) -> None:
    made = rounds(url, *NEW)
    assert (made.returncode, made.stderr) == (0, "")
    database = connect(url)
    with database.writing() as db:
        programme_id = find_programme_id(db, "spring")
        assert programme_id is not None
        programme = get_programme(db, programme_id)
        actor = find_actor(db, use_link(db, made.stdout.split("/sign-in/")[1].strip(), "a desk", now()).login, now())
    database.close()
    assert [site.name for site in programme.sites] == ["North Hospital", "South Hospital"]
    assert [model.key for model in programme.models] == ["peer", "near-peer", "vertical"]
    assert (len(programme.rounds), len(programme.slots())) == (3, 3 * 4 * 5 * 3)
    assert actor is not None
    assert actor.has(programme_id, Role.COORDINATOR)


def test_a_programme_has_the_kinds_of_group_that_are_asked_for(url: str) -> None:
    assert rounds(url, *NEW, "--model", "triad", "--model", "dyad").returncode == 0
    assert rounds(url, *NEW, "--model", "choir").returncode != 0
    database = connect(url)
    with database.reading() as db:
        programme = get_programme(db, find_programme_id(db, "spring") or 0)
    database.close()
    assert [model.key for model in programme.models] == ["triad", "dyad"]


def test_a_programme_begins_with_a_template_and_the_holidays_of_its_zone(url: str) -> None:
    assert rounds(url, *NEW, "--template", "choir").returncode != 0
    assert rounds(url, *NEW, "--template", "transition", "--minutes", "45", "--country", "XX").returncode != 0
    assert rounds(url, *NEW, "--template", "transition", "--minutes", "45").returncode == 0
    later = [text.replace("spring", "summer") for text in NEW]
    assert rounds(url, *later, "--template", "facilitators", "--country", "none").returncode == 0
    database = connect(url)
    with database.reading() as db:
        starters, facilitators = (get_programme(db, find_programme_id(db, slug) or 0) for slug in ("spring", "summer"))
    database.close()
    assert [model.key for model in starters.models] == ["transition"]
    assert [(each.last_day - each.first_day).days + 1 for each in starters.rounds] == [14] * 3, "as was said: 3 rounds"
    assert (starters.session_minutes, starters.min_gap_days, starters.closed.country) == (45, 7, "FR")
    assert ([grade.name for grade in facilitators.grades], facilitators.closed.country) == (["Facilitator"], "")


def test_links_and_more_coordinators(url: str) -> None:
    rounds(url, *NEW)
    added = rounds(url, "programme", "coordinator", "spring", "dan@example.org", "Dan")
    assert (added.returncode, added.stdout) == (0, "Dan is now a coordinator of spring.\n")
    assert "/sign-in/" in rounds(url, "link", "dan@example.org").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("link", "nobody@example.org"), "Nobody has the e-mail address"),
        (("programme", "coordinator", "autumn", "a@example.org", "A"), "no programme called “autumn”"),
        (("programme", "coordinator", "spring", "a", "A"), "not an e-mail address"),
        ((*NEW[:6], "--zone", "Mars/Base", *NEW[8:]), "don’t know the time zone"),
        ((*NEW, "--site", "west"), "north=North Hospital"),
        (NEW, "already"),
        (("programme", "coordinator", "spring", "dan@example.org", "D" * 121), "Shorten the name to 120 characters"),
        (("programme", "coordinator", "spring", f"{'d' * 250}@example.org", "Dan"), "is not an e-mail address"),
        ((*NEW[:3], "N" * 121, *NEW[4:]), "120 characters"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(made: str, arguments: tuple[str, ...], words: str) -> None:
    refused = rounds(made, *arguments)
    assert refused.returncode == 2
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_programme_is_exported_changed_by_hand_and_applied(url: str, tmp_path: Path) -> None:
    assert rounds(url, *NEW).returncode == 0
    file = tmp_path / "spring.toml"
    assert rounds(url, "programme", "export", "spring", "--out", str(file)).returncode == 0
    assert "There is nothing to do" in rounds(url, "programme", "apply", str(file)).stdout
    file.write_text(
        file.read_text().replace("Spring term", "Summer term").replace('slug = "spring"', 'slug = "summer"')
    )
    made = rounds(url, "programme", "apply", str(file), "--yes")
    assert made.returncode == 0
    assert "rounds programme coordinator summer" in made.stdout
    file.write_text(file.read_text().replace("quorum_percent = 60", "quorum_percent = 600"))
    refused = rounds(url, "programme", "apply", str(file), "--yes")
    assert refused.returncode != 0
    assert "quorum" in refused.stderr


def test_nothing_is_locked_while_a_question_waits_and_what_changes_meanwhile_is_not_overwritten(
    url: str, tmp_path: Path
) -> None:
    assert rounds(url, *NEW).returncode == 0
    file = tmp_path / "spring.toml"
    assert rounds(url, "programme", "export", "spring", "--out", str(file)).returncode == 0
    file.write_text(file.read_text().replace("quorum_percent = 60", "quorum_percent = 70"))
    environment = {**os.environ, "ROUNDS_DATABASE_URL": url, "ROUNDS_SECRET_KEY": "key"}
    command = (sys.executable, "-c", "from scheduler.cli import main; main()", "programme", "apply", str(file))
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True, env=environment) as asking:
        assert asking.stdin
        assert asking.stdout
        read = ""
        while "Make these changes?" not in read:
            letter = asking.stdout.read(1)
            assert letter, read
            read += letter
        assert rounds(url, "programme", "coordinator", "spring", "dan@example.org", "Dan").returncode == 0
        other = tmp_path / "other.toml"
        other.write_text(file.read_text().replace("quorum_percent = 70", "quorum_percent = 80"))
        assert rounds(url, "programme", "apply", str(other), "--yes").returncode == 0
        _, said = asking.communicate("y\n")
    assert "has been changed meanwhile" in said
    assert rounds(url, "programme", "export", "spring").stdout.count("quorum_percent = 80") == 1
