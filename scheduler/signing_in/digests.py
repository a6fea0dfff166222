"""What is kept of a secret that lets somebody in."""

from __future__ import annotations

import hashlib


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
