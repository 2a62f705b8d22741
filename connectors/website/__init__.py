"""A department's website: static pages and open data at stable addresses, and a feed, in a folder that is served.

Who serves the folder, and how it looks around these pages, is the department's affair.
"""

from connectors.website.publishing import Website
from connectors.website.settings import WebsiteSettings

__all__ = ["Website", "WebsiteSettings"]
