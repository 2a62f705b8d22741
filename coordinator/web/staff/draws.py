"""Pages: the two draws of a round with everything that can be recomputed, and their files.

What is shown of a draw is in ../shown/draws.py.
"""

from datetime import datetime

from litestar import Response, get
from litestar.params import FromPath

from coordinator.actions.reading import DrawReading
from coordinator.domain.actors import Actor
from coordinator.domain.errors import NotFound
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.draws import draw_shown
from coordinator.web.staff.framing import in_round
from solver.chance.head import Stage

FILE_TYPES = {"json": "application/json", "tsv": "text/tab-separated-values; charset=utf-8"}


@get("/rounds/{round_id:uuid}/draws/{stage:str}", include_in_schema=False)
async def draw_page(
    known: Given[Known],
    draw: Given[DrawReading],
    stage: FromPath[Stage],
    actor: Given[Actor],
    now: Given[datetime],
) -> Response[bytes]:
    """One draw: document, commitments, reveals, seed, result, and the check in the browser."""
    tasks = {task.id: task.name for task in known.reading.tasks}
    return in_round("draw.html", known, now, actor, shown=draw_shown(draw), stage=stage.value, tasks=tasks)


@get("/rounds/{round_id:uuid}/draws/{stage:str}/{name:str}", include_in_schema=False)
async def draw_file(draw: Given[DrawReading], name: FromPath[str]) -> Response[bytes]:
    """One file of a draw, byte for byte."""
    return file_response(name, file_of(draw, name))


def file_of(draw: DrawReading, name: str) -> bytes:
    """One file of a draw; raises NotFound."""
    if name not in draw.files:
        raise NotFound("没有这个文件。")
    return draw.files[name]


def file_response(name: str, content: bytes) -> Response[bytes]:
    """Give a file to be kept; its bytes are what was hashed."""
    return Response(content, headers=as_file(name), media_type=FILE_TYPES[name.rpartition(".")[2]])


def as_file(name: str) -> dict[str, str]:
    """Tell a browser to keep what it gets under this name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
