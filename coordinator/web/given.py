"""What every route can ask for by name: the services, who acts, the round in the address, its draws, the moment.

Nothing here decides who may do what: the actions ask the permissions table, the database its policies.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeAlias, TypeVar
from uuid import UUID

from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, PathParameter

from coordinator.actions.accounts import has_accounts
from coordinator.actions.opening import Opened, in_letter
from coordinator.actions.reading import DrawReading, read_draw
from coordinator.actions.services import Services
from coordinator.actions.signing_in import SignedIn, by_token, in_session
from coordinator.domain.actors import PUBLICATION, Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import LetterShut, NotSignedIn, SecondFactorMissing
from coordinator.domain.permissions import permit
from coordinator.web.known import Known
from coordinator.web.memory import Memory
from coordinator.web.seats import Seat
from coordinator.web.visiting import Asked, is_api, is_here, letter_session_of, remember_who, session_of, token_of
from solver.chance.head import Stage

T = TypeVar("T")
Given: TypeAlias = NamedDependency[T]
"""Marks a route's parameter that `dependencies` provides by its name."""
Year = Annotated[int, PathParameter(ge=2000, le=2100)]
"""A calendar year in an address; nothing is kept of any other."""


def dependencies(services: Services, local: Actor | None) -> dict[str, Provide]:
    """Bind the routes' parameters to the services of this process."""

    async def given_services() -> Services:
        return services

    async def now() -> datetime:
        return services.clock()

    memory = Memory(services)
    return {
        "services": Provide(given_services),
        "now": Provide(now),
        **_people(services, local),
        **_rounds(services, memory),
        **_firms(services, memory),
        **_ceremonies(services),
    }


def _people(services: Services, local: Actor | None) -> dict[str, Provide]:
    """`who` has signed in with a browser; `actor` acts through that, through a token, or is `local`."""

    async def by_cookie(request: Asked) -> SignedIn | None:
        return await in_session(services, session_of(request)) if session_of(request) else None

    async def who(request: Asked) -> SignedIn:
        found = await by_cookie(request)
        if found is None:
            raise NotSignedIn("请先登录。")
        return found

    async def actor(request: Asked) -> Actor:
        token = token_of(request) if is_api(request) else None
        found = await by_token(services, token) if token is not None else await by_cookie(request)
        if found is None and token is None and local is not None and await _is_open(services, request):
            return remember_who(request, local)
        if found is None:
            raise NotSignedIn("请先登录。" if token is None else "这个令牌不存在、已过期或已吊销。")
        if found.account.lacks_second_factor:
            raise SecondFactorMissing("您的岗位要先设置动态码。", remedy="请在“我的账号”里设置。")
        return remember_who(request, found.actor)

    return {"who": Provide(who), "actor": Provide(actor)}


async def _is_open(services: Services, request: Asked) -> bool:
    """Whether nobody can sign in yet, so that this machine may look without."""
    return is_here(request) and not await has_accounts(services)


def _ceremonies(services: Services) -> dict[str, Provide]:
    """`seat`: who looks at which draw."""

    async def seat(actor: Given[Actor], round_id: FromPath[UUID], stage: FromPath[Stage]) -> Seat:
        return Seat(services=services, actor=actor, round=round_id, stage=stage)

    return {"seat": Provide(seat)}


def _rounds(services: Services, memory: Memory) -> dict[str, Provide]:
    """`known` and `draw` as far as the actor may see them; what is `published` is read for anyone.

    `whole` is what is published, for whoever may see the round.
    """

    async def known(actor: Given[Actor], round_id: FromPath[UUID]) -> Known:
        return await memory.recall(actor, round_id)

    async def planned(actor: Given[Actor], known: Given[Known]) -> Known:
        permit(actor, Act.SEE_PLAN)
        return known

    async def draw(actor: Given[Actor], round_id: FromPath[UUID], stage: FromPath[Stage]) -> DrawReading:
        return await read_draw(services, actor, round_id, stage)

    async def whole(known: Given[Known]) -> Known:
        return await memory.recall(PUBLICATION, known.reading.stored.id)

    async def published(round_id: FromPath[UUID]) -> Known:
        return await memory.recall(PUBLICATION, round_id)

    async def published_draw(round_id: FromPath[UUID], stage: FromPath[Stage]) -> DrawReading:
        return await read_draw(services, PUBLICATION, round_id, stage)

    found: dict[str, Callable[..., object]] = {
        "known": known,
        "planned": planned,
        "draw": draw,
        "whole": whole,
        "published": published,
        "published_draw": published_draw,
    }
    return {name: Provide(give) for name, give in found.items()}


def _firms(services: Services, memory: Memory) -> dict[str, Provide]:
    """`firm` has opened its letter; of what is `told`, which is read for it as for anyone, it sees what is its own."""

    async def firm(request: Asked) -> Opened:
        found = await in_letter(services, letter_session_of(request))
        if found is None:
            raise LetterShut("请先打开告知函。")
        return found

    async def told(firm: Given[Opened]) -> Known:
        return await memory.recall(PUBLICATION, firm.letter.round)

    async def given_memory() -> Memory:
        return memory

    return {"firm": Provide(firm), "told": Provide(told), "memory": Provide(given_memory)}
