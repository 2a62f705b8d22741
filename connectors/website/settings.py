"""What an administrator enters for one website: the folder that is served, and the address it is served under.

No secrets: whoever may write into the folder may publish.
"""

from typing import Annotated

from msgspec import Meta, Struct


class WebsiteSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One folder of a website that is nobody else's."""

    root: Annotated[
        str, Meta(title="文件夹", description="网站目录里专给一门查的一个文件夹，已经建好。", pattern="^/.+")
    ]
    address: Annotated[
        str,
        Meta(
            title="公开地址",
            description="这个文件夹在网站上的地址，如 https://www.example.gov.cn/ssj。",
            pattern=r"^https?://[^\s<>\"']+[^\s<>\"'/]$",
        ),
    ]
    title: Annotated[str, Meta(min_length=1, title="栏目名称")] = "“双随机、一公开”信息公开"
