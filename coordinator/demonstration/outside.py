"""Outside systems to be shown: a department's shared folder that two people approved, and what a registry said.

Packages get into the folder as everywhere, by the worker. The firms are the sample's, and so invented.
"""

import asyncio
from pathlib import Path

import msgspec
from msgspec.structs import replace

from connectors.records import TargetList
from connectors.registry import Registration, RegistryStatus
from coordinator.actions.accounts import listed_accounts
from coordinator.actions.destinations import confirm_destination, propose_destination, read_destinations
from coordinator.actions.directories import FIRST, target_directory
from coordinator.actions.registry import read_batches, take_registry_file
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE
from coordinator.domain.destinations import Wanted, new_draft

ADMINISTRATOR, COORDINATOR = "guanli", "tongchou1"
NAME, TITLE, DEPARTMENT = "xiaofang-share", "消防共享文件夹", "禾川县消防救援大队"
WANTS = (Wanted.PAPERS, Wanted.RESULTS, Wanted.REFERRALS)
REGISTRY_FILE = "登记信息（示例）.jsonl"
USCC_LENGTH = 18


async def outside_systems(services: Services, root: Path) -> None:
    """Set up what is missing; `root` is the shared folder."""
    if not any(each.name == NAME for each in (await read_destinations(services, CONSOLE)).standing):
        await _share(services, root)
    if not await read_batches(services, CONSOLE):
        await _register(services)


async def _share(services: Services, root: Path) -> None:
    await asyncio.to_thread(root.mkdir, parents=True, exist_ok=True)
    people = {each.login: each for each in (await listed_accounts(services, CONSOLE)).accounts}
    wants = [wanted.value for wanted in WANTS]
    draft = new_draft(NAME, "folder", TITLE, DEPARTMENT, wants, {"root": str(root)})
    proposed = await propose_destination(services, people[ADMINISTRATOR].actor(), draft)
    await confirm_destination(services, people[COORDINATOR].actor(), NAME, proposed.id)


async def _register(services: Services) -> None:
    """Three firms as the registry has them, one closed, one called otherwise, one on a list of the registry's."""
    listed = (await target_directory(services, CONSOLE, "公司", FIRST, 20)).lines
    firms = [
        Registration(code=each.id, name=each.name, kind=each.kind, address=each.address)
        for each in listed
        if len(each.id) == USCC_LENGTH
    ][:3]
    if len(firms) == len(_CHANGES):
        await take_registry_file(services, CONSOLE, REGISTRY_FILE, _lines(firms))
        changed = [replace(firm, **change) for firm, change in zip(firms, _CHANGES, strict=True)]
        await take_registry_file(services, CONSOLE, REGISTRY_FILE, _lines(changed))


_CHANGES: tuple[dict[str, object], ...] = (
    {"status": RegistryStatus.DEREGISTERED},
    {"name": "禾川县新名称商贸有限公司"},
    {"lists": (TargetList.ABNORMAL,)},
)


def _lines(firms: list[Registration]) -> bytes:
    return b"\n".join(msgspec.json.encode(firm) for firm in firms)
