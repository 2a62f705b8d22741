"""The doorbell: the one file that knows arq and Redis. A ring says which job waits and nothing else.

PostgreSQL holds the jobs. Redis may be emptied, slow or gone: rings are lost, workers find jobs by looking, and nobody
who hands in work is refused or kept waiting.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from arq.connections import ArqRedis, RedisSettings, create_pool
from arq.worker import Worker, func
from redis.exceptions import RedisError

from coordinator.domain.jobs import JobId, Queue

log = logging.getLogger("onedoor.queue")

REDIS_DOWN = (RedisError, OSError, TimeoutError)
RING_SECONDS = 2
"""How long ringing may take: the work is stored already, so nobody should wait for Redis."""
RING_KEPT_SECONDS = 24 * 60 * 60
"""Heard late a ring does no harm, but arq complains of each that was kept too short to be heard at all."""
LISTEN_AGAIN_SECONDS = 3
POLL_SECONDS = 0.2
# arq writes down how a ring ended, an exception among other things
write_ring = msgspec.msgpack.Encoder(enc_hook=str).encode


class Doorbell:
    """Rings workers through Redis; with no address it is silent."""

    def __init__(self, redis_url: str | None) -> None:
        self._url = redis_url
        self._redis: ArqRedis | None = None

    async def ring(self, job: JobId, queue: Queue) -> None:
        """Say that a job waits; a second ring for the same waiting job is dropped by arq."""
        if self._url is None:
            return
        try:
            async with asyncio.timeout(RING_SECONDS):
                if self._redis is None:
                    self._redis = await _connect(self._url)
                await self._redis.enqueue_job(
                    "ring", str(job), _job_id=str(job), _queue_name=_name(queue), _expires=RING_KEPT_SECONDS
                )
        except REDIS_DOWN as error:
            log.warning("the doorbell is silent, job %s will be found by looking: %s", job, error)

    async def close(self) -> None:
        if self._redis is not None:
            with suppress(*REDIS_DOWN):
                await self._redis.aclose(close_connection_pool=True)
            self._redis = None


class Ear:
    """One worker's hearing: `rung` is set by a ring; a busy worker leaves rings to others."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()
        self._is_free = True
        self._worker: Worker | None = None

    def listen(self, *, is_free: bool) -> None:
        self._is_free = is_free
        if self._worker is not None:
            self._worker.allow_pick_jobs = is_free

    async def wait(self, seconds: float) -> None:
        """Wait for a ring, or until it is time to look anyway."""
        self.listen(is_free=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.rung.wait(), seconds)
        self.rung.clear()
        self.listen(is_free=False)

    async def attend(self, redis_url: str, queue: Queue) -> None:
        """Hear rings until an error; arq's worker ends with every short absence of Redis."""

        async def ring(ctx: dict[Any, Any], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as arq calls it
            log.debug("rung: %s %s %s", ctx["job_id"], args, kwargs)
            self.rung.set()

        redis = await _connect(redis_url)
        self._worker = Worker(
            functions=[func(ring, name="ring", timeout=5, keep_result=0, max_tries=1)],
            queue_name=_name(queue),
            redis_pool=redis,
            handle_signals=False,
            max_jobs=1,
            keep_result=0,
            poll_delay=POLL_SECONDS,
            job_serializer=write_ring,
            job_deserializer=msgspec.msgpack.decode,
        )
        self.listen(is_free=self._is_free)
        try:
            await self._worker.async_run()
        finally:
            await _close(self._worker, redis)
            self._worker = None


@asynccontextmanager
async def hearing(redis_url: str | None, queue: Queue) -> AsyncIterator[Ear]:
    """Hear rings for one queue while the context lasts, coming back after every outage of Redis."""
    ear = Ear()
    listener = asyncio.create_task(_listen(ear, redis_url, queue)) if redis_url is not None else None
    try:
        yield ear
    finally:
        if listener is not None:
            listener.cancel()
            with suppress(asyncio.CancelledError):
                await listener


async def _listen(ear: Ear, redis_url: str, queue: Queue) -> None:
    while True:
        try:
            await ear.attend(redis_url, queue)
        except REDIS_DOWN as error:
            log.warning("the doorbell cannot be heard, jobs are found by looking: %s", error)
        await asyncio.sleep(LISTEN_AGAIN_SECONDS)


async def _close(worker: Worker, redis: ArqRedis) -> None:
    """End what arq's worker left behind; its own `close` warns of itself and forgets connections when cancelled."""
    for ring in worker.tasks.values():
        ring.cancel()
    if worker.tasks:
        await asyncio.wait(worker.tasks.values())
    with suppress(*REDIS_DOWN):
        await redis.aclose(close_connection_pool=True)


async def _connect(redis_url: str) -> ArqRedis:
    settings = RedisSettings.from_dsn(redis_url)
    settings.conn_retries = 0
    return await create_pool(settings, job_serializer=write_ring, job_deserializer=msgspec.msgpack.decode)


def _name(queue: Queue) -> str:
    return f"onedoor:{queue.value}"
