"""E-mail with workbooks, for departments that have nothing else: one mailbox, encrypted on the way to its server.

A mail cannot be taken back: the receiver knows a repeat by its Message-ID, and the newest of a batch by its number.
"""

from connectors.mail.sending import Mail
from connectors.mail.settings import SECRETS, Encryption, MailSettings

__all__ = ["SECRETS", "Encryption", "Mail", "MailSettings"]
