"""A registry's end: gives out what changed, page by page from a cursor on, and never the same change twice.

It keeps every change in the order in which it was made; a cursor is how many the asker has seen.
"""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from connectors.partners.http import Reply, Request, reply
from connectors.registry import Registration, RegistryPage

MOST = 20_000


class RegistryPartner:
    """Holds registrations; `asked` has the cursors that were asked for."""

    def __init__(self, token: str, registrations: Sequence[Registration] = ()) -> None:
        self._token = token
        self.changes = list(registrations)
        self.asked: list[str] = []

    def change(self, *registrations: Registration) -> None:
        """Register something new or otherwise than before."""
        self.changes += registrations

    async def handle(self, request: Request) -> Reply:
        """Give a page to whoever has the token."""
        if request.headers.get("authorization") != f"Bearer {self._token}":
            return reply({"error": "令牌不对。"}, HTTPStatus.UNAUTHORIZED)
        asked = parse_qs(urlsplit(request.path).query)
        cursor, limit = (asked.get(name, [""])[0] for name in ("cursor", "limit"))
        if (cursor and not cursor.isdigit()) or not limit.isdigit() or not 1 <= int(limit) <= MOST:
            return reply({"error": "cursor 或 limit 不对。"}, HTTPStatus.BAD_REQUEST)
        self.asked.append(cursor)
        first = int(cursor or 0)
        rows = tuple(self.changes[first : first + int(limit)])
        after = first + len(rows)
        return reply(RegistryPage(rows=rows, cursor=str(after), has_more=after < len(self.changes)))
