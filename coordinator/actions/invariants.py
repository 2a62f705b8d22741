"""What must be true of everything stored, asked of everything stored: after a restore, an upgrade, by whoever doubts.

The database's own constraints guard each row; here what rows say together is recomputed. Nothing is mended here.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from coordinator.actions.destinations import faults_of_secrets
from coordinator.actions.second_factors import faults_of_factors
from coordinator.actions.services import Services
from coordinator.actions.target_draws import drawn_of
from coordinator.domain.actors import Actor
from coordinator.domain.ids import InspectorId
from coordinator.domain.late_causes import FiledCause, LateOutcome
from coordinator.domain.matters import DrawnTarget
from coordinator.domain.recusals import Replacement
from coordinator.domain.reschedulings import Rescheduling, as_it_stands
from coordinator.storage import draws, late_causes, plans, recusals, reschedulings, rounds
from coordinator.storage.connection import transaction
from coordinator.storage.draws import DrawState, StoredDraw
from coordinator.storage.plans import Member, StoredPlan
from coordinator.storage.reschedulings import StandingMember
from coordinator.storage.rounds import StoredRound
from solver.chance.errors import ChanceError
from solver.chance.head import Stage as DrawStage
from solver.chance.transcript import read_transcript
from solver.chance.verify import verify
from solver.planning.check import check
from solver.planning.reading import problem_digest, read_plan, read_problem


async def broken_invariants(services: Services, actor: Actor) -> tuple[str, ...]:
    """Recompute every draw, judge every live plan, compare rows with transcripts; say in words what does not hold.

    So is said whether second factors and outside systems' secrets can be opened on this machine.
    """
    async with transaction(services.pool, actor) as db:
        every = await rounds.rounds(db)
    sentences = [sentence for stored in every for sentence in await _of_round(services, actor, stored.id)]
    return (*sentences, *await faults_of_factors(services), *await faults_of_secrets(services))


async def _of_round(services: Services, actor: Actor, round_: UUID) -> list[str]:
    """A round by itself, as it stands at one moment."""
    async with transaction(services.pool, actor) as db:
        stored = await rounds.lock_round(db, round_)
        if stored is None:
            return []
        ended = [(draw, await draws.files(db, draw.id)) for draw in await draws.ended_draws(db, round_)]
        drawn = await draws.drawn_targets(db, round_)
        live = await plans.live_plan(db, round_)
        late = await late_causes.filed(db, round_)
        members = await plans.members(db, live.id) if live else []
        going = await reschedulings.standing_members(db, live.id) if live else []
        since = await recusals.replacements(db, round_), await reschedulings.reschedulings(db, round_)
    sentences = [sentence for draw, files in ended for sentence in _draw(draw, files)]
    sentences += _plan(stored, live)
    sentences += _late(live, late)
    sentences += [sentence for draw, _ in ended for sentence in _rows(draw, drawn, members)]
    sentences += _standing(live, members, *since, going) if live and going else ()
    return [f"轮次“{stored.code}”：{sentence}" for sentence in sentences]


def _draw(draw: StoredDraw, files: Mapping[str, bytes]) -> Iterator[str]:
    """A draw that ended can be recomputed from what is stored."""
    try:
        failure = verify(draw.transcript or b"", dict(files)).failure
    except ChanceError as error:
        yield f"{_named(draw)}不能读取：{error}"
        return
    if failure:
        yield f"{_named(draw)}不能复核（{failure.place}）：{failure.text}"


def _plan(stored: StoredRound, live: StoredPlan | None) -> Iterator[str]:
    """A round that was planned has one lawful plan."""
    if live is None:
        if stored.is_planned:
            yield "已经排期，却没有方案。"
        return
    verdict = check(read_problem(live.problem), read_plan(live.document), problem_digest(live.problem))
    for breach in verdict.breaches:
        yield f"方案不合规（规则{breach.rule}，{breach.place}）：{breach.text}"


def _late(live: StoredPlan | None, late: Sequence[FiledCause]) -> Iterator[str]:
    """What came late and was taken is in the plan's problem, as it was filed."""
    matters = read_problem(live.problem).matters if live else ()
    planned = {(each.id, each.department, each.target, each.item) for each in matters}
    for cause in late:
        if cause.outcome is LateOutcome.TAKEN and (
            (cause.matter, cause.department, cause.target, cause.item) not in planned
        ):
            yield f"临时增加的任务 {cause.matter} 不在方案里，或与登记的不符。"


def _rows(draw: StoredDraw, drawn: Sequence[DrawnTarget], members: Sequence[Member]) -> Iterator[str]:
    """Who was drawn according to the rows is who was drawn according to the transcript."""
    if draw.state is not DrawState.HELD:
        return
    match read_transcript(draw.transcript or b"").result:
        case tuple() as selections:
            agree = {(one.task, one.target, one.batch) for one in drawn_of(selections)} == {
                (one.task, one.target, one.batch) for one in drawn
            }
        case teams:
            lots = (teams or {}).items()
            agree = {(str(lot), person) for lot, people in lots for person in people} == {
                (one.role, one.inspector) for one in members
            }
    if not agree:
        yield f"{_named(draw)}的结果与登记的不符。"


def _standing(
    live: StoredPlan,
    members: Sequence[Member],
    replaced: Sequence[Replacement],
    moved: Sequence[Rescheduling],
    going: Sequence[StandingMember],
) -> Iterator[str]:
    """Who goes where according to the rows is what follows from the lots, the replacements and the moves."""
    teams: dict[str, tuple[InspectorId, ...]] = {}
    for member in members:
        teams[member.role] = (*teams.get(member.role, ()), member.inspector)
    standing = as_it_stands(read_problem(live.problem), read_plan(live.document), teams, replaced, moved)
    follows = {
        StandingMember(role.id, standing.published.get(role.id, role.id), tour.half_day, one)
        for tour in standing.plan.tours
        for role in tour.roles
        for one in standing.teams.get(role.id, ())
    }
    if follows != {*going}:
        yield "现在的检查组与抽签、换人和改期的记录不符。"


def _named(draw: StoredDraw) -> str:
    return f"第{draw.attempt}次{'抽取检查对象' if draw.stage is DrawStage.TARGETS else '抽签'}"
