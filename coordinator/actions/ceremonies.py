"""A draw that its parties hold together, up to its end: fixed, committed to, closed, revealed; each step once.

A party's secret is made where the party is, and comes here when it is revealed. The rules are solver/chance's and
domain/ceremonies.py's. How an attempt ends is in `ceremony_ends`.
"""

from datetime import timedelta
from uuid import UUID

from msgspec.structs import replace

from coordinator.actions.ceremony_steps import as_publication, hex_digits, refusing, step_in
from coordinator.actions.draws import ceremony_of, fix_document, in_words
from coordinator.actions.lot_draws import fix_plan
from coordinator.actions.services import Services
from coordinator.actions.target_draws import fix_frame
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.ceremonies import (
    Phase,
    Terms,
    by_parties,
    event_at,
    next_parties,
    party_of,
    reveal_by,
    silent_in,
)
from coordinator.domain.errors import Conflict, NotFound, TooLate
from coordinator.domain.permissions import permit
from coordinator.storage import audit, draws, rounds
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.draws import DrawState, StoredDraw
from coordinator.storage.rounds import StoredRound
from solver.chance.ceremony import FEWEST_REVEALS, accept_commitment, accept_reveal
from solver.chance.head import HEAD, Stage, read_head
from solver.chance.identifiers import Digest, Secret
from solver.chance.seed import reveals_digest


async def fix_together(services: Services, actor: Actor, round_: UUID, stage: Stage, lasts: timedelta) -> None:
    """Fix a draw's document for its parties, who have so long to commit and reveal; after a void attempt, once more.

    A document that stands stays as it is.
    """
    permit(actor, Act.FIX_DRAW)
    terms = by_parties(lasts)
    fix_first = fix_frame if stage is Stage.TARGETS else fix_plan
    await fix_first(services, actor, round_, terms)
    async with transaction(services.pool, actor) as db:
        stored = await rounds.lock_round(db, round_)
        if stored is None:
            raise NotFound("没有这个轮次。")
        attempts = await draws.attempts(db, round_, stage)
        if not attempts:
            raise TooLate("还没有到固定这份文书的时候。", remedy="人员的抽签要在排期之后固定。")
        if attempts[-1].state is DrawState.VOID:
            await _fix_again(db, services, actor, stored, attempts[-1], terms)


async def _fix_again(
    db: Connection, services: Services, actor: Actor, stored: StoredRound, void: StoredDraw, terms: Terms
) -> None:
    """Fix the same files under a new head; an event that has come serves no second time."""
    files = await draws.files(db, void.id)
    head, now = read_head(files.pop(HEAD)), services.clock()
    event = event_at(head)
    beacon = head.beacon if event and event > now else None
    given = ceremony_of(void, await draws.commitments(db, void.id))
    again = replace(
        head,
        attempt=head.attempt + 1,
        parties=next_parties(head, given, void.ended_at or now),
        reveal_by=in_words(reveal_by(terms, event if beacon else None, now)),
        beacon=beacon,
        previous=Digest(void.transcript_digest or ""),
    )
    await fix_document(db, services, actor, stored, again, files, single_operator=False)


# ---- the parties commit and reveal ------------------------------------------------------------------------------


async def commit(services: Services, actor: Actor, round_: UUID, stage: Stage, published: str) -> None:
    """Publish the commitment of the actor's party; the very same once more changes nothing."""
    permit(actor, Act.COMMIT)
    async with transaction(services.pool, actor) as db:
        step = await step_in(db, services, actor, round_, stage)
        party, commitment = (
            party_of(actor, step.stored.settings, step.head),
            Digest(hex_digits(published, "commitment")),
        )
        if step.ceremony.commitments.get(party) == commitment:
            return
        with refusing():
            accept_commitment(step.document, step.ceremony, party, commitment)
        if step.phase is not Phase.COMMITTING:
            raise TooLate("提交承诺已经截止。", remedy="没有按时提交的一方不参与本次抽取，这一点会写进记录。")
        if await as_publication(db, actor, draws.is_commitment_known(db, commitment)):
            raise Conflict("这个承诺以前用过。", remedy="请重新生成秘密，每次抽取用新的。")
        await draws.insert_commitment(db, step.draw.id, party, commitment, step.now)
        await audit.append(db, actor, "secret_committed", step.stored.id, party, commitment=commitment)


async def close_commitments(services: Services, actor: Actor, round_: UUID, stage: Stage) -> None:
    """Take no more commitments: who has not committed is out, and the record says so."""
    permit(actor, Act.FIX_DRAW)
    async with transaction(services.pool, actor) as db:
        step = await step_in(db, services, actor, round_, stage)
        if step.phase is not Phase.COMMITTING:
            return
        if len(step.given) < FEWEST_REVEALS:
            raise TooLate("提交承诺的还不到两方，不能截止。", remedy="请等各方提交；等不到的，写明原因作废这一次。")
        await draws.close_commitments(db, step.draw.id, step.now)
        out = [party for party in step.head.parties if party not in step.ceremony.commitments]
        await audit.append(db, actor, "commitments_closed", step.stored.id, stage.value, out=out)


async def reveal(services: Services, actor: Actor, round_: UUID, stage: Stage, secret: str) -> None:
    """Reveal the secret of the actor's party; the very same once more changes nothing."""
    permit(actor, Act.COMMIT)
    async with transaction(services.pool, actor) as db:
        step = await step_in(db, services, actor, round_, stage)
        party, revealed = party_of(actor, step.stored.settings, step.head), Secret(hex_digits(secret, "secret"))
        if step.ceremony.reveals.get(party) == revealed:
            return
        if party in step.ceremony.reveals:
            raise Conflict("贵方已经公布过秘密。")
        if step.phase is Phase.COMMITTING:
            raise TooLate("还有参与方没有提交承诺，现在不能公布。", remedy="秘密请留在自己手里，等页面提示公布。")
        used = await as_publication(db, actor, draws.is_used(db, revealed))
        with refusing():
            grown = accept_reveal(
                step.document, step.ceremony, party, revealed, at=step.now, used_before=(revealed,) if used else ()
            )
        await draws.reveal(db, step.draw.id, party, revealed, step.now)
        await audit.append(db, actor, "secret_revealed", step.stored.id, party)
        if not silent_in(grown):
            digest = reveals_digest(step.document, grown.reveals)
            await audit.append(db, actor, "secrets_revealed", step.stored.id, stage.value, reveals=digest)
