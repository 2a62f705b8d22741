"""Files packed into one archive for download: the same files give the same bytes.

Which files belong together is not decided here.
"""

import io
import zipfile
from collections.abc import Mapping

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that such an archive can name: when something was packed is no part of it."""
ZIP_TYPE = "application/zip"


def packed(files: Mapping[str, bytes]) -> bytes:
    """Pack files by their paths in the archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
