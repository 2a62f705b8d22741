"""Files packed into one archive for download: the same files give the same bytes.

Which files belong together is not decided here.
"""

import io
import zipfile
from collections.abc import Mapping

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that such an archive can name: when something was packed is no part of it."""
_PACKED = b"PK\x03\x04"
ZIP_TYPE = "application/zip"


def packed(files: Mapping[str, bytes]) -> bytes:
    """Pack files by their paths in the archive; what is packed already, as Word files are, is not packed again."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            method = zipfile.ZIP_STORED if content.startswith(_PACKED) else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), content, method)
    return out.getvalue()
