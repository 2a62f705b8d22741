"""Caused inspections that come after the plan, in tests: a complaint about a firm of the water department."""

from uuid import UUID

from msgspec.structs import replace
from support.replannings import standing
from support.rounds import WATER, liaison_of, small

from coordinator.actions.collecting import load_submissions
from coordinator.actions.late_causes import file_cause
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Actor
from coordinator.domain.ids import TargetId
from coordinator.domain.late_causes import CauseWish
from coordinator.domain.submissions import TargetEntry
from coordinator.storage.connection import transaction

LIAISON = liaison_of(WATER)
ON_SITE, AT_THE_DESK = "SL03", "SL04"
LAST = small().settings.round.last_day.isoformat()


async def own_targets(services: Services, round_: UUID, *, in_plan: bool) -> list[TargetEntry]:
    """The department's targets that the plan visits, or does not."""
    problem, _ = await standing(services, round_)
    planned = {each.id for each in problem.targets}
    async with transaction(services.pool, WORKER) as db:
        handed_in = await load_submissions(db, round_)
    entries = next(each.targets for each in handed_in if each.department.id == WATER)
    return [each for each in entries if (each.id in planned) is in_plan and not each.closed]


async def wish_of(services: Services, round_: UUID, *, in_plan: bool = False) -> CauseWish:
    """A complaint about the first of them."""
    return about((await own_targets(services, round_, in_plan=in_plan))[0].id)


def about(target: TargetId) -> CauseWish:
    return CauseWish(
        department=WATER,
        target=target,
        item=ON_SITE,
        source="投诉举报",
        document="水信访〔2026〕7号",
        note="群众反映夜间采砂",
        last=LAST,
    )


async def filed(
    services: Services, round_: UUID, *, in_plan: bool = False, actor: Actor = LIAISON, **changes: str
) -> UUID:
    wish = await wish_of(services, round_, in_plan=in_plan)
    return await file_cause(services, actor, round_, replace(wish, **changes))
