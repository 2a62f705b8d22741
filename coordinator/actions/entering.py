"""Results entered in the web by whoever inspects (谁检查、谁录入): answers of a page, one department's own.

What answers mean is said in the domain's `entering`; whole forms come through `result_uploads`.
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from coordinator.actions.beginning import today_of
from coordinator.actions.reading import RoundReading
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Actor
from coordinator.domain.acts import Act
from coordinator.domain.entering import Asked, Entered, Fault, Stop, asked_at, take_entered, version_of
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted, TooLate
from coordinator.domain.expectations import Expectations
from coordinator.domain.findings import Facts
from coordinator.domain.ids import DepartmentId
from coordinator.domain.permissions import may, permit
from coordinator.storage import audit, findings, plans, rounds
from coordinator.storage.connection import Connection, act_as, transaction
from coordinator.storage.rounds import Stage


class ResultProgress(Struct, frozen=True, kw_only=True):
    """How far a round's results are; settled: public, or withheld with the reason."""

    expected: int
    entered: int
    settled: int


class StaleAnswers(Conflict):
    """Somebody else entered results at this stop since the page was opened; `asked` is what stands now."""

    def __init__(self, asked: tuple[Asked, ...]) -> None:
        super().__init__(
            "您打开这一页之后，别人已经改过这里的结果，没有保存。", remedy="请看过下面的不同之处，再决定是否保存。"
        )
        self.asked = asked


class FaultyAnswers(Invalid):
    """Answers that cannot stand; nothing was saved."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("还有填写不对的地方，没有保存。", remedy="请改好后再保存。")
        self.faults = faults


async def read_facts(services: Services, actor: Actor, reading: RoundReading) -> Facts:
    """What a round expects and what has been found so far, a department's own where one acts for it."""
    permit(actor, Act.SEE_RESULTS)
    async with transaction(services.pool, actor) as db:
        return await facts_now(db, reading.stored.id, reading.expectations)


async def read_progress(services: Services, actor: Actor, reading: RoundReading) -> ResultProgress | None:
    """How far the results of a dispatched round are; None for who sees a part of it, and for a rehearsal."""
    if not reading.is_whole or not reading.is_dispatched or reading.stored.rehearsal_seed is not None:
        return None
    if not may(actor, Act.SEE_RESULTS):
        return None
    async with transaction(services.pool, actor) as db:
        found = await findings.counts(db, reading.stored.id)
    expected = len(reading.expectations.results)
    return ResultProgress(expected=expected, entered=found.entered, settled=found.settled)


async def enter_results(
    services: Services, actor: Actor, reading: RoundReading, stop: Stop, entered: Sequence[Entered], seen: str
) -> None:
    """Enter what was found at a stop, or correct it; the same once more changes nothing.

    `seen` is the version of what the page showed. Raises FaultyAnswers, StaleAnswers, NotFound for a stop that is not
    the department's.
    """
    permit(actor, Act.ENTER_RESULTS)
    department = own_department(actor)
    async with transaction(services.pool, actor) as db:
        await lock_for_results(db, actor, reading)
        before = await facts_now(db, reading.stored.id, reading.expectations)
        asked = asked_at(before, department, stop)
        refuse_nowhere(asked)
        taken = take_entered(before, department, stop, entered, today_of(services))
        is_new = taken.facts.finding_by_key != before.finding_by_key
        if version_of(asked) != seen and (is_new or taken.is_refused):
            raise StaleAnswers(asked)
        if taken.is_refused:
            raise FaultyAnswers(taken.faults)
        if is_new:
            await record(db, services, actor, reading.stored.id, before, taken.facts, target=stop.target)


def own_department(actor: Actor) -> DepartmentId:
    """The department for which somebody enters results; the coordinating office enters none on pages."""
    if actor.department is None:
        raise NotPermitted("谁检查、谁录入：结果由检查的部门录入。", remedy="请由该部门的联络员或检查人员登录办理。")
    return DepartmentId(actor.department)


def refuse_nowhere(asked: Sequence[Asked]) -> None:
    if not asked:
        raise NotFound("本部门没有这次检查。", remedy="请从结果列表里选择。")


async def facts_now(db: Connection, round_: UUID, expectations: Expectations) -> Facts:
    """What stands now, as far as the actor in this transaction may see it."""
    found = await findings.findings(db, round_)
    return Facts(expectations=expectations, findings=tuple(sorted(found, key=lambda each: each.key)))


async def lock_for_results(db: Connection, actor: Actor, reading: RoundReading) -> None:
    """Let one person at a time enter results of a round; raises Conflict where its plan is another by now."""
    await act_as(db, WORKER)
    stored = await rounds.lock_round(db, reading.stored.id)
    plan = await plans.live_plan_id(db, reading.stored.id)
    await act_as(db, actor)
    if stored is None or stored.stage is not Stage.DISPATCHED:
        raise TooLate("这个轮次还没有派出检查，没有要录入的结果。", remedy="文书批准之后再来。")
    if stored.rehearsal_seed is not None:
        raise TooLate("演练不录入结果。", remedy="演练的检查没有真的进行。")
    if plan != reading.plan:
        raise Conflict("排期刚刚有变动，没有保存。", remedy="请刷新页面再办理。")


async def record(
    db: Connection, services: Services, actor: Actor, round_: UUID, before: Facts, after: Facts, **said: object
) -> None:
    """Store what is new and what it replaces, with an entry in the trail."""
    known = before.finding_by_key
    changed = [each for each in after.findings if known.get(each.key) != each]
    corrections = after.corrections[len(before.corrections) :]
    await findings.upsert_findings(db, round_, changed)
    await findings.upsert_publications(db, round_, changed)
    await findings.insert_corrections(db, round_, corrections, services.clock())
    counts = {"new": len(changed) - len(corrections), "corrected": len(corrections)}
    await audit.append(db, actor, "results_entered", round_, actor.department or "", **counts, **said)
