"""The interface for programs: pulling what a webhook told of, file by file, exactly as it was posted.

Which packages a department sees is decided by row-level security; how they are told of, in connectors/webhook.
"""

from litestar import Response, get
from litestar.params import FromPath

from coordinator.actions.posting import read_package_file
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.deliveries import DeliveryKey
from coordinator.web.api.answers import ERRORS
from coordinator.web.given import Given

BYTES = "application/octet-stream"


@get(
    "/packages/{key:str}/{name:str}",
    tags=["投递"],
    summary="投递的一个文件，逐字节原样；webhook 消息里给出它的地址",
    responses=ERRORS,
    media_type=BYTES,
)
async def get_package_file(
    services: Given[Services], actor: Given[Actor], key: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    file = await read_package_file(services, actor, DeliveryKey(key), name)
    headers = {"X-Content-SHA256": file.sha256, "Content-Disposition": "attachment"}
    return Response(file.content, headers=headers, media_type=BYTES)
