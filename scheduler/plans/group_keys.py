"""A group's identity: a key that lasts as long as the group lives, and that no other group ever gets.

Sessions, feeds and video links hang on it, so a group of strangers must never inherit the key of one that is gone.
"""

from __future__ import annotations

import secrets


def new_group_key() -> str:
    """A key that no group has had."""
    return f"g{secrets.token_hex(6)}"
