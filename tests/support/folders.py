"""Folders for servers in tests: enterable by the servers' user, which pytest's own `tmp_path` is not."""

import os
import shutil
import tempfile
from pathlib import Path


def new_folder() -> Path:
    """Make one, in memory where that has room: a database is 1,000 small files, which disks take their time for."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of our own in it
    is_roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 1024**3
    folder = Path(tempfile.mkdtemp(prefix="onedoor-test-", dir=memory if is_roomy else None))
    folder.chmod(0o755)
    return folder
