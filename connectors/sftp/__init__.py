"""A department's folder behind SFTP: the same names, manifests and acknowledgements as a folder on a disk.

How a package is put into a folder is in connectors/file_drop; the server is known by its host key and by nothing else.
"""

from connectors.sftp.sending import Sftp
from connectors.sftp.settings import SECRETS, SftpSettings

__all__ = ["SECRETS", "Sftp", "SftpSettings"]
