"""One database with a row of every kind that an address can name, of every department: for walks over all routes.

A round that is being collected, one that is dispatched, and for each department one in which it takes no part.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID, uuid4

from msgspec.structs import replace
from support import rounds
from support.one_route import LINE
from support.people import a_person
from support.web import BEFORE

from coordinator.actions.annual_planning import decide_year, draw_up_year, put_line, read_year
from coordinator.actions.beginning import begin_round
from coordinator.actions.destinations import confirm_destination, propose_destination, send_test
from coordinator.actions.firm_requests import ask, listed_requests
from coordinator.actions.handing_in import hand_in, try_workbook
from coordinator.actions.letters import issue_letters, withdraw_letter
from coordinator.actions.opening import in_letter, open_letter
from coordinator.actions.recusing import RecusalWish, ask_recusal, read_recusals
from coordinator.actions.services import Services
from coordinator.documents.letters import WrittenLetter
from coordinator.documents.round_settings import settings_file
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.domain.approvals import Decision
from coordinator.domain.destinations import Wanted, new_draft
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.expectations import expectations_of
from coordinator.domain.firm_requests import FirmRequest, RequestKind, Wish
from coordinator.domain.ids import DepartmentId, RoundId
from coordinator.domain.parts import part_of
from coordinator.domain.recusals import RecusalCause, RecusalRequest
from coordinator.domain.rounds import Round
from coordinator.domain.submissions import Submission
from coordinator.storage.connection import fetch_value, transaction

DEPARTMENTS = tuple(DepartmentId(book.file.removesuffix(".xlsx")) for book in rounds.small().workbooks)
ABSENT = {
    **dict.fromkeys(
        ("round", "collecting", "hand_in", "trial", "letter", "request", "recusal", "token", "account", "absent"),
        "00000000-0000-4000-8000-000000000000",
    ),
    "target": "91419999MA00000000",
    "another": "91419999MA00000001",
    "tour": "T999",
    "inspector": "nobody",
    "recused_at": "91419999MA00000000",
    "department": "禾川县没有局",
    "item_department": "禾川县没有局",
    "item": "无-00",
    "line": "无-00",
    "others_line": "无-00",
    "stop": "91419999MA00000000",
    "stop_day": "2026-02-28",
    "share": "share-none",
    "delivery": "00000000-0000-4000-8000-000000000000",
    "package": "none",
}
"""Names of rows that nobody made."""
SITE = "http://127.0.0.1:8000"


class Rows(NamedTuple):
    """What was made; `strangers` are the rounds in which a department takes no part, drawn and collected."""

    services: Services
    dispatch: Dispatch
    round: UUID
    collecting: UUID
    strangers: dict[DepartmentId, tuple[UUID, UUID]]
    hand_ins: dict[DepartmentId, tuple[str, str]]
    withdrawn: tuple[WrittenLetter, ...]
    standing: WrittenLetter
    requests: tuple[FirmRequest, ...]
    recusals: tuple[RecusalRequest, ...]
    stops: dict[DepartmentId, set[tuple[str, str]]]
    packages: dict[DepartmentId, tuple[str, str]]
    account: UUID

    def own(self, department: DepartmentId) -> dict[str, str]:
        """Names of rows that belong to a department, and perhaps to others as well; not every one has letters."""
        return self._named(department, None) | {
            "round": str(self.round),
            "collecting": str(self.collecting),
            "account": str(self.account),
            "absent": ABSENT["absent"],
            "others_line": ABSENT["others_line"],
        }

    def foreign(self, other: DepartmentId, department: DepartmentId) -> dict[str, str]:
        """Names of rows that belong to another department and not to this one."""
        drawn, collecting = self.strangers[department]
        return (
            self._named(other, department)
            | {"round": str(drawn), "collecting": str(collecting)}
            | {"others_line": line_of(other)}
        )

    def _named(self, whose: DepartmentId, but: DepartmentId | None) -> dict[str, str]:
        tours, targets = self._of(whose)
        seen_tours, seen_targets = self._of(but) if but else (set(), set())
        if but:
            seen_targets |= {target.id for target in self._submission(but).targets}
        letters = [each.letter.id for each in self.withdrawn if _is_of(each.letter.departments, whose, but)]
        asked = [each.id for each in self.requests if _is_of(each.departments, whose, but)]
        recusal = next(each for each in self.recusals if each.department == whose)
        listed = {target.id for target in self._submission(whose).targets}
        target = min((targets & listed) - seen_targets, default=ABSENT["target"])
        stops = self.stops[whose] - (self.stops[but] if but else set())
        stop, day = min(stops, default=(ABSENT["stop"], ABSENT["stop_day"]))
        handed_in, trial = self.hand_ins[whose]
        return {
            "tour": min(tours - seen_tours, default=ABSENT["tour"]),
            "target": target,
            "another": max(listed - {target}),
            "hand_in": handed_in,
            "trial": trial,
            "letter": str(next(iter(letters), ABSENT["letter"])),
            "request": str(next(iter(asked), ABSENT["request"])),
            "recusal": str(recusal.id),
            "inspector": recusal.inspector,
            "recused_at": recusal.target,
            "department": whose,
            "item_department": whose,
            "item": self._submission(whose).items[0].code,
            "line": line_of(whose),
            "stop": stop,
            "stop_day": day,
            "share": share_of(whose),
            "delivery": self.packages[whose][0],
            "package": self.packages[whose][1],
        }

    def _of(self, department: DepartmentId) -> tuple[set[str], set[str]]:
        """The tours and targets of a department's part of the plan."""
        part = part_of(self.dispatch, department)
        return {tour.id for tour in part.plan.tours}, {*part.targets}

    def _submission(self, department: DepartmentId) -> Submission:
        return next(each for each in self.dispatch.submissions if each.department.id == department)


def line_of(department: DepartmentId) -> str:
    return f"年-{DEPARTMENTS.index(department)}"


def share_of(department: DepartmentId) -> str:
    return f"share-{DEPARTMENTS.index(department)}"


def _is_of(departments: tuple[DepartmentId, ...], whose: DepartmentId, but: DepartmentId | None) -> bool:
    return whose in departments and but not in departments


async def every_row(services: Services, round_: UUID, dispatch: Dispatch) -> Rows:
    """Add to a database with a dispatched round whatever else an address can name."""
    coordinator = rounds.small().settings.round.coordinator
    collecting = await _begun(services, _settings("collecting", coordinator), DEPARTMENTS)
    hand_ins = {each: await _handed_in(services, collecting, each) for each in DEPARTMENTS}
    withdrawn, standing = await _letters(services, round_, dispatch)
    await _recusals(services, round_, dispatch)
    await _year(services)
    return Rows(
        services=services,
        dispatch=dispatch,
        round=round_,
        collecting=collecting,
        strangers={each: await _without(services, each) for each in DEPARTMENTS},
        hand_ins=hand_ins,
        withdrawn=withdrawn,
        standing=standing,
        requests=await listed_requests(services, CONSOLE),
        recusals=(await read_recusals(services, CONSOLE, round_)).requests,
        stops=_stops(dispatch),
        packages={each: await _package(services, each) for each in DEPARTMENTS},
        account=(await a_person(services, "somebody")).account.id,
    )


async def _begun(services: Services, settings: Round, asked: Sequence[DepartmentId]) -> UUID:
    """Begin a round that is collected in the web."""
    due, departments = "2026-02-26", "\n".join(asked)
    return await begin_round(services, CONSOLE, uuid4(), settings_file(settings), due, departments)


def _settings(code: str, coordinator: DepartmentId) -> Round:
    settings = rounds.small().settings
    return replace(settings, round=replace(settings.round, id=RoundId(code), coordinator=coordinator))


async def _handed_in(services: Services, round_: UUID, department: DepartmentId) -> tuple[str, str]:
    """What a department handed in, and what it has only tried."""
    name = f"{department}.xlsx"
    first = await try_workbook(services, CONSOLE, round_, name, rounds.small().originals[name])
    await hand_in(services, CONSOLE, round_, first, with_faults=True)
    return str(first), str(await try_workbook(services, CONSOLE, round_, name, rounds.small().originals[name]))


async def _letters(
    services: Services, round_: UUID, dispatch: Dispatch
) -> tuple[tuple[WrittenLetter, ...], WrittenLetter]:
    """Letters through which every firm asked something, withdrawn since, and one that stands in their place."""
    written = await issue_letters(services, CONSOLE, round_, SITE)
    for one in written:
        firm = await in_letter(services, await open_letter(services, one.letter.number, one.code))
        assert firm is not None
        await ask(
            services, firm, dispatch, Wish(kind=RequestKind.OBJECTION, visit="", reason="太多", day="", inspector="")
        )
        await withdraw_letter(services, CONSOLE, one.letter.id)
    return written, (await issue_letters(services, CONSOLE, round_, SITE))[0]


async def _recusals(services: Services, round_: UUID, dispatch: Dispatch) -> None:
    """One for each department."""
    asked = set()
    for tour, visit in dispatch.visits():
        for role in tour.roles:
            if role.department not in asked and (team := dispatch.teams[role.id]):
                asked.add(role.department)
                wish = RecusalWish(target=visit.target, inspector=team[0], cause=RecusalCause.DECLARED, reason="亲属")
                await ask_recusal(services, CONSOLE, round_, wish)


async def _year(services: Services) -> None:
    """A line of every department, published."""
    for each in DEPARTMENTS:
        await put_line(services, WORKER, 2026, each, LINE | {"id": line_of(each)}, "年初报送")
    await draw_up_year(services, WORKER, 2026)
    head = (await a_person(services, "head")).who.actor
    digest = (await read_year(services, WORKER, 2026)).issues[0].digest
    await decide_year(services, head, 2026, digest, Decision.APPROVED, "1号")


async def _without(services: Services, department: DepartmentId) -> tuple[UUID, UUID]:
    """A round with a fixed frame and one that is being collected, both of the other departments."""
    others = [each for each in DEPARTMENTS if each != department]
    codes = [f"{word} without {DEPARTMENTS.index(department)}" for word in ("drawn", "collecting")]
    drawn, collecting = (_settings(code, others[0]) for code in codes)
    folder = rounds.without(replace(rounds.small(), settings=drawn), department)
    return await rounds.frozen(services, folder), await _begun(services, collecting, others)


def _stops(dispatch: Dispatch) -> dict[DepartmentId, set[tuple[str, str]]]:
    """Where and when each department has results to enter."""
    expected = expectations_of(dispatch, BEFORE.date()).results
    return {
        each: {(one.target, one.planned_on.isoformat()) for one in expected if one.department == each}
        for each in DEPARTMENTS
    }


async def _package(services: Services, department: DepartmentId) -> tuple[str, str]:
    """A package that went to a department's own destination, which two people have set up."""
    name = share_of(department)
    people = [(await a_person(services, f"{who}.{name}")).who.actor for who in ("one", "another")]
    draft = new_draft(name, "folder", "共享文件夹", department, [Wanted.PAPERS.value], {"root": "/srv/onedoor"})
    proposed = await propose_destination(services, people[0], draft)
    await confirm_destination(services, people[1], name, proposed.id)
    id_ = await send_test(services, CONSOLE, name)
    async with transaction(services.pool, WORKER) as db:
        return str(id_), await fetch_value(db, str, "SELECT key FROM outbox WHERE id = $1", id_)
