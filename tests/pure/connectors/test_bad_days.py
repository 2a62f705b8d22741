"""Bad days at websites and mailboxes, scaled: a sender that is killed, every fault, nothing wrong.

At full size it is a program: tests/load/readers.py.
"""

import os
import shutil
import subprocess
import sys

from load.bad_days import Days, surroundings
from load.readers import mailbox_on_bad_days

COUNT = 30


def test_websites_have_everything_once_and_whole_whenever_somebody_looks() -> None:
    """Also on a disk that is full or read-only, where this machine lets one have mounts of one's own."""
    own = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--mount", "--map-root-user")
    may_mount = shutil.which("unshare") and not subprocess.run([*own, "true"], check=False).returncode
    kind, before = ("disk", own) if may_mount else ("website", ())
    done = subprocess.run(
        [*before, sys.executable, "-m", "load.readers", str(COUNT), kind],
        env=surroundings(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert "the sender killed 1 times; wrong at the receiver: nothing" in done.stdout
    assert ("full" in done.stdout) == (kind == "disk")


async def test_a_mailbox_has_everything_under_one_name_each() -> None:
    ended = await mailbox_on_bad_days(Days.of(COUNT))
    assert ended.wrong == []
    assert ended.kills == 1
    assert ended.failed_tries > 0
