"""One route of the service as tests see it: how it is asked, what must be granted for it, what is answered then.

All of them are listed in `every_route` and, those for programs, in `every_program_route`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from support.rounds import small

from coordinator.documents.round_settings import settings_file
from coordinator.domain.acts import Act

NAMES = {
    "{round_id:uuid}": "{round}",
    "{stage:str}": "targets",
    "{code:path}": "{target}",
    "{tour:str}": "{tour}",
    "{id_:uuid}": "{hand_in}",
    "{hand_in_id:uuid}": "{hand_in}",
    "{account_id:uuid}": "{account}",
    "{letter_id:uuid}": "{letter}",
    "{token:uuid}": "{token}",
    "{year:int}": "2026",
    "{directory:str}": "targets",
}
"""What stands in an address for the parts of a route; names in braces are those of a world's rows."""
HEX, WRONG = "5" * 64, "wrong"
LATE = {
    "department": "{department}",
    "target": "x",
    "item": "x",
    "source": "投诉举报",
    "document": "1号",
    "note": "x",
    "last": "2026-03-31",
}
MOVE = {"plan": "{round}", "tour": "{tour}", "target": "{target}", "half_day": "x"}

YEAR = "/annual-plans/{year:int}"
LINE = {
    "name": "年度检查",
    "kind": "系统内",
    "cooperating": "",
    "items": "许可",
    "targets": "企业",
    "ratio": "5%",
    "first_day": "2026-03-02",
    "last_day": "2026-06-30",
}
SETTINGS = settings_file(small().settings).decode().replace("{", "{{").replace("}", "}}")

Field = str | int | list[str] | dict[str, str]


class Route(NamedTuple):
    """One method of one route; whoever is granted all its acts is answered `then`, anybody else `refused`."""

    method: str
    pattern: str
    acts: tuple[Act, ...]
    address: str
    then: int
    refused: int = 403
    fields: Mapping[str, Field] = {}
    file: str = ""
    """The field that carries a file."""
    ends_session: bool = False

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("/api/")


def seen(pattern: str, *acts: Act, at: str = "", then: int = 200, refused: int = 403) -> Route:
    """What is looked at."""
    return Route("GET", pattern, acts, at or _address(pattern), then, refused)


def pressed(pattern: str, /, *acts: Act, then: int, at: str = "", **fields: Field) -> Route:
    """What is sent from a form, or as JSON."""
    return Route("POST", pattern, acts, at or _address(pattern), then, fields=fields)


def _address(pattern: str) -> str:
    for part, name in NAMES.items():
        pattern = pattern.replace(part, name)
    return pattern


def collecting(route: Route) -> Route:
    """The same at a round that is being collected."""
    return route._replace(address=route.address.replace("{round}", "{collecting}"))
