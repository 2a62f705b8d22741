"""Recording results into the database, where it knows the round they belong to; the folders stand without it.

How filled-in forms become facts is in `results`.
"""

from uuid import UUID

from coordinator.actions.round_records import load_round_record
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.expectations import expectations_of
from coordinator.domain.findings import Facts, newer_in
from coordinator.storage import audit, findings, rounds
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.rounds import Stage


async def record_facts(services: Services, actor: Actor, facts: Facts) -> bool:
    """Store what was found so far; False where this database does not hold that very draw. Twice changes nothing.

    What was corrected here since, on pages or by forms, is not undone by a folder that does not know of it.
    """
    async with transaction(services.pool, actor) as db:
        stored = await rounds.real_round(db, facts.round)
        if (
            stored is None
            or stored.stage is not Stage.DISPATCHED
            or not await _is_this_draw(db, actor, stored.id, facts)
        ):
            return False
        known = await findings.findings(db, stored.id)
        newer = newer_in(facts, known, await findings.corrections(db, stored.id))
        if newer.findings or newer.corrections:
            await findings.upsert_findings(db, stored.id, newer.findings)
            await findings.upsert_publications(db, stored.id, newer.findings)
            await findings.insert_corrections(db, stored.id, newer.corrections, services.clock())
            await audit.append(db, actor, "results_recorded", stored.id, stored.code, findings=len(facts.findings))
    return True


async def _is_this_draw(db: Connection, actor: Actor, round_: UUID, facts: Facts) -> bool:
    record = await load_round_record(db, actor, round_)
    drawn_on = record.drawn_at.astimezone(LOCAL_TIME).date()
    return expectations_of(record.dispatch, drawn_on) == facts.expectations
