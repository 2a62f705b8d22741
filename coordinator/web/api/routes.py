"""The same as JSON, for programs; errors are problem details (RFC 9457). Paths stay when pages change.

What is shown is named field by field in ../shown.
"""

from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery

from coordinator.actions.entering import read_progress
from coordinator.actions.reading import DrawReading, all_rounds, read_trail
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.web.api.annual_plans import ANNUAL_PLANS
from coordinator.web.api.answers import ERRORS
from coordinator.web.api.approvals import APPROVALS
from coordinator.web.api.beginning import BEGINNING
from coordinator.web.api.ceremonies import CEREMONIES
from coordinator.web.api.deliveries import DELIVERIES
from coordinator.web.api.destinations import DESTINATIONS
from coordinator.web.api.directories import DIRECTORIES
from coordinator.web.api.duplicates import DUPLICATES
from coordinator.web.api.duties import DUTIES
from coordinator.web.api.handing_in import HANDING_IN
from coordinator.web.api.late_causes import LATE_CAUSES
from coordinator.web.api.letters import LETTERS
from coordinator.web.api.manners import Once, Unchanged
from coordinator.web.api.moves import MOVES
from coordinator.web.api.packages import get_package_file
from coordinator.web.api.pages import TURN, Turn, listing
from coordinator.web.api.papers import PAPERS
from coordinator.web.api.plan_views import PLAN_VIEWS
from coordinator.web.api.planning import PLANNING
from coordinator.web.api.recusals import RECUSALS
from coordinator.web.api.registry import REGISTRY
from coordinator.web.api.replanning import REPLANNING
from coordinator.web.api.rescheduling import RESCHEDULINGS
from coordinator.web.api.results import RESULTS
from coordinator.web.api.statistics import STATISTICS
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.public.rounds import read_public_round
from coordinator.web.shown.draws import DrawShown, draw_shown
from coordinator.web.shown.public import PublicRound
from coordinator.web.shown.rounds import RoundLine, RoundShown, round_line, round_shown
from coordinator.web.shown.target_lines import TargetLine, holding
from coordinator.web.shown.targets import TargetShown, target_shown
from coordinator.web.shown.trails import TrailEntry, trail_entry
from coordinator.web.staff.draws import as_file, file_of
from coordinator.web.staff.targets import code_of

read = partial(get, responses=ERRORS)
BYTES = "application/octet-stream"


@listing("/rounds", tags=["轮次"], summary="所有轮次，新的在前")
async def list_rounds(turn: Given[Turn], services: Given[Services], actor: Given[Actor]) -> Response[list[RoundLine]]:
    lines = [round_line(each) for each in await all_rounds(services, actor)]
    return turn.cut(lines, lambda _, each: str(each.id))


@read("/rounds/{round_id:uuid}", tags=["轮次"], summary="一个轮次：进程、节省、任务、未能安排的")
async def get_round(
    known: Given[Known], actor: Given[Actor], services: Given[Services], now: Given[datetime]
) -> RoundShown:
    return round_shown(known.reading, now, await read_progress(services, actor, known.reading))


@listing("/rounds/{round_id:uuid}/trail", tags=["轮次"], summary="全过程留痕，早的在前")
async def get_trail(
    turn: Given[Turn], round_id: FromPath[UUID], services: Given[Services], actor: Given[Actor]
) -> Response[list[TrailEntry]]:
    entries = [trail_entry(each) for each in await read_trail(services, actor, round_id)]
    return turn.cut(entries, lambda place, _: str(place))


@listing("/rounds/{round_id:uuid}/targets", tags=["检查对象"], summary="本轮检查对象；q 查名称或代码")
async def list_targets(turn: Given[Turn], planned: Given[Known], q: FromQuery[str] = "") -> Response[list[TargetLine]]:
    return turn.cut(holding(planned.targets, q), lambda _, each: each.id)


@read("/rounds/{round_id:uuid}/targets/{code:path}", tags=["检查对象"], summary="一个检查对象，和企业此刻能看到的内容")
async def get_target(planned: Given[Known], code: FromPath[PurePosixPath], now: Given[datetime]) -> TargetShown:
    return target_shown(planned, code_of(code), now)


@read("/rounds/{round_id:uuid}/draws/{stage:str}", tags=["抽取"], summary="一次抽取：文书、承诺、公布、种子、摘要")
async def get_draw(draw: Given[DrawReading]) -> DrawShown:
    return draw_shown(draw)


@read(
    "/rounds/{round_id:uuid}/draws/{stage:str}/files/{name:str}",
    tags=["抽取"],
    summary="抽取的文件，逐字节原样",
    media_type=BYTES,
)
async def get_draw_file(draw: Given[DrawReading], name: FromPath[str]) -> Response[bytes]:
    return Response(file_of(draw, name), headers=as_file(name), media_type=BYTES)


@read("/public/rounds/{round_id:uuid}", tags=["公开"], summary="任何人此刻可以看到的")
async def get_public_round(published: Given[Known], services: Given[Services], now: Given[datetime]) -> PublicRound:
    return await read_public_round(published, services, now)


API = Router(
    "/api/v1",
    route_handlers=[
        list_rounds,
        get_round,
        get_trail,
        list_targets,
        get_target,
        get_draw,
        get_draw_file,
        get_public_round,
        get_package_file,
        *DUTIES,
        *PLANNING,
        *CEREMONIES,
        *PLAN_VIEWS,
        *MOVES,
        *LATE_CAUSES,
        *REPLANNING,
        *DIRECTORIES,
        *DUPLICATES,
        *HANDING_IN,
        *APPROVALS,
        *PAPERS,
        *LETTERS,
        *RESULTS,
        *STATISTICS,
        *DESTINATIONS,
        *DELIVERIES,
        *REGISTRY,
        *RESCHEDULINGS,
        *RECUSALS,
        *BEGINNING,
        *ANNUAL_PLANS,
    ],
    dependencies=TURN,
    middleware=[Unchanged, Once],
)
