"""The first draw: which targets are inspected. Frames are fixed with everything that was left out of them.

How a draw is fixed, held and recorded is the same for both stages and lives in `draws`.
"""

from uuid import UUID

from coordinator.actions.calendars import calendar_of
from coordinator.actions.collecting import load_submissions
from coordinator.actions.draws import end_draw, fix_document, new_head, parties_of, single_operators
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.ceremonies import ONE_OPERATOR, Terms
from coordinator.domain.errors import Invalid
from coordinator.domain.frames import TaskFrame, task_frames
from coordinator.domain.ids import TaskId
from coordinator.domain.intake.taking import refused_targets
from coordinator.domain.matters import DrawnTarget, batch_windows
from coordinator.domain.tasks import tasks_of
from coordinator.storage import audit, draws, rounds, submissions
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.draws import StoredDraw
from coordinator.storage.rounds import Stage, StoredRound
from solver.chance.document import ENTRIES, FRAME
from solver.chance.frame import entries_file, frame_file
from solver.chance.head import Stage as DrawStage
from solver.chance.targets import StratumSelection


async def fix_frame(services: Services, actor: Actor, round_: UUID, terms: Terms = ONE_OPERATOR) -> None:
    """Fix who may be drawn, in which stratum, at which ratio; raises Invalid where no task stands."""
    async with transaction(services.pool, actor) as db:
        stored = await rounds.lock_round(db, round_)
        if stored is None or stored.stage is not Stage.COLLECTED:
            return
        handed_in = await load_submissions(db, round_)
        coordinator = stored.settings.round.coordinator
        if not any(one.department.id == coordinator for one in handed_in):
            raise Invalid(f"牵头部门“{coordinator}”还没有提交工作簿。", remedy="请先提交，其中要有“区划”表。")
        working_days = stored.settings.working_days(await calendar_of(db, actor))
        if not working_days:
            raise Invalid(
                "本轮的起止日期之间没有工作日。",
                remedy="请改 round.toml 的 first_day、last_day，或 [calendar] 的 open。",
            )
        tasks = tasks_of(handed_in)
        if not tasks and not any(one.caused for one in handed_in):
            raise Invalid(
                "没有一项可以抽取的任务。", remedy="请用 onedoor intake 取得退回的工作簿，改正抽查计划后重新运行。"
            )
        frames = [frame for frame in task_frames(stored.settings, handed_in) if isinstance(frame, TaskFrame)]
        await draws.insert_tasks(db, round_, tasks)
        for task in tasks:
            await draws.insert_batches(db, round_, task.id, batch_windows(task, working_days))
        refused = [
            exclusion
            for one in await submissions.submissions(db, round_)
            for exclusion in refused_targets(one.department, one.refused)
        ]
        excluded = [*refused, *(each for frame in frames for each in frame.excluded)]
        await draws.insert_exclusions(db, round_, excluded)
        head = new_head(
            stored.settings,
            DrawStage.TARGETS,
            parties_of(stored.settings, tasks),
            services.clock(),
            terms,
            targets=None,
            beacon=stored.settings.draw.beacon,
        )
        files = _frame_files(frames)
        await fix_document(db, services, actor, stored, head, files, single_operator=terms.single_operator)
        await rounds.advance(db, round_, Stage.FROZEN)


async def hold_target_draw(services: Services, actor: Actor, round_: UUID, beacon: str) -> None:
    """Draw the targets; raises Invalid for a beacon that is not written as announced."""
    async with transaction(services.pool, actor) as db:
        stored = await rounds.lock_round(db, round_)
        if stored is None or stored.stage is not Stage.FROZEN:
            return
        draw = await single_operators(db, stored, DrawStage.TARGETS)
        await draw_targets(db, services, actor, stored, draw, beacon, actor.name)


async def draw_targets(
    db: Connection, services: Services, actor: Actor, stored: StoredRound, draw: StoredDraw, beacon: str, by: str
) -> None:
    """Let chance decide and store who was drawn, in the caller's transaction, which has locked the frozen round."""
    transcript = await end_draw(db, services, actor, stored, draw, beacon, by)
    assert isinstance(transcript.result, tuple), "a held draw of targets has selections"  # noqa: S101 - narrows the type
    drawn = drawn_of(transcript.result)
    await draws.insert_drawn(db, stored.id, drawn)
    await rounds.advance(db, stored.id, Stage.DRAWN)
    await audit.append(db, actor, "targets_drawn", stored.id, stored.code, count=len(drawn))


def drawn_of(selections: tuple[StratumSelection, ...]) -> list[DrawnTarget]:
    """Every selected target with its task and batch."""
    return [
        DrawnTarget(task=TaskId(selection.entry), target=target, batch=batch)
        for selection in selections
        for target, batch in zip(selection.selected, selection.batches, strict=True)
    ]


def _frame_files(frames: list[TaskFrame]) -> dict[str, bytes]:
    return {
        ENTRIES: entries_file(frame.entry for frame in frames),
        FRAME: frame_file((frame.entry.id, *unit) for frame in frames for unit in frame.units),
    }
