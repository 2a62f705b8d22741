"""What anyone may see of a round now, and the files that are open.

What is open from when is decided in domain/disclosure.py.
"""

from datetime import datetime
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from coordinator.actions.publicity import read_published
from coordinator.actions.reading import DrawReading, read_draw, read_void_draws
from coordinator.actions.services import Services
from coordinator.domain.actors import PUBLICATION
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.rendering import page
from coordinator.web.shown.public import PublicRound, public_file, public_round
from coordinator.web.staff.draws import file_response


@get("/public", include_in_schema=False)
async def public_list(services: Given[Services]) -> Response[bytes]:
    """Where anyone finds a round, a year's plan, the check of a draw, and a firm its letter."""
    return page("public_list.html", published=await read_published(services))


@get("/public/rounds/{round_id:uuid}", include_in_schema=False)
async def public_page(
    published: Given[Known], services: Given[Services], now: Given[datetime], round_id: FromPath[UUID]
) -> Response[bytes]:
    """Digests and commitments at once, everything else once nothing unannounced is left to come."""
    return page("public_round.html", id=round_id, shown=await read_public_round(published, services, now))


@get("/public/rounds/{round_id:uuid}/draws/{stage:str}/{name:str}", include_in_schema=False)
async def open_file(
    published: Given[Known], published_draw: Given[DrawReading], name: FromPath[str], now: Given[datetime]
) -> Response[bytes]:
    """One file of a draw, if it is open."""
    return file_response(name, public_file(published.reading, published_draw, name, now))


async def read_public_round(known: Known, services: Services, now: datetime) -> PublicRound:
    """Read the draws, the void ones too, and show them as far as they are public."""
    round_ = known.reading.stored.id
    draws = [await read_draw(services, PUBLICATION, round_, stage) for stage in known.reading.draws]
    return public_round(known.reading, draws, await read_void_draws(services, PUBLICATION, round_), now)
