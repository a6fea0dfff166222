"""What is in ``deploy/`` names commands, settings and files that exist, and its steps make what runs."""

from __future__ import annotations

import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from fnmatch import fnmatch
from pathlib import Path

import click
import pytest

from scheduler.cli import rounds
from scheduler.settings import NAMES, Settings

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "deploy"
TEXTS = {path.name: path.read_text() for path in FOLDER.iterdir() if path.is_file()}
UNITS = {name: text for name, text in TEXTS.items() if name.endswith(".service")}
PACKAGES = ("scheduler", "solvers", "web")
PATIENCE_SECONDS = 120


def instructions() -> list[tuple[str, str]]:
    """The Containerfile's instructions: each with what it is told."""
    lines = [line for line in TEXTS["Containerfile"].splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def told(instruction: str) -> list[str]:
    return [rest for word, rest in instructions() if word == instruction]


def copied() -> list[str]:
    """What goes from the repository into the image's build."""
    lines = [shlex.split(rest) for rest in told("COPY") if not rest.startswith("--from")]
    return [name for *names, _target in lines for name in names]


def commands() -> list[list[str]]:
    """Every call of ``rounds`` in these files."""
    check = told("HEALTHCHECK")[0].partition("CMD ")[2]
    begun = json.loads(told("ENTRYPOINT")[0]) + json.loads(told("CMD")[0])
    written = [
        shlex.split(found) for text in TEXTS.values() for found in re.findall(r"(?<!exec )\bbin/(rounds .*)", text)
    ]
    written += [
        shlex.split(found) for text in TEXTS.values() for found in re.findall(r"exec app (rounds [a-z-]+)", text)
    ]
    composed = re.findall(r"^    command: (\[.*\])$", TEXTS["compose.yaml"], re.MULTILINE)
    return [begun, json.loads(check), *written, *(["rounds", *json.loads(found)] for found in composed)]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_exists_with_its_options(command: list[str]) -> None:
    name, *arguments = command[1:]
    assert command[0] == "rounds"
    found = rounds.get_command(click.Context(rounds), name)
    assert found is not None
    found.make_context(name, arguments)  # refuses what it does not know


@pytest.mark.parametrize("name", TEXTS)
def test_every_setting_exists(name: str) -> None:
    assert set(re.findall(r"\bROUNDS_[A-Z_]+\b", TEXTS[name])) <= set(NAMES)


@pytest.mark.parametrize("name", TEXTS)
def test_no_file_names_where_packages_come_from(name: str) -> None:
    images = re.findall(r"^(?:FROM| *image:) (\S+)", TEXTS[name], re.MULTILINE)
    assert all("/" not in image and re.search(r":\d", image) for image in images)
    assert not re.search(r"--(?:extra-)?index-url|docker\.io|ghcr|quay", TEXTS[name])


def test_everything_that_the_image_takes_is_there_and_nothing_else_reaches_its_build() -> None:
    ignored = [line for line in TEXTS["Containerfile.dockerignore"].splitlines() if line and line[0] != "#"]
    assert ignored[0] == "*"
    assert sorted(line[1:] for line in ignored if line[0] == "!") == sorted(copied())
    assert all((ROOT / name).exists() for name in copied())
    assert "**/__pycache__" in ignored


def test_the_wheelhouse_is_made_of_the_same() -> None:
    taken = re.search(r"^IN_WHEEL := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert taken is not None
    assert {*taken[1].split(), "requirements.txt"} == set(copied())


def test_the_image_runs_as_nobody_in_particular_and_writes_to_its_volume_only() -> None:
    assert told("USER") == ["10001"]
    assert told("VOLUME") == told("WORKDIR")[-1:] == ["/data"]
    assert "NUMBA_CACHE_DIR=/data/" in told("ENV")[0]
    words = [word for word, _ in instructions()]
    assert "USER" in words[: words.index("HEALTHCHECK")]
    assert not [rest for rest in told("RUN")[-1:] if "pip" in rest]


def test_compose_waits_for_a_database_that_is_well_and_gets_its_secrets_from_files() -> None:
    text = TEXTS["compose.yaml"]
    assert "condition: service_healthy" in text
    assert re.search(r"^  read_only: true$", text, re.MULTILINE)
    assert text.count("    <<: *rounds\n") == 2, "pages and workers alike"
    assert not re.search(r"^ +(?:ROUNDS_DATABASE_URL|ROUNDS_SECRET_KEY|ROUNDS_SMTP_URL|POSTGRES_PASSWORD):", text, re.M)
    named = set(re.findall(r"/run/secrets/(\w+)", text))
    assert named == set(re.findall(r"^    file: secrets/(\w+)$", text, re.MULTILINE))
    assert all(f"> secrets/{name}" in text for name in named), "and it says how each is made"
    assert f"dockerfile: {(FOLDER / 'Containerfile').relative_to(ROOT)}" in text


def test_the_image_has_the_client_of_the_server_that_compose_starts() -> None:
    server = re.search(r"^    image: postgres:(\d+)$", TEXTS["compose.yaml"], re.MULTILINE)
    client = re.search(r"install --yes --no-install-recommends postgresql-client-(\d+) ", TEXTS["Containerfile"])
    assert server is not None
    assert client is not None
    assert server[1] == client[1]


def test_web_servers_in_front_take_files_as_large_as_the_product_does() -> None:
    least = Settings("", "").upload_limit_bytes
    for text, pattern in (
        (TEXTS["nginx.conf"], r"client_max_body_size (\d+)m;"),
        (TEXTS["Caddyfile"], r"max_size (\d+)MiB"),
    ):
        found = re.search(pattern, text)
        assert found is not None
        assert least < int(found[1]) * 1024**2 < 2 * least
    assert all(f"X-Forwarded-{kind} $" in TEXTS["nginx.conf"] for kind in ("For", "Host", "Proto"))
    assert "proxy_request_buffering on;" in TEXTS["nginx.conf"]
    assert "request_buffers" in TEXTS["Caddyfile"]


@pytest.mark.parametrize("name", UNITS)
def test_each_unit_is_one_that_systemd_understands(name: str, tmp_path: Path) -> None:
    text = UNITS[name]
    assert "KillMode=control-group" in text
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="} <= set(text.splitlines())
    if shutil.which("systemd-analyze") is None:
        return
    unit = tmp_path / name
    unit.write_text(re.sub(r"/opt/mentor-rounds/bin/\w+", sys.executable, text))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if unit.name in line] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made as the Containerfile makes it: of what it copies, by its command."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheels")
    for name in copied():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    make = next(shlex.split(rest) for rest in told("RUN") if "pip wheel" in rest)
    assert make[-3:] == ["--wheel-dir", "/build/wheels", "."]
    command = [sys.executable, "-m", "pip", *make[1:-2], str(target), "."]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a Python that has the wheel, and of this one only the packages that it needs."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin/python", "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-compile", wheel], check=True, capture_output=True)
    site = next((folder / "lib").glob("python*/site-packages"))
    (site / "others.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin"


def run(installed: Path, at: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [installed / "rounds", *arguments], cwd=at, env=bare(), capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )


def bare() -> dict[str, str]:
    """No way back to the repository, and no setting."""
    return {name: text for name, text in os.environ.items() if name != "PYTHONPATH" and not name.startswith("ROUNDS_")}


def files_of(root: Path) -> Iterator[str]:
    for package in PACKAGES:
        for path in (root / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(root).as_posix()


def test_the_wheel_has_every_file_of_the_product_and_no_other(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if not fnmatch(name, "*.dist-info/*")}
    assert names == {*files_of(ROOT), "wsgi.py"}


def test_from_the_wheel_alone_it_is_set_up_and_serves(installed: Path, tmp_path: Path) -> None:
    assert "serve" in run(installed, tmp_path, "--help").stdout
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        port = str(found.getsockname()[1])
    made = run(installed, tmp_path, "init", "--yes", "--address", f"http://127.0.0.1:{port}")
    assert (made.returncode, made.stderr) == (0, "")
    health = json.loads(told("HEALTHCHECK")[0].partition("CMD ")[2])[1:]
    assert run(installed, tmp_path, *health, "--port", port).returncode == 1
    serve = [installed / "rounds", "serve", "--port", port, "--workers", "1"]
    with subprocess.Popen(serve, cwd=tmp_path, env=bare(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as served:
        try:
            page = french_page(int(port))
            ready = run(installed, tmp_path, *health, "--port", port)
        finally:
            served.send_signal(signal.SIGTERM)
            said = served.communicate(timeout=PATIENCE_SECONDS)[0].decode()
    assert served.returncode == 0
    assert f"http://127.0.0.1:{port}/first-start/" in said, "rounds.env was read"
    assert (ready.returncode, ready.stdout) == (0, "ready\n")
    assert '<html lang="fr"' in page
    assert "Se connecter" in page
    assert (tmp_path / "var/rounds.sqlite").exists()


def french_page(port: int) -> str:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", "/sign-in", headers={"Accept-Language": "fr"})
            return connection.getresponse().read().decode()
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.2)
        finally:
            connection.close()
