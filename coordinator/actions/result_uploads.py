"""Filled-in result forms through the web: looked through first, then entered; each entry is one department's own.

What a form comes to is decided in the domain's `results`, as for forms that come to the command line.
"""

import asyncio
from uuid import UUID, uuid4

from msgspec import Struct
from msgspec.structs import replace

from coordinator.actions.beginning import today_of
from coordinator.actions.entering import facts_now, lock_for_results, own_department, record
from coordinator.actions.reading import RoundReading
from coordinator.actions.services import Services
from coordinator.documents.marking import mark
from coordinator.documents.result_forms import result_form
from coordinator.documents.workbook_reading import read_upload_again
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted
from coordinator.domain.findings import Facts
from coordinator.domain.hand_ins import TRIED_LASTS
from coordinator.domain.permissions import permit
from coordinator.domain.result_forms import HandedIn, whose
from coordinator.domain.results import ResultsTaken, outcome_of, take_results
from coordinator.storage import result_forms
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.result_forms import StoredForm


class TriedForm(Struct, frozen=True, kw_only=True):
    """A form and what it would come to now; nothing any more once it is entered. `outcome` is a digest of that."""

    form: StoredForm
    taken: ResultsTaken | None
    outcome: str


class OtherOutcome(Conflict):
    """What a form would come to is no longer what was shown."""


async def blank_form(actor: Actor, reading: RoundReading) -> bytes:
    """Give a department's form with the codes filled in."""
    permit(actor, Act.ENTER_RESULTS)
    department = own_department(actor)
    return await asyncio.to_thread(result_form, reading.expectations, department)


async def try_form(services: Services, actor: Actor, reading: RoundReading, file: str, content: bytes) -> UUID:
    """Look a form through and keep it for a day; nothing of it is entered. Raises Invalid, NotPermitted."""
    permit(actor, Act.ENTER_RESULTS)
    if not content:
        raise Invalid("没有选择文件，或文件是空的。", remedy="请选择填好的填报表。", field="workbook")
    department = own_department(actor)
    workbook = await asyncio.to_thread(read_upload_again, file, content)
    owner = whose(reading.expectations, HandedIn(workbook=workbook, path=f"{department}/{workbook.file}"))
    if owner != department:
        raise NotPermitted(f"这是“{owner}”的填报表，您只能提交本部门的。", remedy="请从这一页下载本部门的填报表。")
    now = services.clock()
    tried = StoredForm(
        id=uuid4(),
        round=reading.stored.id,
        department=department,
        file=workbook.file,
        sha256=workbook.sha256,
        content=content,
        tried_by=actor.name,
        tried_at=now,
    )
    async with transaction(services.pool, actor) as db:
        await lock_for_results(db, actor, reading)
        await _take(db, services, reading, tried)
        await result_forms.delete_tried(db, reading.stored.id, now - TRIED_LASTS)
        await result_forms.insert_form(db, tried)
    return tried.id


async def tried_form(services: Services, actor: Actor, reading: RoundReading, id_: UUID) -> TriedForm:
    """Say what a form would come to as things stand now; raises NotFound, also for another department's."""
    permit(actor, Act.ENTER_RESULTS)
    async with transaction(services.pool, actor) as db:
        form = await _found(db, reading, id_)
        if form.entered_at is not None:
            return TriedForm(form=form, taken=None, outcome="")
        _, taken = await _take(db, services, reading, form)
    return TriedForm(form=form, taken=taken, outcome=outcome_of(taken))


async def enter_form(
    services: Services, actor: Actor, reading: RoundReading, id_: UUID, seen: str, *, with_faults: bool
) -> None:
    """Enter a tried form's good rows; a second time changes nothing.

    Raises OtherOutcome where it comes to something else than was seen, Conflict for faults that were not agreed to.
    """
    permit(actor, Act.ENTER_RESULTS)
    async with transaction(services.pool, actor) as db:
        await lock_for_results(db, actor, reading)
        form = await _found(db, reading, id_)
        if form.entered_at is not None:
            return
        before, taken = await _take(db, services, reading, form)
        if outcome_of(taken) != seen:
            raise OtherOutcome("核对之后，本部门的结果又有改动，没有提交。", remedy="请看过新的核对结果再提交。")
        if taken.refused_count and not with_faults:
            raise Conflict(f"还有{taken.refused_count}行有问题，没有提交。", remedy="请改正，或选择只提交正确的行。")
        await record(db, services, actor, form.round, before, taken.facts, file=form.file)
        await result_forms.mark_entered(db, id_, actor.name, services.clock())


async def returned_form(services: Services, actor: Actor, reading: RoundReading, id_: UUID) -> tuple[str, bytes]:
    """Give a tried form back with its faults marked."""
    tried = await tried_form(services, actor, reading, id_)
    if tried.taken is None:
        raise NotFound("这份填报表已经提交，不再保存。", remedy="需要的，请重新上传核对。")
    found = tried.taken.forms[0].findings
    return tried.form.file, await asyncio.to_thread(mark, tried.form.file, tried.form.content, found)


async def _found(db: Connection, reading: RoundReading, id_: UUID) -> StoredForm:
    form = await result_forms.form(db, id_)
    if form is None or form.round != reading.stored.id:
        raise NotFound("没有这份填报表，或核对已超过24小时。", remedy="请重新上传。")
    return form


async def _take(
    db: Connection, services: Services, reading: RoundReading, form: StoredForm
) -> tuple[Facts, ResultsTaken]:
    """What stands, and what the form would make of it; a form that was entered before undoes no later correction."""
    files = tuple(await result_forms.entered_files(db, form.round))
    before = replace(await facts_now(db, reading.stored.id, reading.expectations), files=files)
    workbook = await asyncio.to_thread(read_upload_again, form.file, form.content)
    handed_in = HandedIn(workbook=workbook, path=f"{form.department}/{form.file}")
    return before, await asyncio.to_thread(take_results, before, [handed_in], today_of(services))
