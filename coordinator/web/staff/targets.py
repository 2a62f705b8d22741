"""Pages: a round's targets, and one target whole.

What is shown is in ../shown.
"""

from datetime import datetime
from pathlib import PurePosixPath

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from coordinator.domain.actors import Actor
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.target_lines import targets_page
from coordinator.web.shown.targets import target_shown
from coordinator.web.staff.framing import in_round


@get("/rounds/{round_id:uuid}/targets", include_in_schema=False)
async def targets_list(
    planned: Given[Known],
    actor: Given[Actor],
    now: Given[datetime],
    q: FromQuery[str] = "",
    number: FromQuery[int] = 1,
) -> Response[bytes]:
    """The targets whose name or code holds what was asked for, page by page."""
    return in_round("targets.html", planned, now, actor, shown=targets_page(planned.targets, q, number))


@get("/rounds/{round_id:uuid}/targets/{code:path}", include_in_schema=False)
async def target_page(
    planned: Given[Known],
    actor: Given[Actor],
    now: Given[datetime],
    code: FromPath[PurePosixPath],
    done: FromQuery[str] = "",
) -> Response[bytes]:
    """One target: everything that is to be checked there, and what the firm may see now."""
    shown = target_shown(planned, code_of(code), now)
    return in_round("target.html", planned, now, actor, shown=shown, moment=now, done=done)


def code_of(path: PurePosixPath) -> str:
    """A target's code as it stood in the address; `部门/编号` holds a slash of its own."""
    return str(path).removeprefix("/")
