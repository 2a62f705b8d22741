"""An attempt at a draw by its parties as it stands, for whoever takes the next step in it or looks on.

Steps of one draw come one after the other, whoever takes them. No secret leaves this module before the draw has ended.
"""

import re
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from coordinator.actions.draws import ceremony_of
from coordinator.actions.services import Services
from coordinator.domain.actors import PUBLICATION, Actor
from coordinator.domain.ceremonies import Phase, phase_of
from coordinator.domain.errors import Conflict, Invalid, NotFound
from coordinator.storage import draws, rounds
from coordinator.storage.connection import Connection, act_as, lock_names
from coordinator.storage.draws import DrawState, StoredCommitment, StoredDraw
from coordinator.storage.rounds import StoredRound
from solver.chance.ceremony import Ceremony
from solver.chance.document import FixedDocument
from solver.chance.errors import Broken
from solver.chance.head import HEAD, Head, Stage, read_head
from solver.chance.identifiers import HEX, Digest

T = TypeVar("T")


class Step(Struct, frozen=True, kw_only=True):
    """An attempt as it stands while nobody else can take a step in it."""

    stored: StoredRound
    draw: StoredDraw
    head: Head
    given: tuple[StoredCommitment, ...]
    now: datetime

    @property
    def document(self) -> FixedDocument:
        return FixedDocument(head=self.head, digest=Digest(self.draw.document_digest), file_digests={})

    @property
    def ceremony(self) -> Ceremony:
        return ceremony_of(self.draw, self.given)

    @property
    def phase(self) -> Phase:
        return phase_of(self.head, self.ceremony, self.draw.closed_at, self.now)

    @property
    def is_rehearsal(self) -> bool:
        return self.stored.rehearsal_seed is not None


async def step_in(
    db: Connection, services: Services, actor: Actor, round_: UUID, stage: Stage, *, ended: bool = False
) -> Step:
    """Give the standing attempt to whoever takes a step in it; the next one waits until this transaction ends.

    Raises NotFound where nothing is fixed, Conflict where the draw has ended (unless asked for) or is one operator's.
    """
    await lock_names(db, [f"draw {round_} {stage.value}"])
    stored = await round_named(db, round_)
    draw = await draws.standing_draw(db, round_, stage)
    if draw is None:
        raise NotFound("这次抽取的文书还没有固定。", remedy="请等统筹固定之后再办。")
    if draw.single_operator:
        raise Conflict("这次抽取由命令行的操作员一人进行，各方不再提交承诺。")
    if draw.state is not DrawState.FIXED and not ended:
        raise Conflict("这次抽取已经结束。", remedy="结果在抽取页面上。")
    return await as_publication(db, actor, _step(db, services, stored, draw))


async def _step(db: Connection, services: Services, stored: StoredRound, draw: StoredDraw) -> Step:
    head = read_head(await draws.file(db, draw.id, HEAD))
    given = tuple(await draws.commitments(db, draw.id))
    return Step(stored=stored, draw=draw, head=head, given=given, now=services.clock())


async def as_publication(db: Connection, actor: Actor, asking: Awaitable[T]) -> T:
    """Ask what concerns all parties, and go on as the actor: a department's rows are not enough to judge a step."""
    await act_as(db, PUBLICATION)
    answer = await asking
    await act_as(db, actor)
    return answer


@contextmanager
def refusing(field: str = "") -> Iterator[None]:
    """Turn a broken rule of the ceremony into a refusal in the same words."""
    try:
        yield
    except Broken as broken:
        if field:
            raise Invalid(broken.text, field=field) from broken
        raise Conflict(f"{broken.place}：{broken.text}") from broken


def hex_digits(written: str, field: str) -> str:
    """Give back 64 hex digits however they were typed or grouped; raises Invalid."""
    digits = "".join(written.split()).lower()
    if not re.fullmatch(HEX, digits):
        raise Invalid("应为 64 位十六进制数（数字和字母 a 到 f）。", remedy="请核对有没有漏抄。", field=field)
    return digits


async def round_named(db: Connection, round_: UUID) -> StoredRound:
    """A round that the actor may see; raises NotFound."""
    stored = await rounds.round_by_id(db, round_)
    if stored is None:
        raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")
    return stored
