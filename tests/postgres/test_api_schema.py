"""Whatever is asked of the interface, it answers as its description says and never breaks (schemathesis)."""

import asyncio
import subprocess
import sys
from uuid import uuid4

from support.browsers import served
from support.jobs import surroundings
from support.people import a_person
from support.rounds import dispatched, drawn, frozen
from support.web import BEFORE, at

from coordinator.actions.accounts import create_token
from coordinator.actions.services import Services
from coordinator.domain.actors import Office
from coordinator.domain.permissions import BY_PROGRAM, may
from coordinator.storage.connection import Pool
from coordinator.web.app import create_app

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


async def examined(address: str, token: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Let schemathesis ask everything; in a process of its own, for it has no part in our loop."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/schema/openapi.json", "--checks", CHECKS]
    command += ["-H", f"Authorization: Bearer {token}", "--seed", "1", "--generation-database", "none"]
    command += ["--request-timeout", "60", *options]
    return await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=900, check=False, cwd="/"
    )


async def token_of(services: Services, office: Office) -> str:
    person = await a_person(services, f"p{uuid4().hex[:8]}", office)
    scopes = frozenset(act for act in BY_PROGRAM if may(person.who.actor, act))
    return await create_token(services, person.who, "程序", scopes)


async def test_every_answer_is_described_and_nothing_breaks(pool: Pool) -> None:
    services = at(surroundings(pool), BEFORE)
    await dispatched(services)
    for seed, stage in (("6", frozen), ("7", drawn)):
        await stage(services, seed=seed * 64)
    async with served(create_app(services)) as address:
        coordinator = await token_of(services, Office.COORDINATOR)
        ended = await examined(address, coordinator, "--max-examples", "10")
        said, _, _ = ended.stdout.partition("= WARNINGS =")
        assert ended.returncode == 0, said[-6000:] + ended.stderr[-2000:]
