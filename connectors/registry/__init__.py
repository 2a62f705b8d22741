"""The registry of enterprises (登记信息): registrations and their changes, read from files or pulled page by page.

What they mean for the directories here is the coordinator's affair.
"""

from connectors.registry.pulling import SECRETS, Registry, RegistryPage, RegistrySettings
from connectors.registry.reading import HEADINGS, Fault, read_registrations
from connectors.registry.rows import Registration, RegistryStatus

__all__ = [
    "HEADINGS",
    "SECRETS",
    "Fault",
    "Registration",
    "Registry",
    "RegistryPage",
    "RegistrySettings",
    "RegistryStatus",
    "read_registrations",
]
