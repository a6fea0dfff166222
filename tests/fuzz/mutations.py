"""Samples spoilt by chance, as their structure suggests: octets, lines, members of archives, values in JSON.

Chance is a :class:`random.Random`; Hypothesis gives one whose choices it can make smaller.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

ODD_WORDS: Final = (
    b"0", b"-1", b"99999999999999999999", b"1e999", b"NaN", b"0001-01-01", b"9999-12-31", b"10000-01-01", b"24:00",
    b"20270229T250000Z", b"00010101T000000", b"99991231T235959Z", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf",
    b"\xed\xa0\x80", b"%00", b"../../etc/passwd", b"'", b'"', b"=1+1", b"&#0;",
    b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]>",
    b"{{7*7}}", b"\r\n", b"\n ", b"\t", b";", b",", b"FREQ=SECONDLY", b"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    b"COUNT=999999999", b"INTERVAL=0", b"UNTIL=00000000", b"DURATION:P99999999W", b"TZID=Nowhere/Never", b"mailto:",
    b"BEGIN:VEVENT", b"END:VCALENDAR", b"a" * 5000, "Ω̈".encode(), "\u202e".encode(),
)  # fmt: skip
"""What readers of dates, numbers, texts and markup stumble over."""
ODD_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 2**31, 2**63, 10**400, 0.5, -0.0, 1e308, "", " ", "\x00", "\ud800", "a" * 5000,
    "0001-01-01", "9999-12-31T23:59:59Z", "2027-02-29", [], {}, [[]], [None], {"": None}, ["a"] * 300,
)  # fmt: skip
MOST_FAULTS: Final = 4
_REQUEST: Final = re.compile(rb"[A-Z]+ /")
"""As the samples of doors in the pages begin: method, address, headers, a blank line, and the body."""


def spoilt(content: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """The sample with one to four faults; ``others`` are samples of which pieces may be taken."""
    for _ in range(random.randint(1, MOST_FAULTS)):
        content = _one_fault(content, others, random)
    return content


def _one_fault(content: bytes, others: Sequence[bytes], random: Random) -> bytes:
    if _REQUEST.match(content):
        head, blank, body = content.partition(b"\n\n")
        if body and random.random() < 0.7:
            return head + blank + _one_fault(body, others, random)
        return random.choice(_WAYS)(head, others, random) + blank + body
    if content.startswith(b"PK") and random.random() < 0.8:
        return _archive(content, others, random)
    if content[:1] in (b"{", b"[") and random.random() < 0.7:
        return _json(content, random)
    return random.choice(_WAYS)(content, others, random)


def _archive(content: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """An archive of which one member is spoilt, missing, there twice or called otherwise."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [(name, archive.read(name)) for name in archive.namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, RuntimeError, zlib.error):
        return _octets(content, others, random)
    if not members:
        return content
    place = random.randrange(len(members))
    name, inside = members[place]
    how = random.randrange(6)
    if how == 0:
        del members[place]
    elif how == 1:
        members[place] = (random.choice([member[0] for member in members]), inside)
    else:
        members[place] = (name, random.choice(_WAYS)(inside, [member[1] for member in members], random))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in dict(members).items():
            archive.writestr(name, inside)
    return written.getvalue()


def _json(content: bytes, random: Random) -> bytes:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return _words(content, (), random)
    return json.dumps(odd_json(value, random)).encode()


def odd_json(value: Any, random: Random) -> Any:
    """The value with one part, somewhere in it, that is another, missing or there twice."""
    if random.random() < 0.2 or not isinstance(value, dict | list) or not value:
        return random.choice(ODD_VALUES)
    copy = dict(value) if isinstance(value, dict) else list(value)
    place: Any = random.choice(list(copy)) if isinstance(copy, dict) else random.randrange(len(copy))
    how = random.randrange(8)
    if how == 0:
        del copy[place]
    elif how == 1 and isinstance(copy, list):
        copy.append(copy[place])
    elif how == 1 and isinstance(copy, dict):
        copy[random.choice(["", "a", "id", place.upper()])] = copy[place]
    else:
        copy[place] = odd_json(copy[place], random)
    return copy


def _octets(content: bytes, _others: Sequence[bytes], random: Random) -> bytes:
    """A few octets are others."""
    changed = bytearray(content)
    for _ in range(random.randint(1, 8)):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _words(content: bytes, _others: Sequence[bytes], random: Random) -> bytes:
    """An odd word is somewhere, instead of something or between."""
    first = random.randint(0, len(content))
    last = min(len(content), first + random.choice([0, 0, 1, 2, 4, 8, 16]))
    return content[:first] + random.choice(ODD_WORDS) + content[last:]


def _pieces(content: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """A piece is missing, there twice, or one of another sample."""
    first = random.randint(0, len(content))
    last = min(len(content), first + random.randint(0, 200))
    piece = content[first:last]
    if others and random.random() < 0.4:
        other = random.choice(others)
        start = random.randint(0, len(other))
        piece = other[start : start + random.randint(0, 200)]
        return content[:first] + piece + content[first:]
    return content[:first] + piece * random.choice([0, 2, 3, 50]) + content[last:]


def _lines(content: bytes, _others: Sequence[bytes], random: Random) -> bytes:
    """A line is missing, there twice, elsewhere, or has an odd word in place of what follows its colon or comma."""
    lines = content.splitlines(keepends=True)
    if not lines:
        return content
    place = random.randrange(len(lines))
    how = random.randrange(4)
    if how == 0:
        del lines[place]
    elif how == 1:
        lines.insert(random.randint(0, len(lines)), lines[place])
    elif how == 2:
        head, mark, rest = lines[place].partition(random.choice([b":", b";", b",", b"="]))
        lines[place] = head + mark + random.choice(ODD_WORDS) + rest[-2:] if mark else lines[place] * 2
    else:
        lines[place], lines[-1] = lines[-1], lines[place]
    return b"".join(lines)


def _cut(content: bytes, _others: Sequence[bytes], random: Random) -> bytes:
    """The end is missing."""
    return content[: random.randint(0, len(content))]


_WAYS: Final[tuple[Callable[[bytes, Sequence[bytes], Random], bytes], ...]] = (
    _octets, _words, _words, _pieces, _lines, _lines, _cut,
)  # fmt: skip
