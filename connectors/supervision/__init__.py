"""“互联网+监管”: inspection acts under the codes of the item catalogue, by the provincial system.

Which of our items is which of the catalogue is a destination's own list; field names and codes are in `maps/`.
"""

from connectors.platforms.reporting import SECRETS
from connectors.supervision.reporting import MAPS, Supervision, SupervisionSettings

__all__ = ["MAPS", "SECRETS", "Supervision", "SupervisionSettings"]
