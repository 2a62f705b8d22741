"""Ending when one is told to: SIGINT and SIGTERM set an event instead of killing.

What is then brought to its end is said where it was begun; light, for commands that should start at once.
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

STOP = "按 Ctrl-C 停止。"


@contextmanager
def stopping() -> Iterator[asyncio.Event]:
    """Give an event that is set by SIGINT or SIGTERM, instead of dying of them."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
