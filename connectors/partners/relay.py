"""A loopback port in front of a server that only has a socket file: how a partner on one machine is reached.

It can be told to cut connections. What is spoken there it does not understand.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"
PIECE = 1 << 16


class Relay:
    """Passes bytes on, both ways; connections made while `cut_after` is set break after so many bytes."""

    def __init__(self, behind: Path) -> None:
        self._behind = behind
        self._open: set[asyncio.StreamWriter] = set()
        self._spared: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self.port = 0
        self.cut_after: int | None = None

    def spare(self) -> None:
        """Let those be who are connected now: the partner's own."""
        self._spared |= self._open

    def cut(self) -> None:
        """Tear down every other connection, as a pulled cable would."""
        for writer in self._open - self._spared:
            writer.transport.abort()

    async def aclose(self) -> None:
        """Tear down everything, and wait until it is."""
        self._spared.clear()
        self.cut()
        await asyncio.gather(*self._serving)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        with suppress(OSError):
            behind_reader, behind_writer = await asyncio.open_unix_connection(self._behind)
            self._open |= {writer, behind_writer}
            await asyncio.gather(
                _pass(reader, behind_writer, self.cut_after), _pass(behind_reader, writer, self.cut_after)
            )
            self._open -= {writer, behind_writer}
        writer.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None) -> None:
    """Pass on until one side ends, or so many bytes are through: then the other side sees the connection break."""
    passed = 0
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            passed += len(piece)
            if most is not None and passed > most:
                writer.transport.abort()
                return
            writer.write(piece)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def relayed(behind: Path, port: int = 0) -> AsyncIterator[Relay]:
    """Listen on loopback, on a free port unless one is named, until the block ends."""
    relay = Relay(behind)
    server = await asyncio.start_server(relay.serve, LOOPBACK, port)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        await relay.aclose()
