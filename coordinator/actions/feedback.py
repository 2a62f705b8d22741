"""Ratings and complaints: given through a letter without the firm's name, read by those who supervise.

What is asked of a visit by name, and answered, is in `firm_requests`.
"""

from collections.abc import Sequence
from uuid import uuid4

from coordinator.actions.opening import Opened
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor, ActorId, Office
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict
from coordinator.domain.feedback import FEEDBACK_NAMES, Feedback, FeedbackKind, Said, new_feedback
from coordinator.domain.permissions import permit
from coordinator.storage import audit, feedback
from coordinator.storage.connection import transaction

UNNAMED = Actor(id=ActorId("unnamed"), name="企业（不记名）", office=Office.ENTERPRISE)
"""Who stands in the trail for a firm that rates or complains."""


async def give_feedback(
    services: Services, firm: Opened, departments: Sequence[str], said: Said, *, begun: bool
) -> None:
    """Take in a rating or a complaint, each once; raises Invalid, TooLate, Conflict. Nothing of it names the firm."""
    permit(firm.actor, Act.USE_LETTER)
    given = new_feedback(uuid4(), firm.letter.round, departments, said, services.clock(), begun=begun)
    async with transaction(services.pool, firm.actor) as db:
        if not await feedback.mark(db, firm.letter.round, firm.letter.target, said.kind):
            raise Conflict(f"您已经提交过{FEEDBACK_NAMES[said.kind]}。", remedy="如需补充，请打 12345。", field="words")
        await feedback.insert_feedback(db, given)
        await audit.append(db, UNNAMED, "feedback_given", None, FEEDBACK_NAMES[said.kind])


async def given_before(services: Services, firm: Opened) -> frozenset[FeedbackKind]:
    """What this firm has given already."""
    permit(firm.actor, Act.USE_LETTER)
    async with transaction(services.pool, firm.actor) as db:
        return await feedback.marks(db, firm.letter.round, firm.letter.target)


async def listed_feedback(services: Services, actor: Actor) -> tuple[Feedback, ...]:
    """Everything that firms said, for those who supervise."""
    permit(actor, Act.SEE_FEEDBACK)
    async with transaction(services.pool, actor) as db:
        return tuple(await feedback.feedback(db))
