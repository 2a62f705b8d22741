"""Destinations: proposed by one person, approved by another, paused by anybody who may; and their secrets.

How packages get there is in `deliveries`, which kinds there are in `connecting`.
"""

from uuid import UUID

from msgspec import Struct

from coordinator.actions import two_people
from coordinator.actions.connecting import KINDS, Kind, settings_of
from coordinator.actions.posting import post
from coordinator.actions.sealing import seal, unseal
from coordinator.actions.services import Services
from coordinator.domain.actors import GATE, Actor
from coordinator.domain.acts import Act
from coordinator.domain.deliveries import OutboxId, OutgoingFile, Partner, Posting
from coordinator.domain.destinations import (
    Destination,
    DestinationDraft,
    DestinationName,
    DestinationState,
    KeptSecret,
    draft_of,
)
from coordinator.domain.errors import Conflict, Invalid, NotFound, Unavailable
from coordinator.domain.permissions import may, permit
from coordinator.domain.proposals import JointAct, Proposal
from coordinator.storage import audit, destinations, proposals
from coordinator.storage.connection import Connection, act_as, transaction
from coordinator.storage.destinations import Fares

NO_SUCH = NotFound("没有这个对接。", remedy="请从对接列表里选择。")
LONGEST_SECRET = 20_000
TEST = "测试"


class Destinations(Struct, frozen=True, kw_only=True):
    """All that one may see, how packages fare there, and what waits for a second person."""

    standing: tuple[Destination, ...]
    proposed: tuple[Proposal, ...]
    fares: dict[str, Fares]


class OneDestination(Struct, frozen=True, kw_only=True):
    """A destination as it stands (None: only proposed), what was proposed to change, and which secrets are set."""

    name: str
    kind: Kind
    standing: Destination | None
    proposed: Proposal | None
    secrets: dict[str, KeptSecret]


async def read_destinations(services: Services, actor: Actor) -> Destinations:
    permit(actor, Act.SEE_DESTINATIONS)
    async with transaction(services.pool, actor) as db:
        return Destinations(
            standing=tuple(await destinations.destinations(db)),
            proposed=tuple(await destinations.waiting_proposals(db, Act.MANAGE_DESTINATIONS, services.clock())),
            fares={each.destination: each for each in await destinations.fares(db)},
        )


async def read_destination(services: Services, actor: Actor, name: str) -> OneDestination:
    """Raises NotFound for what is neither there nor proposed, as far as the actor may see."""
    permit(actor, Act.SEE_DESTINATIONS)
    now = services.clock()
    async with transaction(services.pool, actor) as db:
        standing = await destinations.destination(db, name)
        latest = await proposals.latest_proposal(db, Act.MANAGE_DESTINATIONS, name)
        proposed = latest if latest is not None and latest.stands(now) else None
        await act_as(db, GATE)
        kept = await destinations.kept_secrets(db, name)
    connector = standing.connector if standing else draft_of(name, proposed.facts).connector if proposed else None
    if connector is None:
        raise NO_SUCH
    return OneDestination(
        name=name,
        kind=KINDS[connector],
        standing=standing,
        proposed=proposed,
        secrets={each.name: each for each in kept} if may(actor, Act.MANAGE_DESTINATIONS) else {},
    )


async def propose_destination(services: Services, actor: Actor, draft: DestinationDraft) -> Proposal:
    """Propose a destination, or a change of one; raises Invalid, Conflict where nothing would change."""
    permit(actor, Act.MANAGE_DESTINATIONS)
    if draft.connector not in KINDS:
        raise Invalid("没有这种对接方式。", field="connector")
    kind = KINDS[draft.connector]
    settings_of(kind, draft.settings)
    if unfit := [wanted.value for wanted in draft.wants if wanted not in kind.wants]:
        raise Invalid(f"这种对接不能发送{'、'.join(unfit)}。", field="wants")
    async with transaction(services.pool, actor) as db:
        standing = await destinations.destination(db, draft.name)
        if standing is not None and standing.connector != draft.connector:
            raise Conflict("这个代号已经用于另一种对接方式。", remedy="请换一个代号。")
        if standing is not None and standing.draft == draft and standing.state is DestinationState.OPEN:
            raise Conflict("和现在的设置一样，没有要改的。")
        return await two_people.propose(db, services, actor, _joint(draft))


async def confirm_destination(services: Services, actor: Actor, name: str, seen: UUID) -> None:
    """Approve what another person proposed: packages go there from now on."""
    permit(actor, Act.MANAGE_DESTINATIONS)
    async with transaction(services.pool, actor) as db:
        proposed = await proposals.latest_proposal(db, Act.MANAGE_DESTINATIONS, name)
        if proposed is None:
            raise NO_SUCH
        draft = draft_of(name, proposed.facts)
        proposer, confirmer = await two_people.confirm(db, services, actor, _joint(draft), seen)
        await destinations.put_destination(db, draft, proposer, confirmer, services.clock())
        await audit.append(db, actor, "destination_set", None, name, proposer=proposer.name, **{"as": draft.facts()})


async def withdraw_destination(services: Services, actor: Actor, name: str) -> None:
    """Take a proposal back."""
    permit(actor, Act.MANAGE_DESTINATIONS)
    async with transaction(services.pool, actor) as db:
        proposed = await proposals.latest_proposal(db, Act.MANAGE_DESTINATIONS, name)
        if proposed is None:
            raise NO_SUCH
        await two_people.withdraw(db, services, actor, _joint(draft_of(name, proposed.facts)))


async def set_destination_state(services: Services, actor: Actor, name: str, state: DestinationState) -> None:
    """Hold everything back that goes there, let it go again, or close it for good; raises NotFound, Conflict."""
    permit(actor, Act.MANAGE_DESTINATIONS)
    async with transaction(services.pool, actor) as db:
        found = await _found(db, name)
        if not await destinations.set_state(db, found.name, state):
            raise Conflict("已经是这样，或者已经停用。", remedy="停用的对接要重新提出，由另一人确认。")
        await audit.append(db, actor, "destination_state", None, name, state=state.value)


async def set_secret(services: Services, actor: Actor, name: str, secret: str, value: str) -> None:
    """Set one secret of a destination; it is never shown again. Raises NotFound, Invalid."""
    permit(actor, Act.MANAGE_DESTINATIONS)
    known = (await read_destination(services, actor, name)).kind.secrets
    if secret not in known:
        raise NotFound("这种对接没有这项密码。")
    if not value.strip() or len(value) > LONGEST_SECRET or "\0" in value:
        raise Invalid("请填写密码或密钥的内容。", field=secret)
    sealed = seal(services.settings, value.strip())
    async with transaction(services.pool, actor) as db:
        await audit.append(db, actor, "destination_secret", None, name, secret=known[secret])
        await act_as(db, GATE)
        await destinations.put_secret(db, name, secret, sealed, actor.name, services.clock())


async def faults_of_secrets(services: Services) -> tuple[str, ...]:
    """Say of which destinations the secrets cannot be opened with the keys that are here."""
    async with transaction(services.pool, GATE) as db:
        kept = await destinations.all_sealed(db)
    faults = []
    for each in kept:
        try:
            unseal(services.settings, each.sealed)
        except Unavailable as fault:
            faults.append(f"对接“{each.destination}”的密码打不开：{fault.sentence()}")
    return tuple(faults)


async def send_test(services: Services, actor: Actor, name: str) -> OutboxId:
    """Post a package that says it is a test; how it fares is seen like that of any other."""
    permit(actor, Act.MANAGE_DELIVERIES)
    async with transaction(services.pool, actor) as db:
        found = await _found(db, name)
        if found.state is not DestinationState.OPEN:
            raise Conflict("这个对接没有启用，不能发送测试。", remedy="请先启用。")
        words = f"测试投递 {services.clock().isoformat()}\n".encode()
        posting = Posting(
            partner=Partner(connector=found.connector, destination=found.name, recipient=found.department),
            department=found.department,
            round=None,
            batch=TEST,
            files=(OutgoingFile(name="测试.txt", content=words, row_count=0),),
        )
        [id_] = await post(db, services, actor, [posting])
    return id_


async def _found(db: Connection, name: str) -> Destination:
    found = await destinations.destination(db, name)
    if found is None:
        raise NO_SUCH
    return found


def _joint(draft: DestinationDraft) -> JointAct:
    return JointAct(act=Act.MANAGE_DESTINATIONS, subject=DestinationName(draft.name), round=None, facts=draft.facts())
