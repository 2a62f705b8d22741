"""Whether the process lives and whether it can serve, for those who watch it.

Figures for dashboards are in `metrics`.
"""

from litestar import MediaType, get
from msgspec import Struct

from coordinator.actions.reading import answer
from coordinator.actions.services import Services
from coordinator.web.given import Given


class Ready(Struct, frozen=True, kw_only=True):
    database: bool


@get("/healthz", media_type=MediaType.TEXT, tags=["运行"], summary="进程是否活着", sync_to_thread=False)
def alive() -> str:
    """Answer as long as the process lives."""
    return "ok\n"


@get("/readyz", tags=["运行"], summary="能否提供服务")
async def ready(services: Given[Services]) -> Ready:
    """Answer once the database does; 503 otherwise."""
    await answer(services)
    return Ready(database=True)
