"""A department's folder: packages as plain files, each whole or not there, with a manifest that says so.

The receiver's acknowledgement (回执) is read when asked for; nothing here touches a file that it has not written.
"""

from typing import Annotated

from msgspec import Meta, Struct

from connectors.file_drop.drop import FileDrop

__all__ = ["FileDrop", "FolderSettings"]


class FolderSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is entered of a shared folder."""

    root: Annotated[
        str, Meta(title="文件夹", description="已有的共享文件夹，每个接收单位在其中有自己的子文件夹。", pattern="^/.+")
    ]
