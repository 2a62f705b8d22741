"""A client of OneDoor's own interface, for departments' systems: typed answers, safe retries, nothing sent twice.

`types` is made from the interface's description; how requests are sent is in `sending`.
"""

from connectors.client.client import OneDoor
from connectors.client.sending import Refused

__all__ = ["OneDoor", "Refused"]
