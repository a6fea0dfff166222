"""Programs that use the API, each with a token of somebody's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse


@dataclass(frozen=True, slots=True)
class Program:
    """A program with a token, and what it is answered."""

    client: Any
    token: str

    def ask(self, method: str, path: str, json: Any = None, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        sent = {} if json is None else {"json": json}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **sent, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.ask("GET", path, **more)

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.ask("POST", path, json, **more)

    def put(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.ask("PUT", path, json, **more)

    def all(self, path: str, limit: int) -> list[Any]:
        """A whole list, page by page."""
        found, cursor = [], ""
        while cursor is not None:
            page = self.json(f"{path}?limit={limit}&cursor={cursor}")
            assert len(page["items"]) <= limit
            found += page["items"]
            cursor = page["next_cursor"]
        return found
