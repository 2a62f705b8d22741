"""The interface for programs: what is owed now of what this token may do, the most urgent first.

What that is is decided in actions/duties.py.
"""

from litestar import Response

from coordinator.actions.duties import read_duties
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.duties import Duty
from coordinator.domain.permissions import permit
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given


@listing("/duties", tags=["轮次"], summary="现在该办的事，急的在前（只列令牌可用范围以内的）")
async def list_duties(turn: Given[Turn], actor: Given[Actor], services: Given[Services]) -> Response[list[Duty]]:
    permit(actor, Act.SEE_ROUNDS)
    owed = await read_duties(services, actor)
    return turn.cut(owed, lambda _, each: f"{each.round}/{each.kind}")


DUTIES = (list_duties,)
