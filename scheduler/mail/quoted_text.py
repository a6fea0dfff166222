"""What somebody wrote in a message, without the message that they answer: mail programs put it below, each in its way.

What is quoted was written by the product, so nobody misses it, and it holds its reader's own links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.message import Message
from html.parser import HTMLParser
from typing import Final

_LONGEST: Final = 20_000
"""Characters of a message that are looked at."""
_BEGINS_QUOTE: Final = re.compile(
    r"^\s*("
    r">|-{2,}\s*(original|forwarded|ursprüngliche|weitergeleitete|message d.origine|message transféré)|_{20,}\s*$"
    r"|(on|le|am|el|il) .{5,300}(wrote|a écrit|schrieb|escribió|ha scritto)\s?:\s*$"
    r"|(from|de|von|sent|envoyé|gesendet)\s?: .*"
    r"|-- ?$"
    r")",
    re.IGNORECASE,
)
_TWO_LINES: Final = re.compile(r"^\s*(on|le|am) .{5,200}$", re.IGNORECASE)
_ENDS_TWO: Final = re.compile(r"(wrote|a écrit|schrieb)\s?:\s*$", re.IGNORECASE)
_BREAKS: Final = frozenset({"br", "div", "p", "li", "tr", "blockquote", "hr"})


def own_words(parts: Iterable[Message]) -> str:
    """What the writer of a message wrote themselves, as plain text; empty where there is none."""
    texts = {part.get_content_type(): part for part in reversed(list(parts)) if not _is_attached(part)}
    if plain := texts.get("text/plain"):
        return _above_the_quote(_decoded(plain))
    if html := texts.get("text/html"):
        return _above_the_quote(_plain(_decoded(html)))
    return ""


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return content.decode(errors="replace")


def _above_the_quote(text: str) -> str:
    kept: list[str] = []
    lines = text[:_LONGEST].replace("\r\n", "\n").split("\n")
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if _BEGINS_QUOTE.match(line) or (_TWO_LINES.match(line) and _ENDS_TWO.search(after)):
            break
        kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _plain(html: str) -> str:
    reader = _Text()
    reader.feed(html[: 5 * _LONGEST])
    reader.close()
    return re.sub(r"[ \t]+", " ", "".join(reader.found))


class _Text(HTMLParser):
    """The text of a page, up to what it quotes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0
        self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Break lines as the page does; leave out what is not shown, and everything from a quotation on."""
        if tag in ("style", "script", "head"):
            self._hidden += 1
        elif tag == "blockquote" or any("quote" in (value or "").lower() for name, value in attrs if name == "class"):
            self._over = True
        elif tag in _BREAKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Show again what follows."""
        if tag in ("style", "script", "head"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        """Take over what is shown."""
        if not (self._hidden or self._over):
            self.found.append(data)
