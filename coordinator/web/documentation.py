"""The description of the JSON interface: OpenAPI 3.1 for programs, and a plain page made from it for people.

The page is our own: the usual renderers weigh ten times what a page may, and ask another server for their scripts.
"""

from typing import Any

from litestar import Request
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Tag

from coordinator.web.rendering import render

TITLE = "一门查 OneDoor"
ABOUT = (
    "进一次门，查多项事；抽签人人可复核。请求头写 Authorization: Bearer 令牌（在“我的账号”里新建，选好范围）；"
    "提交时另带 Idempotency-Key（每次提交一个新的 UUID，重试用同一个，24小时内只办一次）；"
    "读取时可带 If-None-Match（回答里的 ETag）；出错时回答 application/problem+json（RFC 9457）。"
)


class PlainPage(OpenAPIRenderPlugin):
    """Shows every operation with its parameters and answers, without a script."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Write the page."""
        return render("schema.html", schema=openapi_schema, source=self.get_openapi_json_route(request))


def documentation() -> OpenAPIConfig:
    """Serve the description at /schema and /schema/openapi.json."""
    return OpenAPIConfig(
        title=TITLE,
        version="1",
        description=ABOUT,
        path="/schema",
        render_plugins=[PlainPage(path="/"), JsonRenderPlugin()],
        tags=[Tag(name=name) for name in ("轮次", "排期", "检查对象", "抽取", "公开", "运行")],
        use_handler_docstrings=False,
    )
