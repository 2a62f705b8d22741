"""Programs hold whole draws: each step as its owner may on the pages, two people's for what takes two."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace
from support.ceremonies import COORDINATING, OTHERS, PARTIES, Hall, a_hall
from support.programs import Program, Programs, programs
from support.rounds import collected, small, trail, with_code
from support.rounds import world as world_of

from connectors.client import OneDoor, types
from coordinator.domain.actors import Office
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.rounds import Beacon
from coordinator.storage.connection import Pool
from solver.chance.head import Stage
from solver.chance.transcript import TRANSCRIPT
from solver.chance.verify import verify

NOON = datetime(2026, 2, 25, 12, tzinfo=LOCAL_TIME)
EVENT = NOON + timedelta(minutes=25)
MINUTES = 20
Step = Callable[[OneDoor], types.CeremonyState]


@pytest.fixture
async def hall(pool: Pool) -> Hall:
    return await a_hall(world_of(pool), NOON)


class Table(NamedTuple):
    """The programs that come together for one draw: of two coordinators, and of each party."""

    first: Program
    second: Program
    parties: dict[str, Program]
    round: UUID
    stage: str

    async def state(self) -> types.CeremonyState:
        return await self.first.asks(lambda onedoor: onedoor.ceremony(self.round, self.stage))

    async def fixes(self) -> types.CeremonyState:
        return await self.first.asks(lambda onedoor: onedoor.fix(self.round, self.stage, MINUTES))

    async def commits(self, *departments: str) -> None:
        """Each computes its commitment from what the service says its lines are."""
        for department in departments or PARTIES:
            program = self.parties[department]
            state = await program.asks(lambda onedoor: onedoor.ceremony(self.round, self.stage))
            assert state.own is not None
            assert state.own.party == department
            lines = "".join(f"{line}\n" for line in (*state.own.lines, f"secret\t{_secret(state, department)}"))
            committed = hashlib.sha256(lines.encode()).hexdigest()
            await program.asks(lambda onedoor, each=committed: onedoor.commit(self.round, self.stage, each))

    async def reveals(self, *departments: str) -> None:
        for department in departments or PARTIES:
            secret = _secret(await self.state(), department)
            await self.parties[department].asks(
                lambda onedoor, each=secret: onedoor.reveal(self.round, self.stage, each)
            )

    async def readies(self) -> None:
        """Leave only chance."""
        await self.fixes()
        await self.commits()
        await self.reveals()

    async def proposes(self, outcome: str = "") -> str:
        shown = await self.first.asks(lambda onedoor: onedoor.propose_draw(self.round, self.stage, outcome))
        assert shown.proposal is not None
        return shown.proposal.id

    async def draws(self) -> types.CeremonyState:
        """Go through a whole draw."""
        await self.readies()
        seen, key = await self.proposes(), str(uuid4())
        drawn = [
            await self.second.asks(lambda onedoor: onedoor.confirm_draw(self.round, self.stage, seen, key=key))
            for _ in range(2)
        ]
        assert drawn[0] == drawn[1], "drawn once for its key"
        return drawn[0]


def _secret(state: types.CeremonyState, department: str) -> str:
    """One of its own for each attempt and party."""
    return hashlib.sha256(f"{state.document_digest} {state.attempt} {department}".encode()).hexdigest()


async def table(hall: Hall, all_: Programs, round_: UUID, stage: str = "targets") -> Table:
    first, second = await all_.by(hall.first), await all_.by(hall.second)
    parties = {department: await all_.by(person) for department, person in hall.liaisons.items()}
    return Table(first, second, parties | {COORDINATING: second}, round_, stage)


async def test_programs_hold_both_draws_and_whoever_fetches_the_files_recomputes_them(hall: Hall) -> None:
    round_ = await collected(hall.services)
    async with programs(hall.services) as all_:
        supervisor = await all_.of(Office.SUPERVISOR)
        for stage in Stage:
            at_table = await table(hall, all_, round_, stage.value)
            before = await at_table.state()
            assert (before.standing, before.document_digest, before.offered.fix) == ("unfixed", None, True)
            drawn = await at_table.draws()
            assert (drawn.standing, drawn.by) == ("held", "王力、王力")
            assert bool(drawn.strata) is (stage is Stage.TARGETS)
            assert bool(drawn.lots) is (stage is Stage.TEAMS)
            fetched = await supervisor.asks(lambda onedoor, each=stage.value: everything(onedoor, round_, each))
            verdict = verify(fetched.pop(TRANSCRIPT), fetched)
            assert verdict.verified is not None, verdict.failure
            assert verdict.verified.head.parties == PARTIES
            digests = (drawn.document_digest, drawn.commitments_digest, drawn.reveals_digest, drawn.transcript_digest)
            said = verdict.verified.digests
            assert digests == (said.document, said.commitments, said.reveals, said.transcript)
            if stage is Stage.TARGETS:
                await hall.plans(round_)
    assert await hall.stage(round_) == "teams_drawn"
    told = await trail(hall.services.pool)
    assert (told.count("targets_drawn"), told.count("act_proposed"), told.count("act_confirmed")) == (1, 2, 2)


def everything(onedoor: OneDoor, round_: UUID, stage: str) -> dict[str, bytes]:
    """A draw's files by name."""
    shown = onedoor.draw(round_, stage)
    return {each.name: onedoor.draw_file(round_, stage, each.name) for each in shown.files}


async def test_one_person_with_two_programs_draws_nothing(hall: Hall) -> None:
    round_ = await collected(hall.services)
    async with programs(hall.services) as all_:
        at_table = await table(hall, all_, round_)
        await at_table.readies()
        seen, twin = await at_table.proposes(), await all_.by(hall.first)
        for own in (at_table.first, twin):
            refused = await own.is_refused(lambda onedoor: onedoor.confirm_draw(round_, "targets", seen))
            assert refused == (403, "not-permitted")
        other = await at_table.second.is_refused(lambda onedoor: onedoor.confirm_draw(round_, "targets", uuid4()))
        assert other == (409, "conflict")
        left = await twin.asks(lambda onedoor: onedoor.withdraw_draw(round_, "targets"))
        assert (left.proposal, left.standing) == (None, "ready")
        late = await at_table.second.is_refused(lambda onedoor: onedoor.confirm_draw(round_, "targets", seen))
        assert late == (409, "not-now")
    assert await hall.stage(round_) == "frozen", "nothing was drawn"


async def test_whoever_may_not_is_refused_and_sees_no_secret(hall: Hall) -> None:
    steps: tuple[Step, ...] = (
        lambda onedoor: onedoor.fix(round_, "targets", MINUTES),
        lambda onedoor: onedoor.close(round_, "targets"),
        lambda onedoor: onedoor.declare_void(round_, "targets", "不想抽"),
        lambda onedoor: onedoor.propose_draw(round_, "targets"),
        lambda onedoor: onedoor.confirm_draw(round_, "targets", uuid4()),
        lambda onedoor: onedoor.withdraw_draw(round_, "targets"),
    )
    round_ = await collected(hall.services)
    async with programs(hall.services) as all_:
        at_table = await table(hall, all_, round_)
        await at_table.readies()
        party = at_table.parties[OTHERS[0]]
        supervisor, inspector = await all_.of(Office.SUPERVISOR), await all_.of(Office.INSPECTOR, OTHERS[0])
        before = await trail(hall.services.pool)
        for program in (party, supervisor, inspector):
            for step in steps:
                assert (await program.is_refused(step))[0] == 403
        assert await trail(hall.services.pool) == before
        for program in (party, supervisor):
            shown = await program.asks(lambda onedoor: onedoor.ceremony(round_, "targets"))
            assert {each.given for each in shown.parties} == {types.Given.revealed}
            assert not any((shown.offered.fix, shown.offered.void, shown.offered.propose, shown.offered.confirm))
            files = await program.asks(lambda onedoor: onedoor.draw(round_, "targets"))
            assert [each.secret for each in files.commitments] == [None] * len(PARTIES)
        stranger = await all_.of(Office.DEPARTMENT, "另一个局")
        hidden = await stranger.is_refused(lambda onedoor: onedoor.ceremony(round_, "targets"))
        assert hidden == (404, "not-found")


async def test_an_attempt_is_given_up_with_its_reason_and_the_next_one_names_it(hall: Hall) -> None:
    round_ = await collected(hall.services)
    async with programs(hall.services) as all_:
        at_table = await table(hall, all_, round_)
        office = at_table.first
        early = await office.is_refused(lambda onedoor: onedoor.declare_void(round_, "targets", "还没有"))
        assert early == (404, "not-found")
        for minutes in (4, 10_081):
            refused = await office.is_refused(lambda onedoor, each=minutes: onedoor.fix(round_, "targets", each))
            assert refused == (400, "http")
        await at_table.fixes()
        await at_table.commits(*OTHERS)
        for step in (
            lambda onedoor: onedoor.propose_draw(round_, "targets"),
            lambda onedoor: onedoor.fix(round_, "teams", MINUTES),
        ):
            assert await office.is_refused(step) == (409, "not-now")
        closed = await office.asks(lambda onedoor: onedoor.close(round_, "targets"))
        assert (closed.standing, closed.commitments_digest is not None) == ("revealing", True)
        assert {each.name: each.given for each in closed.parties}[COORDINATING] == types.Given.out
        nothing = await office.is_refused(lambda onedoor: onedoor.declare_void(round_, "targets", " "))
        assert nothing == (422, "invalid")
        void = await office.asks(lambda onedoor: onedoor.declare_void(round_, "targets", "停电"))
        assert (void.standing, [each.reason for each in void.void], void.offered.fix) == ("void", ["停电"], True)
        again = await at_table.fixes()
        assert (again.attempt, again.standing) == (2, "committing")
        assert [each.digest for each in again.void] == [void.transcript_digest]


async def test_the_outcome_of_the_announced_event_is_taken_as_announced_once_it_has_come(hall: Hall) -> None:
    folder = with_code(small(), "with a beacon")
    beacon = Beacon(source="福彩3D", when=EVENT, pattern="^[0-9]{3}$")
    settings = replace(folder.settings, draw=replace(folder.settings.draw, beacon=beacon))
    round_ = await collected(hall.services, replace(folder, settings=settings))
    async with programs(hall.services) as all_:
        at_table = await table(hall, all_, round_)
        fixed = await at_table.fixes()
        assert (fixed.event_at, fixed.beacon is not None) == (EVENT, True)
        await at_table.commits()
        await at_table.reveals()
        early = await at_table.first.is_refused(lambda onedoor: onedoor.propose_draw(round_, "targets", "123"))
        assert early == (409, "not-now")
        hall.clock.passes(EVENT - NOON + timedelta(minutes=1))
        wrong = await at_table.first.is_refused(lambda onedoor: onedoor.propose_draw(round_, "targets", "一二三"))
        assert wrong == (422, "invalid")
        seen = await at_table.proposes("123")
        drawn = await at_table.second.asks(lambda onedoor: onedoor.confirm_draw(round_, "targets", seen))
        assert (drawn.standing, drawn.outcome) == ("held", "123")
