"""What people do in a measurement of load, as requests to pages that are served: with cookies, forms and tokens."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from random import Random
from time import monotonic, sleep
from urllib.parse import urlencode, urlsplit

import urllib3

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
WEEK = re.compile(r'<form id="week" method="post" action="([^"]+)"')
CELL = re.compile(r'name="was-([^"]+)" value="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SAID = ("2", "0")
"""That somebody can and that they cannot come, in the form of a week."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer: when it was due from the beginning on, how long after that it was there, and its status."""

    kind: str
    due: float
    seconds: float
    status: int


class Browser:
    """One person's browser: it keeps its cookies and the token of its forms."""

    def __init__(self, pool: urllib3.HTTPConnectionPool) -> None:
        self.pool = pool
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.lock = threading.Lock()
        self.cells: dict[str, str] = {}
        self.week = ""

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Status and text of an answer, for which no redirect is followed."""
        headers = {"Accept-Encoding": "gzip", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = urlencode({**form, "csrf_token": self.token}) if form is not None else None
        found = self.pool.request(
            method, path, body=body, headers={**headers, **(FORM if form is not None else {})}, redirect=False
        )
        for line in found.headers.getlist("Set-Cookie"):
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        text = found.data.decode()
        if token := TOKEN.search(text):
            self.token = token[1]
        return found.status, text

    def open_week(self) -> None:
        """Open the page of availability, and learn what its form says."""
        _status, text = self.ask("GET", "/availability")
        action = WEEK.search(text)
        self.week, self.cells = (action[1].replace("&amp;", "&") if action else ""), dict(CELL.findall(text))


@dataclass(slots=True)
class Crowd:
    """Everybody who visits: browsers of members and coordinators, feeds with the tags that clients hold, links that are
    not used yet."""

    pool: urllib3.HTTPConnectionPool
    members: Sequence[Browser]
    coordinators: Sequence[Browser]
    feeds: Sequence[tuple[str, str]]
    pages: Mapping[str, str]
    links: deque[str] = field(default_factory=deque)

    def visit(self, kind: str, dice: Random) -> Iterator[tuple[str, Callable[[], int]]]:
        """What a visit of a kind consists of: each request by what it is called."""
        if kind == "sign in":
            browser, path = Browser(self.pool), f"/sign-in/{self.links.popleft()}"
            yield "sign in: the link", lambda: browser.ask("GET", path)[0]
            yield "sign in", lambda: browser.ask("POST", path, {})[0]
        elif kind == "feeds":
            yield from self._feed(dice)
        elif kind == "availability: save":
            browser = dice.choice(self.members)
            yield kind, lambda: _save(browser, dice)
        elif kind in self.pages:
            one, at = dice.choice(self.coordinators), self.pages[kind]
            yield f"coordinator: {kind}", lambda: one.ask("GET", at)[0]
        else:
            one = dice.choice(self.members)
            yield kind, lambda: one.ask("GET", f"/{kind.replace(' ', '-')}")[0]

    def _feed(self, dice: Random) -> Iterator[tuple[str, Callable[[], int]]]:
        path, tag = dice.choice(self.feeds)
        held = {"If-None-Match": f'"{tag}"'} if dice.random() < 0.8 else {}
        name = "feed: unchanged" if held else "feed: whole"
        headers = {"Accept-Encoding": "gzip", **held}
        yield name, lambda: self.pool.request("GET", path, headers=headers).status


def _save(browser: Browser, dice: Random) -> int:
    """Say of one time of the week that one can come, or that one cannot; nobody saves twice at once."""
    with browser.lock:
        if not browser.cells:
            browser.open_week()
        if not browser.cells:  # the page did not come, and was counted as what it was
            return 0
        name = dice.choice(sorted(browser.cells))
        before = browser.cells[name]
        now = SAID[before == SAID[0]]
        status, _ = browser.ask("POST", browser.week, {f"was-{name}": before, name: now})
        browser.cells[name] = now if status == 303 else before
        return status


def signed_in(pool: urllib3.HTTPConnectionPool, secret: str) -> Browser:
    """A browser in which a link has been used."""
    browser = Browser(pool)
    status, _ = browser.ask("GET", f"/sign-in/{secret}")
    assert status == 303, f"the link was answered with {status}"
    return browser


def drive(crowd: Crowd, mix: Mapping[str, int], rate: float, seconds: float, threads: int, seed: int = 1) -> list[Seen]:
    """Have visits begin at a steady rate for so long, whether or not those before are over: no slow server is spared.

    Counted is the time from when a request was due. ``mix`` has kinds with their weights.
    """
    dice = Random(seed)
    kinds = dice.choices(list(mix), list(mix.values()), k=int(rate * seconds))
    waiting = deque((number / rate, kind, dice.random()) for number, kind in enumerate(kinds))
    found: list[Seen] = []
    begins = monotonic() + 0.2
    workers = [threading.Thread(target=_work, args=(crowd, waiting, begins, found)) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return found


def _work(crowd: Crowd, waiting: deque[tuple[float, str, float]], begins: float, found: list[Seen]) -> None:
    while True:
        try:
            due, kind, drawn = waiting.popleft()
        except IndexError:
            return
        sleep(max(0.0, begins + due - monotonic()))
        for name, ask in crowd.visit(kind, Random(drawn)):
            try:
                status = ask()
            except urllib3.exceptions.HTTPError:
                status = 0
            ended = monotonic() - begins
            found.append(Seen(name, due, ended - due, status))
            due = ended  # a second request follows the answer to the first


def pool_of(url: str, connections: int) -> urllib3.HTTPConnectionPool:
    """Connections to a server that stay open."""
    parts = urlsplit(url)
    return urllib3.HTTPConnectionPool(
        parts.hostname or "", parts.port, maxsize=connections, timeout=60, retries=False, block=False
    )
