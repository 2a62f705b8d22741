"""Doing together what one person alone may not: the proposal of one account, confirmed by another.

The act itself is done by whoever calls, in the same transaction as the confirmation. Which acts take two, and who may
do them, is in domain/permissions.py.
"""

from uuid import UUID, uuid4

from coordinator.actions.services import Services
from coordinator.domain.accounts import Account, AccountId
from coordinator.domain.actors import GATE, Actor
from coordinator.domain.errors import NotPermitted
from coordinator.domain.permissions import permit, permit_two
from coordinator.domain.proposals import LASTS, JointAct, Proposal, refuse_stale
from coordinator.storage import accounts, audit, proposals
from coordinator.storage.connection import Connection, act_as, lock_names


async def propose(db: Connection, services: Services, actor: Actor, joint: JointAct) -> Proposal:
    """Propose an act; where the very same is proposed already, that proposal stays, whoever made it.

    Another proposal of that act on that subject is withdrawn by this one.
    """
    permit(actor, joint.act)
    await _lock(db, joint)
    now, standing = services.clock(), await proposals.latest_proposal(db, joint.act, joint.subject)
    if standing is not None and standing.stands(now) and standing.facts == joint.facts:
        return standing
    if standing is not None and standing.confirmed_at is None:
        await proposals.withdraw(db, standing.id, now)
    account = await _own_account(db, actor)
    made = Proposal(
        id=uuid4(),
        act=joint.act,
        subject=joint.subject,
        facts=joint.facts,
        proposer=account.id,
        proposer_name=account.name,
        proposed_at=now,
        expires_at=now + LASTS,
        confirmer_name=None,
        confirmed_at=None,
    )
    await proposals.insert_proposal(db, made, joint.round)
    await audit.append(db, actor, "act_proposed", joint.round, joint.act.value, of=joint.subject, facts=joint.facts)
    return made


async def confirm(
    db: Connection, services: Services, actor: Actor, joint: JointAct, seen: UUID
) -> tuple[Account, Account]:
    """Confirm the proposal that one has seen, and give who proposed and who confirmed; the caller then does it.

    Raises TooLate without a proposal, Conflict where it is another or the facts have changed, NotPermitted for the
    proposer alone, or where that account may no longer do it.
    """
    permit(actor, joint.act)
    await _lock(db, joint)
    now = services.clock()
    standing = await proposals.latest_proposal(db, joint.act, joint.subject)
    proposal = refuse_stale(standing, seen, joint.facts, now)
    proposer = await _open_account(db, actor, proposal.proposer)
    confirmer = await _own_account(db, actor)
    permit_two(joint.act, proposer.actor(), actor)
    await proposals.confirm(db, proposal.id, confirmer.id, confirmer.name, now)
    await audit.append(
        db, actor, "act_confirmed", joint.round, joint.act.value, of=joint.subject, proposer=proposer.actor().name
    )
    return proposer, confirmer


async def withdraw(db: Connection, services: Services, actor: Actor, joint: JointAct) -> None:
    """Take back a proposal that waits; without one nothing happens."""
    permit(actor, joint.act)
    await _lock(db, joint)
    standing = await proposals.latest_proposal(db, joint.act, joint.subject)
    if standing is not None and standing.confirmed_at is None:
        await proposals.withdraw(db, standing.id, services.clock())
        await audit.append(db, actor, "proposal_withdrawn", joint.round, joint.act.value, of=joint.subject)


async def _lock(db: Connection, joint: JointAct) -> None:
    await lock_names(db, [f"{joint.act.value} {joint.subject}"])


async def _own_account(db: Connection, actor: Actor) -> Account:
    """The account through which somebody acts; a machine or its console is no person to take part in this."""
    try:
        id_ = AccountId(UUID(actor.id))
    except ValueError:
        raise NotPermitted("这一步要由两个人各自登录办理。", remedy="请用自己的账号登录后再办。") from None
    return await _open_account(db, actor, id_)


async def _open_account(db: Connection, actor: Actor, id_: AccountId) -> Account:
    await act_as(db, GATE)
    found = await accounts.account(db, id_)
    await act_as(db, actor)
    if found is None or not found.is_open:
        raise NotPermitted("提出的人或确认的人，账号已经锁定或停用。", remedy="请由另一位有权限的人重新提出。")
    return found
