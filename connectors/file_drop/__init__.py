"""A department's folder: packages as plain files, each whole or not there, with a manifest that says so.

Acknowledgement files (回执) are not read yet; nothing here touches a file that it has not written.
"""

from connectors.file_drop.drop import FileDrop

__all__ = ["FileDrop"]
