"""Ways out: the kinds of outside system that are known here, and how one is opened for a destination.

Everything of a kind is in its folder of connectors/; which destinations there are, people decide (`destinations`).
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from connectors import exchange_database, mail, publicity, registry, sftp, supervision, webhook
from connectors.contract import Connector, SettingError
from connectors.exchange_database import ExchangeDatabase, ExchangeDatabaseSettings
from connectors.file_drop import FileDrop, FolderSettings
from connectors.mail import Mail, MailSettings
from connectors.publicity import Publicity, PublicitySettings
from connectors.registry import Registry, RegistrySettings
from connectors.sftp import Sftp, SftpSettings
from connectors.supervision import Supervision, SupervisionSettings
from connectors.webhook import Webhook, WebhookSettings
from connectors.website import Website, WebsiteSettings
from coordinator.actions.deliveries import Connectors, Opening, a_folder
from coordinator.actions.sealing import unseal
from coordinator.actions.services import Services
from coordinator.domain.actors import GATE, WORKER
from coordinator.domain.deliveries import FILE_DROP, ConnectorKind
from coordinator.domain.destinations import DestinationState, Wanted
from coordinator.domain.errors import Invalid
from coordinator.storage import destinations
from coordinator.storage.connection import act_as, transaction

FIELD = re.compile(r"(?:field `|\$\.)([a-z_]+)")


USUAL = (Wanted.PAPERS, Wanted.RESULTS, Wanted.REFERRALS)
"""What every department may want."""


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of outside system: what is entered of one, which secrets it takes by name, and how a way to it is made."""

    title: str
    settings: type[Struct]
    make: Callable[[Any, Mapping[str, str], Callable[[], datetime]], Connector | Registry]
    """From the settings, the secrets and the service's clock."""
    secrets: Mapping[str, str] = {}
    """Titles by name."""
    is_exported: bool = False
    """Whether what waits can be carried there as a file."""
    wants: tuple[Wanted, ...] = USUAL
    """What a destination of this kind can be sent."""


REGISTRY = ConnectorKind("registry")
"""Read from, not delivered to."""
KINDS: Mapping[ConnectorKind, Kind] = {
    ConnectorKind("folder"): Kind(
        title="共享文件夹",
        wants=(*USUAL, Wanted.PUBLICITY, Wanted.ACTS, Wanted.PAGES),
        settings=FolderSettings,
        make=lambda settings, _secrets, _clock: FileDrop(Path(settings.root)),
    ),
    ConnectorKind("webhook"): Kind(
        title="消息推送（webhook）",
        wants=(*USUAL, Wanted.PUBLICITY, Wanted.ACTS),
        settings=WebhookSettings,
        secrets=webhook.SECRETS,
        make=lambda settings, secrets, clock: Webhook(settings, secrets, clock=clock),
    ),
    ConnectorKind("sftp"): Kind(
        title="SFTP 文件夹",
        wants=(*USUAL, Wanted.PUBLICITY, Wanted.ACTS, Wanted.PAGES),
        settings=SftpSettings,
        secrets=sftp.SECRETS,
        make=lambda settings, secrets, _clock: Sftp(settings, secrets),
    ),
    ConnectorKind("website"): Kind(
        title="部门网站",
        wants=(Wanted.PAGES,),
        settings=WebsiteSettings,
        make=lambda settings, secrets, clock: Website(settings, secrets, clock=clock),
    ),
    ConnectorKind("mail"): Kind(
        title="电子邮件",
        settings=MailSettings,
        secrets=mail.SECRETS,
        make=lambda settings, secrets, clock: Mail(settings, secrets, clock=clock),
    ),
    ConnectorKind("exchange_database"): Kind(
        title="前置库",
        wants=(Wanted.RESULTS, Wanted.REFERRALS, Wanted.PUBLICITY),
        settings=ExchangeDatabaseSettings,
        secrets=exchange_database.SECRETS,
        make=lambda settings, secrets, _clock: ExchangeDatabase(settings, secrets),
    ),
    REGISTRY: Kind(
        title="登记信息（取回）",
        wants=(Wanted.REGISTRATIONS,),
        settings=RegistrySettings,
        secrets=registry.SECRETS,
        make=lambda settings, secrets, clock: Registry(settings, secrets, clock=clock),
    ),
    ConnectorKind("publicity"): Kind(
        title="公示系统（省平台）",
        wants=(Wanted.PUBLICITY,),
        settings=PublicitySettings,
        secrets=publicity.SECRETS,
        make=lambda settings, secrets, clock: Publicity(settings, secrets, clock=clock),
        is_exported=True,
    ),
    ConnectorKind("supervision"): Kind(
        title="互联网+监管",
        wants=(Wanted.ACTS,),
        settings=SupervisionSettings,
        secrets=supervision.SECRETS,
        make=lambda settings, secrets, clock: Supervision(settings, secrets, clock=clock),
        is_exported=True,
    ),
}


def settings_of(kind: Kind, given: Mapping[str, object]) -> Struct:
    """Take the settings of a destination as its kind knows them; raises Invalid, naming the field."""
    try:
        return msgspec.convert(dict(given), kind.settings, strict=False)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, SettingError):
            raise Invalid(
                str(error.__cause__), remedy="请改正后再提出。", field=f"set-{error.__cause__.field}"
            ) from error
        named = FIELD.search(str(error))
        field = named[1] if named else ""
        words = "没有填写" if "missing required" in str(error) else "不能这样填写"
        raise Invalid(
            f"“{titles_of(kind).get(field, field)}”{words}。", remedy="请按提示改正后再提出。", field=f"set-{field}"
        ) from error


def titles_of(kind: Kind) -> Mapping[str, str]:
    """What people call the settings of a kind, by name."""
    described = msgspec.inspect.type_info(kind.settings)
    assert isinstance(described, msgspec.inspect.StructType)  # noqa: S101 - settings are structs
    return {
        field.name: str((field.type.extra_json_schema or {}).get("title", field.name))
        for field in described.fields
        if isinstance(field.type, msgspec.inspect.Metadata)
    }


def connectors_for(services: Services) -> Connectors:
    """Give the ways to folders of this machine, and to every destination that is open, by kind."""
    return {FILE_DROP: _here, **{name: _opening(services) for name in KINDS if name != REGISTRY}}


async def open_registries(services: Services) -> list[tuple[str, Registry]]:
    """Give the ways to the registries that are open, by the destination's name."""
    async with transaction(services.pool, WORKER) as db:
        names = [each.name for each in await destinations.destinations(db) if each.connector == REGISTRY]
    opened = [(name, await _open(services, name)) for name in names]
    return [(name, way) for name, way in opened if isinstance(way, Registry)]


async def _here(destination: str) -> Connector | None:
    """A folder of this machine; one of another machine is that machine's to serve."""
    # apart from the loop: a share that hangs in the kernel keeps nobody else waiting
    is_here = await asyncio.to_thread(Path(destination).is_dir)
    return await a_folder(destination) if is_here else None


def _opening(services: Services) -> Opening:
    async def open_(name: str) -> Connector | None:
        way = await _open(services, name)
        return None if isinstance(way, Registry) else way

    return open_


async def _open(services: Services, name: str) -> Connector | Registry | None:
    """Make the way to a destination with its secrets; None while it is not open."""
    async with transaction(services.pool, WORKER) as db:
        found = await destinations.destination(db, name)
        await act_as(db, GATE)
        sealed = await destinations.sealed_secrets(db, name)
    if found is None or found.state is not DestinationState.OPEN:
        return None
    secrets = {each.name: unseal(services.settings, each.sealed) for each in sealed}
    kind = KINDS[found.connector]
    return kind.make(settings_of(kind, found.settings), secrets, services.clock)
