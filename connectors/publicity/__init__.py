"""国家企业信用信息公示系统（河南）, by the provincial platform: results gathered under each market entity's name.

Plans, tasks, drawn lists, results, penalties and lists under the platform's field names (`maps/`); which rows a package
has is the coordinator's affair.
"""

from connectors.platforms.reporting import SECRETS
from connectors.publicity.reporting import MAPS, Publicity, PublicitySettings

__all__ = ["MAPS", "SECRETS", "Publicity", "PublicitySettings"]
