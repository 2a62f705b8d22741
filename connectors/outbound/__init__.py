"""The one way out over HTTP: to a host that the allow-list names, at an address looked up once, within caps.

No redirects are followed and no proxy of the environment is asked; which hosts are allowed is an administrator's word,
approved by a second one, and not ours.
"""

from connectors.outbound.addresses import Allowed, Networks
from connectors.outbound.answers import Answer, Clock
from connectors.outbound.network import Resolve
from connectors.outbound.sending import Caps, Outbound

__all__ = ["Allowed", "Answer", "Caps", "Clock", "Networks", "Outbound", "Resolve"]
