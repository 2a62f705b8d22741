"""A department's webhook: told by Standard Webhooks what is there for it, and from where to pull it.

The files themselves do not travel this way; giving them out to whoever pulls is the service's affair.
"""

from connectors.webhook.payload import Payload, PayloadFile
from connectors.webhook.sending import SECRETS, Webhook, WebhookSettings
from connectors.webhook.signing import SigningKey

__all__ = ["SECRETS", "Payload", "PayloadFile", "SigningKey", "Webhook", "WebhookSettings"]
