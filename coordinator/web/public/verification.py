"""The page on which anyone checks a draw from its files alone; the files never leave the browser.

The check itself is static/verify.js.
"""

from litestar import Response, get

from coordinator.web.rendering import page


@get("/verify", include_in_schema=False)
async def verification_page() -> Response[bytes]:
    """Drop a transcript and its files."""
    return page("verify.html")
