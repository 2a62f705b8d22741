"""Page: what firms said of inspections without their names, for those who supervise.

Nobody who inspects gets here (`permissions`, and row-level security once more).
"""

from litestar import Response, get

from coordinator.actions.feedback import listed_feedback
from coordinator.actions.reading import all_rounds
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.feedback import FEEDBACK_NAMES, STARS
from coordinator.web.given import Given
from coordinator.web.rendering import page


@get("/feedback", include_in_schema=False)
async def feedback_page(actor: Given[Actor], services: Given[Services]) -> Response[bytes]:
    """Ratings and complaints, the newest day first."""
    given = await listed_feedback(services, actor)
    rounds = {each.id: each.settings.round.name for each in await all_rounds(services, actor)}
    return page("feedback.html", actor=actor, given=given, rounds=rounds, names=FEEDBACK_NAMES, stars=STARS)
