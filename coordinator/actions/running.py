"""`onedoor run`: the whole job, step by step, through the same actions that the service uses.

Every step looks at how far the round has come, so a run that was interrupted goes on where it stopped, and a round that
is finished is only given back.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from msgspec import Struct

from coordinator.actions.approving import approve_alone
from coordinator.actions.collecting import collect_round
from coordinator.actions.delivering import deliver_round, deliver_waiting_round
from coordinator.actions.draws import commit_and_reveal
from coordinator.actions.lot_draws import fix_plan, hold_lots
from coordinator.actions.plan_requests import request_plan
from coordinator.actions.services import Services
from coordinator.actions.target_draws import fix_frame, hold_target_draw
from coordinator.documents.output import Content, refuse_foreign_folder, refuse_unwritable_folder
from coordinator.documents.round_folder import RoundFolder, read_round_folder, refuse_unreadable
from coordinator.domain.actors import Actor
from coordinator.domain.errors import Invalid, NotFound, Unavailable
from coordinator.domain.jobs import Job, JobId, JobState
from coordinator.storage import rounds
from coordinator.storage.connection import transaction
from coordinator.storage.rounds import Stage, StoredRound
from solver.chance.head import Stage as DrawStage

DoJob = Callable[[JobId], Awaitable[Job]]
Tell = Callable[[str], None]

_NOT_USED = "这次给出的 --beacon 没有使用：名单刚刚才固定，结果要在固定之后才算数。"


class RunOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `onedoor run` was asked: `seed` makes a rehearsal, `beacon` is the outcome of the announced event."""

    folder: Path
    out: Path
    seed: str | None = None
    seconds: float
    beacon: str | None = None


class Waiting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The names are fixed and the secrets revealed; the draw waits for the beacon's outcome."""

    words: tuple[str, ...]
    is_complete: None = None


class Finished(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The round was drawn, planned, drawn by lot and delivered; complete where every matter and every row stands."""

    words: tuple[str, ...]
    is_complete: bool


class Stopwatch:
    """Tells each step and how long the ones before it took."""

    def __init__(self, clock: Callable[[], datetime], tell: Tell) -> None:
        self._clock, self._tell = clock, tell
        self._begun: dict[str, datetime] = {}

    def begin(self, step: str, sentence: str) -> None:
        self._begun[step] = self._clock()
        self._tell(sentence)

    def seconds(self) -> dict[str, float]:
        """Seconds by step, the last one up to now, and in all."""
        moments = [*self._begun.values(), self._clock()]
        spent = {step: round((moments[n + 1] - moments[n]).total_seconds(), 2) for n, step in enumerate(self._begun)}
        return spent | {"total": round((moments[-1] - moments[0]).total_seconds(), 2)}


def read_order(order: RunOrder) -> RoundFolder:
    """Read what is to be done before any server is started; raises a Refusal where it cannot be done at all."""
    folder = read_round_folder(order.folder)
    content = Content.RUN if order.seed is None else Content.REHEARSAL
    refuse_foreign_folder(order.out, content, folder.settings.id)
    refuse_unreadable(folder)
    refuse_unwritable_folder(order.out)
    _refuse_unasked_beacon(order, folder)
    return folder


async def run_round(
    services: Services, actor: Actor, order: RunOrder, folder: RoundFolder, do_job: DoJob, tell: Tell
) -> Finished | Waiting:
    """Do the whole job from a round folder to a result folder, or up to the beacon."""
    watch = Stopwatch(services.clock, tell)
    watch.begin("intake", "核对各部门工作簿")
    round_ = await collect_round(services, actor, folder, order.seed)
    watch.begin("targets", "固定抽样框，抽取检查对象")
    await fix_frame(services, actor, round_)
    waits = await _draw_targets(services, actor, round_, order)
    if waits:
        words = await deliver_waiting_round(services, actor, round_, order.out)
        return Waiting(words=((_NOT_USED,) if order.beacon else ()) + words)
    watch.begin("planning", f"排期（最多{order.seconds:g}秒）")
    await _plan(services, actor, round_, order, do_job)
    watch.begin("lots", "固定方案和中签概率，抽签")
    await fix_plan(services, actor, round_)
    await commit_and_reveal(services, actor, await _stored(services, actor, round_), DrawStage.TEAMS)
    await hold_lots(services, actor, round_)
    await approve_alone(services, actor, round_)
    watch.begin("delivery", "生成任务书、通知和统计表")
    is_complete, words = await deliver_round(services, actor, round_, order.out, watch.seconds())
    return Finished(words=words, is_complete=is_complete)


async def _draw_targets(services: Services, actor: Actor, round_: UUID, order: RunOrder) -> bool:
    """Hold the first draw, or say that it waits for its beacon: an outcome counts only after everything was fixed."""
    stored = await _stored(services, actor, round_)
    if stored.stage is not Stage.FROZEN:
        return False
    is_fresh = await commit_and_reveal(services, actor, stored, DrawStage.TARGETS)
    if stored.settings.draw.beacon is not None and order.seed is None and (is_fresh or order.beacon is None):
        return True
    await hold_target_draw(services, actor, round_, order.beacon or "")
    return False


async def _plan(services: Services, actor: Actor, round_: UUID, order: RunOrder, do_job: DoJob) -> None:
    if (await _stored(services, actor, round_)).stage is not Stage.DRAWN:
        return
    job = await do_job(await request_plan(services, actor, round_, order.seconds))
    if job.state is not JobState.DONE:
        raise Unavailable(f"排期没有完成：{job.error or '作业已取消'}", remedy="再次运行会从排期接着做。")


async def _stored(services: Services, actor: Actor, round_: UUID) -> StoredRound:
    async with transaction(services.pool, actor) as db:
        stored = await rounds.round_by_id(db, round_)
    if stored is None:
        raise NotFound("没有这个轮次。", remedy="演练可能已被另一次同样的演练取代，请重新运行。")
    return stored


def _refuse_unasked_beacon(order: RunOrder, folder: RoundFolder) -> None:
    if order.beacon is not None and folder.settings.draw.beacon is None:
        raise Invalid("round.toml 没有约定公共随机事件（beacon），不能使用 --beacon。", remedy="请去掉 --beacon。")
    if order.beacon is not None and order.seed is not None:
        raise Invalid("--seed 是演练，不用公共随机事件。", remedy="--seed 和 --beacon 只留一个。")
