"""Handing in in the web: a workbook is tried, then handed in, then perhaps undone, while its round is collected.

Who may do it is asked for the workbook's own department; what all workbooks come to together is in `collections`.
"""

import asyncio
from uuid import UUID, uuid4

from coordinator.actions.collections import (
    Collecting,
    collecting,
    for_all,
    read_workbooks,
    store_together,
    take_together,
)
from coordinator.actions.services import Services
from coordinator.documents.workbook_reading import read_upload_again
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted, TooLate
from coordinator.domain.hand_ins import TRIED_LASTS, Collection, HandIn, HandInId, Trial, tried
from coordinator.domain.ids import DepartmentId
from coordinator.domain.intake.drafts import is_empty_template, open_workbook
from coordinator.domain.intake.taking import Taken
from coordinator.domain.permissions import may, permit
from coordinator.domain.sheets import Workbook
from coordinator.domain.workbook_changes import SheetChanges, changes_between
from coordinator.storage import audit, hand_ins, rounds
from coordinator.storage.connection import Connection, transaction


class Stale(Conflict):
    """What was tried no longer fits what stands; `changes` say what has changed since."""

    def __init__(self, message: str, changes: tuple[SheetChanges, ...] = ()) -> None:
        super().__init__(message, remedy="请重新核对，看过结果再提交。")
        self.changes = changes


async def try_workbook(services: Services, actor: Actor, round_: UUID, file: str, content: bytes) -> HandInId:
    """Check a workbook against the round as it stands and keep what was found; nothing of its rows is stored.

    Raises Invalid for a file that cannot be used, NotPermitted for another department's.
    """
    permit(actor, Act.HAND_IN)
    if not content:
        raise Invalid("没有选择文件，或文件是空的。", remedy="请选择填好的工作簿。", field="workbook")
    async with transaction(services.pool, actor) as db:
        await _refuse_unseen(db, round_)
    async with transaction(services.pool, for_all(actor)) as db:
        around = await collecting(db, actor, round_)
    workbook = await asyncio.to_thread(read_upload_again, file, content)
    department = _department_of(actor, around, workbook)
    async with transaction(services.pool, for_all(actor)) as db:
        earlier = await hand_ins.earlier_workbook(db, round_, department)
    before, words = await _before(around, department, earlier)
    others = await read_workbooks(around.beside(department))
    taken = (await take_together(around, [*others, workbook]))[department]
    changes = await asyncio.to_thread(changes_between, before, workbook)
    standing = around.of(department)
    found = HandIn(
        id=HandInId(uuid4()),
        round=round_,
        department=department,
        file=workbook.file,
        sha256=workbook.sha256,
        replaces=standing.id if standing else None,
        settings_digest=around.settings_digest,
        trial=_trial(around, taken, words, changes),
        tried_by=actor.name,
        tried_at=services.clock(),
    )
    async with transaction(services.pool, for_all(actor)) as db:
        # read once more: while the workbook was looked through, its department may have been taken off the list
        _refuse_not_asked(await hand_ins.collection(db, round_), department)
        await hand_ins.delete_trials(db, round_, services.clock() - TRIED_LASTS)
        await hand_ins.insert_trial(db, found, content)
    return found.id


async def try_again(services: Services, actor: Actor, round_: UUID, id_: HandInId) -> HandInId:
    """Check the same workbook against what stands now."""
    found = await find_hand_in(services, actor, round_, id_)
    async with transaction(services.pool, actor) as db:
        content = await hand_ins.content(db, found.id)
    return await try_workbook(services, actor, round_, found.file, content)


async def hand_in(services: Services, actor: Actor, round_: UUID, id_: HandInId, *, with_faults: bool) -> HandIn:
    """Let a tried workbook stand; a second time changes nothing.

    With faults only the good rows count. Raises Stale where something changed since it was tried, Conflict for faults
    that were not agreed to, TooLate once the names are fixed.
    """
    found = await find_hand_in(services, actor, round_, id_)
    permit(actor, Act.HAND_IN, department=found.department)
    async with transaction(services.pool, for_all(actor)) as db:
        around = await collecting(db, actor, round_) if found.number is None else None
        content = await hand_ins.content(db, id_)
    if around is None:
        return found
    own = await asyncio.to_thread(read_upload_again, found.file, content)
    await read_workbooks(around.beside(found.department))  # remembered: nobody waits for it while the round is locked
    async with transaction(services.pool, for_all(actor)) as db:
        await rounds.lock_round(db, round_)
        found = await _standing_still(db, id_)
        if found.number is not None:
            return found
        around = await collecting(db, actor, round_)
        await _refuse_stale(db, around, found)
        others = await read_workbooks(around.beside(found.department))
        taken = await take_together(around, [*others, own])
        _refuse_faults(around, found, taken[found.department], with_faults=with_faults)
        await hand_ins.mark_handed_in(db, id_, actor.name, services.clock())
        contents = {each.department: each.content for each in around.standing} | {found.department: content}
        await store_together(db, around, taken, contents)
        refused = len(taken[found.department].refused)
        await audit.append(db, actor, "submission_taken_in", round_, found.department, file=found.file, refused=refused)
        return await _standing_still(db, id_)


async def undo(services: Services, actor: Actor, round_: UUID, id_: HandInId) -> None:
    """Take back what was handed in; what stood before it stands again. A second time changes nothing.

    Raises TooLate after a day or once the names are fixed, Conflict where something newer stands.
    """
    found = await find_hand_in(services, actor, round_, id_)
    permit(actor, Act.HAND_IN, department=found.department)
    async with transaction(services.pool, for_all(actor)) as db:
        await rounds.lock_round(db, round_)
        found = await _standing_still(db, id_)
        if found.undone_at is not None:
            return
        around = await collecting(db, actor, round_)
        standing = around.of(found.department)
        if standing is None or standing.id != id_:
            raise Conflict("此后又提交了新的一份，这一份已不是现在的内容。", remedy="请撤销最新的一份。")
        if not found.may_be_undone(services.clock()):
            raise TooLate("提交已超过24小时，不能撤销。", remedy="需要更改的，请重新提交一份。")
        await hand_ins.mark_undone(db, id_, actor.name, services.clock())
        around = await collecting(db, actor, round_)
        workbooks = await read_workbooks(around.standing)
        contents = {each.department: each.content for each in around.standing}
        await store_together(db, around, await take_together(around, workbooks), contents)
        await audit.append(db, actor, "submission_undone", round_, found.department, file=found.file)


async def find_hand_in(services: Services, actor: Actor, round_: UUID, id_: HandInId) -> HandIn:
    """What was tried or handed in, as far as it is the actor's to see; raises NotFound."""
    permit(actor, Act.HAND_IN)
    async with transaction(services.pool, actor) as db:
        found = await hand_ins.hand_in(db, id_)
    if found is None or found.round != round_:
        raise NotFound("没有这次提交，或试交已超过24小时。", remedy="请重新上传工作簿。")
    return found


async def _refuse_unseen(db: Connection, round_: UUID) -> None:
    if await rounds.round_by_id(db, round_) is None:
        raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")


async def _standing_still(db: Connection, id_: HandInId) -> HandIn:
    found = await hand_ins.hand_in(db, id_)
    if found is None:
        raise NotFound("没有这次提交，或试交已超过24小时。", remedy="请重新上传工作簿。")
    return found


def _department_of(actor: Actor, around: Collecting, workbook: Workbook) -> DepartmentId:
    """Whose workbook it is, which must be one's own and asked for."""
    if is_empty_template(workbook):
        raise Invalid(f"“{workbook.file}”还是空白模板。", remedy="请填写后再上传。")
    department = open_workbook(workbook, around.stored.settings).department.id
    if not may(actor, Act.HAND_IN, department=department):
        raise NotPermitted(f"这是“{department}”的工作簿，您只能提交本部门的。", remedy="请核对“部门”表中的部门名称。")
    _refuse_not_asked(around.collection, department)
    return department


def _refuse_not_asked(collection: Collection | None, department: DepartmentId) -> None:
    if collection is None or department not in collection.asked:
        raise Invalid(
            f"本轮没有要求“{department}”提交。", remedy="请核对“部门”表中的部门名称；应当参加的，请统筹部门加入名单。"
        )


async def _before(
    around: Collecting, department: DepartmentId, earlier: hand_ins.EarlierWorkbook | None
) -> tuple[Workbook | None, str]:
    """What to compare with: what stands in this round, else what the department handed in last."""
    standing = around.of(department)
    if standing is not None:
        return await asyncio.to_thread(read_upload_again, standing.file, standing.content), "本轮已提交的一份"
    if earlier is not None:
        return await asyncio.to_thread(
            read_upload_again, earlier.file, earlier.content
        ), f"“{earlier.round_name}”的名单"
    return None, ""


def _trial(around: Collecting, taken: Taken, words: str, changes: tuple[SheetChanges, ...]) -> Trial:
    submission = taken.submission
    sheets = (
        *(submission.items, submission.targets, submission.inspectors, submission.plan),
        *(submission.recusals, submission.caused, submission.areas, submission.apart),
    )
    awaits = around.awaits_beside(submission.department.id)
    return tried(words, changes, taken.findings, sum(map(len, sheets)), awaits)


async def _refuse_stale(db: Connection, around: Collecting, found: HandIn) -> None:
    if found.settings_digest != around.settings_digest:
        raise Stale("核对之后，本轮的设置有改动。")
    standing = around.of(found.department)
    if (standing.id if standing else None) == found.replaces:
        return
    if standing is None:
        raise Stale("核对之后，本部门原来的一份已被撤销。")
    now = await asyncio.to_thread(read_upload_again, standing.file, standing.content)
    old = await hand_ins.content(db, found.replaces) if found.replaces else None
    before = await asyncio.to_thread(read_upload_again, found.file, old) if old else None
    raise Stale(f"核对之后，本部门又提交了“{standing.file}”。", changes_between(before, now))


def _refuse_faults(around: Collecting, found: HandIn, taken: Taken, *, with_faults: bool) -> None:
    """Refuse faults that nobody has seen, and those that were seen and not agreed to.

    What waited for others was seen: it is told where the department looks next, whether or not they came meanwhile.
    """
    if set(_trial(around, taken, "", ()).faults) - set(found.trial.findings):
        raise Stale("核对之后，其他部门的提交使本部门有了新的问题。")
    if found.trial.faults and not with_faults:
        raise Conflict(
            f"还有{found.trial.refused_rows}行有问题，没有提交。", remedy="请改正后重新上传，或选择只提交正确的行。"
        )
