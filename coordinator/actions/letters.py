"""Letters to firms, kept by the offices: written, listed, opened again, withdrawn, written anew.

Codes are in clear only in what these give back, once. How a firm opens its letter is in `opening`.
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from msgspec import Struct

from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.hashing import hash_letter_codes, letter_number_digest, new_letter_signs
from coordinator.actions.services import Services
from coordinator.documents.letters import WrittenLetter
from coordinator.domain.actors import GATE, PUBLICATION, Actor
from coordinator.domain.acts import Act
from coordinator.domain.announcements import Announcement, announcements, contacts
from coordinator.domain.approvals import is_approved
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import Conflict, NotFound, TooLate
from coordinator.domain.ids import TargetId
from coordinator.domain.letters import Letter, LetterId, departments_told, expiry, letters_due
from coordinator.domain.permissions import permit
from coordinator.storage import approvals, audit, letters, rounds
from coordinator.storage.connection import Connection, act_as, transaction
from coordinator.storage.rounds import Stage, StoredRound


class LetterList(Struct, frozen=True, kw_only=True):
    """A round's letters that the actor may see, which of them are locked, and to whom any letter stands."""

    letters: tuple[Letter, ...]
    locked: frozenset[LetterId]
    written_to: frozenset[TargetId]


class _Drafts(Struct, frozen=True, kw_only=True):
    """Letters that are to be written, with their codes."""

    letters: tuple[Letter, ...]
    codes: tuple[str, ...]


async def listed_letters(services: Services, actor: Actor, round_: UUID) -> LetterList:
    """Give a round's letters, withdrawn ones too; raises NotFound where the round is not the actor's to see."""
    permit(actor, Act.SEE_LETTERS)
    async with transaction(services.pool, actor) as db:
        await _found(db, round_)
        found = await letters.letters(db, round_)
        await act_as(db, GATE)
        return LetterList(
            letters=tuple(found),
            locked=frozenset(await letters.locked_letters(db, round_)),
            written_to=frozenset(await letters.targets_written_to(db, round_)),
        )


async def issue_letters(services: Services, actor: Actor, round_: UUID, site: str) -> tuple[WrittenLetter, ...]:
    """Write to every firm that is to be told and has no letter; raises Conflict where all have one.

    A department writes to the firms that it visits: one letter serves all who come.
    """
    permit(actor, Act.ISSUE_LETTERS)
    async with transaction(services.pool, actor) as db:
        dispatch, stored = await _dispatched(db, actor, round_)
        await act_as(db, GATE)
        standing = await letters.targets_written_to(db, round_)
    due = letters_due(announcements(dispatch), standing, actor.department)
    if not due:
        raise _all_written()
    return await _write(services, actor, stored, dispatch, due, site)


async def renew_letter(services: Services, actor: Actor, id_: UUID, site: str) -> tuple[WrittenLetter, ...]:
    """Withdraw a letter and write another to the same firm; the old one opens nothing from then on."""
    permit(actor, Act.ISSUE_LETTERS)
    async with transaction(services.pool, actor) as db:
        old = await _standing(db, id_)
        dispatch, stored = await _dispatched(db, actor, old.round)
        told = announcements(dispatch).get(old.target)
        if told is None:
            raise TooLate("这家企业现在没有可以告知的检查。", remedy="只能收回原来的函。")
    return await _write(services, actor, stored, dispatch, (told,), site, instead_of=old)


async def withdraw_letter(services: Services, actor: Actor, id_: UUID) -> Letter:
    """Take a letter out of use: neither its code nor an open session shows anything from then on."""
    permit(actor, Act.ISSUE_LETTERS)
    async with transaction(services.pool, actor) as db:
        found = await _standing(db, id_)
        await _withdraw(db, services, actor, found)
    return found


async def reopen_letter(services: Services, actor: Actor, id_: UUID) -> Letter:
    """Let a letter that wrong tries have locked be tried again, with the code it has."""
    permit(actor, Act.ISSUE_LETTERS)
    async with transaction(services.pool, actor) as db:
        found = await _standing(db, id_)
        await letters.note_reopened(db, found.id, services.clock())
        await audit.append(db, actor, "letter_reopened", found.round, found.number)
        await act_as(db, GATE)
        await letters.forget_tries(db, letter_number_digest(found.number))
    return found


async def _dispatched(db: Connection, actor: Actor, round_: UUID) -> tuple[Dispatch, StoredRound]:
    """Give a round of the actor's whose notices are approved as its teams now stand; it is read whole.

    Letters say who comes, as the notices do: what is approved and what is told agree.
    """
    stored = await _found(db, round_)
    if stored.stage is not Stage.DISPATCHED:
        raise TooLate("检查文书批准之后才告知企业。", remedy="请由统筹办公室先办理审批。")
    await act_as(db, PUBLICATION)
    if not is_approved(await approvals.approvals(db, round_), stored.team_changes):
        raise TooLate(
            "人员或时间有变动，检查通知书还没有重新批准。",
            remedy="请统筹部门重新提请审批，由另一位批准之后再发告知函。",
        )
    dispatch = await load_dispatch(db, PUBLICATION, round_)
    await act_as(db, actor)
    return dispatch, stored


def _all_written() -> Conflict:
    return Conflict("该告知的企业都已经有告知函了。", remedy="遗失的，请在列表里给那一家换发新函。")


async def _found(db: Connection, round_: UUID) -> StoredRound:
    stored = await rounds.round_by_id(db, round_)
    if stored is None:
        raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")
    return stored


async def _standing(db: Connection, id_: UUID) -> Letter:
    found = await letters.lock_letter(db, id_)
    if found is None:
        raise NotFound("没有这封告知函。", remedy="请从列表里选择。")
    if found.withdrawn_at is not None:
        raise Conflict("这封告知函已经收回。", remedy="请在列表里找到新的一封。")
    return found


async def _withdraw(db: Connection, services: Services, actor: Actor, found: Letter) -> None:
    await letters.withdraw(db, [found.id], services.clock())
    await audit.append(db, actor, "letter_withdrawn", found.round, found.number)


async def _write(
    services: Services,
    actor: Actor,
    stored: StoredRound,
    dispatch: Dispatch,
    told: Sequence[Announcement],
    site: str,
    instead_of: Letter | None = None,
) -> tuple[WrittenLetter, ...]:
    if stored.rehearsal_seed is not None:
        raise Conflict("演练不发告知函。", remedy="演练的结果不作数，不发给检查对象。")
    drafts = _drafted(services, stored, told)
    hashes = await hash_letter_codes(drafts.codes)
    rows = zip(drafts.letters, hashes, strict=True)
    async with transaction(services.pool, actor) as db:
        if instead_of is not None:
            await _withdraw(db, services, actor, await _standing(db, instead_of.id))
        kept = await letters.insert_letters(db, drafts.letters)
        if not kept:
            raise _all_written()
        numbers = [one.number for one in drafts.letters if one.id in kept]
        await audit.append(db, actor, "letters_issued", stored.id, stored.code, count=len(kept), numbers=numbers)
        await act_as(db, GATE)
        secrets = [(one.id, letter_number_digest(one.number), hashed) for one, hashed in rows if one.id in kept]
        await letters.insert_secrets(db, secrets)
    return _written(drafts, kept, dispatch, {each.target.id: each for each in told}, site)


def _drafted(services: Services, stored: StoredRound, told: Sequence[Announcement]) -> _Drafts:
    now, ends = services.clock(), expiry(stored.settings.round.last_day)
    if now >= ends:
        raise TooLate("这个轮次早已结束，不再发告知函。")
    drafted = tuple(
        Letter(
            id=LetterId(uuid4()),
            round=stored.id,
            target=announcement.target.id,
            departments=departments_told(announcement),
            number=new_letter_signs(),
            issued_at=now,
            expires_at=ends,
            first_opened_on=None,
            reopened_at=None,
            withdrawn_at=None,
        )
        for announcement in told
    )
    return _Drafts(letters=drafted, codes=tuple(new_letter_signs() for _ in drafted))


def _written(
    drafts: _Drafts,
    kept: set[LetterId],
    dispatch: Dispatch,
    told: dict[TargetId, Announcement],
    site: str,
) -> tuple[WrittenLetter, ...]:
    return tuple(
        WrittenLetter(
            letter=letter,
            code=code,
            announcement=told[letter.target],
            round_name=dispatch.name,
            coordinator=dispatch.round.round.coordinator,
            contacts=contacts(dispatch, told[letter.target]),
            site=site,
        )
        for letter, code in zip(drafts.letters, drafts.codes, strict=True)
        if letter.id in kept
    )
