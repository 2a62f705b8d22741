"""Changing a round's settings while it is collected in the web: tried first, then changed, everybody's rows with them.

What stands of the workbooks is taken in anew under the new settings, as from a folder; once the names are fixed nothing
is changed any more.
"""

from collections.abc import Mapping
from uuid import UUID

import msgspec
from msgspec import Struct

from coordinator.actions.beginning import today_of
from coordinator.actions.collections import Collecting, collecting, read_workbooks, store_together, take_together
from coordinator.actions.services import Services
from coordinator.documents.round_settings import settings_file
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.changed_rounds import Difference, differences, refuse_other_round
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.ids import DepartmentId
from coordinator.domain.intake.taking import Taken
from coordinator.domain.new_rounds import due_day
from coordinator.domain.permissions import permit
from coordinator.domain.rounds import Round
from coordinator.storage import audit, hand_ins, rounds
from coordinator.storage.connection import transaction
from coordinator.storage.rounds import StoredRound


class StaleSettings(Conflict):
    """Somebody else changed the settings meanwhile; `changes` say what."""

    def __init__(self, changes: tuple[Difference, ...]) -> None:
        super().__init__("您打开这一页之后，别人改了本轮的设置，没有保存。", remedy="请在现在的设置上重新修改。")
        self.changes = changes


class Effect(Struct, frozen=True, kw_only=True):
    """How many rows of a department are refused now, and would be then."""

    department: DepartmentId
    before: int
    after: int


class TriedSettings(Struct, frozen=True, kw_only=True):
    """What would be changed, and what that does to what has been handed in."""

    differences: tuple[Difference, ...]
    effects: tuple[Effect, ...]


async def round_to_change(services: Services, actor: Actor, round_: UUID) -> StoredRound:
    """The round whose settings may be changed now; raises NotFound, TooLate."""
    permit(actor, Act.BEGIN_ROUND)
    async with transaction(services.pool, actor) as db:
        return (await collecting(db, actor, round_)).stored


async def try_settings(services: Services, actor: Actor, round_: UUID, settings: Round, seen: Round) -> TriedSettings:
    """Say what these settings would change of those `seen`; raises Invalid where they cannot be used, StaleSettings."""
    permit(actor, Act.BEGIN_ROUND)
    async with transaction(services.pool, actor) as db:
        around = await collecting(db, actor, round_)
    _refuse_stale(around, seen)
    found = _differences(services, around, settings)
    workbooks = await read_workbooks(around.standing)
    before = await take_together(around, workbooks)
    after = await take_together(_under(around, settings), workbooks)
    return TriedSettings(differences=found, effects=_effects(before, after))


async def change_settings(
    services: Services, actor: Actor, round_: UUID, settings: Round, seen: Round
) -> tuple[Difference, ...]:
    """Change a round's settings from those that were `seen`; the same twice changes nothing.

    Raises Invalid, TooLate once the names are fixed, StaleSettings where other settings stand than those seen.
    """
    permit(actor, Act.BEGIN_ROUND)
    async with transaction(services.pool, actor) as db:
        around = await collecting(db, actor, round_)
    await read_workbooks(around.standing)  # remembered: nobody waits for it while the round is locked
    async with transaction(services.pool, actor) as db:
        await rounds.lock_round(db, round_)
        around = await collecting(db, actor, round_)
        if around.stored.settings == settings:
            return ()
        _refuse_stale(around, seen)
        found = _differences(services, around, settings)
        changed = _under(around, settings)
        await hand_ins.replace_settings_file(db, round_, settings_file(settings))
        taken = await take_together(changed, await read_workbooks(around.standing))
        contents = {each.department: each.content for each in around.standing}
        await store_together(db, changed, taken, contents)
        await audit.append(
            db, actor, "settings_changed", round_, around.stored.code, changes=[each.sentence() for each in found]
        )
        return found


def _refuse_stale(around: Collecting, seen: Round) -> None:
    if around.stored.settings != seen:
        raise StaleSettings(differences(seen, around.stored.settings))


def _under(around: Collecting, settings: Round) -> Collecting:
    return msgspec.structs.replace(around, stored=msgspec.structs.replace(around.stored, settings=settings))


def _differences(services: Services, around: Collecting, settings: Round) -> tuple[Difference, ...]:
    before = around.stored.settings
    refuse_other_round(before, settings)
    found = differences(before, settings)
    if not found:
        raise Invalid("设置没有改动。", remedy="请先修改再保存。")
    due = around.collection.due_on
    if settings.round.first_day < due:
        raise Invalid(f"检查开始日期早于提交期限{due}。", remedy="请先在“报送”里把提交期限提前。", field="first_day")
    due_day(max(due, today_of(services)).isoformat(), settings, around.calendar, today_of(services))
    return found


def _effects(before: Mapping[DepartmentId, Taken], after: Mapping[DepartmentId, Taken]) -> tuple[Effect, ...]:
    counts = {name: (len(each.refused), len(after[name].refused)) for name, each in before.items()}
    return tuple(Effect(department=name, before=old, after=new) for name, (old, new) in counts.items() if old != new)
