"""Bytes as text."""

from __future__ import annotations


def decoded(content: bytes) -> str:
    """Text of whatever encoding: by its mark, else UTF-8, else Latin-1 as Windows writes it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
