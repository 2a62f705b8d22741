"""The processes that stay: the web service, the worker, and both as one tree that starts and stops together.

What they do is the web's and the jobs' affair; here they are started, kept alive, and ended without loss. SIGINT and
SIGTERM let requests and jobs in hand come to their end or be given back.
"""

import asyncio
import gc
import logging
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import structlog
import uvicorn

from coordinator.actions.accounts import first_invitation
from coordinator.actions.connecting import connectors_for
from coordinator.actions.second_factors import seal_second_factors
from coordinator.actions.services import Services
from coordinator.domain.accounts import CODE_LASTS
from coordinator.domain.actors import LOCAL
from coordinator.embedded import embedded
from coordinator.jobs.dispatching import dispatching
from coordinator.jobs.handlers import HANDLERS
from coordinator.jobs.shards import helping
from coordinator.jobs.worker import serve as work
from coordinator.settings import Settings
from coordinator.stopping import STOP, stopping
from coordinator.storage.migrate import migrate
from coordinator.web.app import create_app
from coordinator.web.guard import refuse_foreign_host
from coordinator.wiring import PROJECT, running

Tell = Callable[[str], None]

SECONDS_TO_FINISH = 5
SECONDS_TO_GIVE_BACK = 15.0
SECONDS_BEFORE_AGAIN = 2.0


async def serve_web(settings: Settings, host: str, port: int, tell: Tell) -> None:
    """Serve pages and interface until stopped; port 0 takes any free one.

    Raises Invalid for a host that others could reach, OSError where the port is taken.
    """
    with stopping() as stop, _listening(host, port) as listener:
        await _serve(settings, listener, tell, stop)


async def work_jobs(settings: Settings, *, until_eof: bool) -> None:
    """Do jobs until stopped, or with `until_eof` until whoever holds our standard input is gone."""
    with stopping() as stop:
        if until_eof:
            _stop_at_eof(stop)
        async with (
            running(settings) as (services, endpoints),
            helping(services, endpoints.redis_url),
            dispatching(services, connectors_for(services)),
        ):
            await _first(stop, work(services, HANDLERS, endpoints.redis_url))


async def serve_and_work(settings: Settings, host: str, port: int, tell: Tell) -> None:
    """Serve, with a worker beside it that is started again whenever it ends."""
    with stopping() as stop, _listening(host, port) as listener:
        async with running(settings), _a_worker(tell):
            await _serve(settings, listener, tell, stop)


async def migrate_database(settings: Settings) -> tuple[str, ...]:
    """Bring the database up to date; returns what was applied."""
    with embedded(settings) as endpoints:
        return await migrate(endpoints.database_owner_url, service_url=endpoints.database_url)


def keep_logs() -> None:
    """Write one line of JSON for each event to stderr, or plain text where a person reads along."""
    steps: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    is_read = sys.stderr.isatty()
    last: structlog.types.Processor
    last = structlog.dev.ConsoleRenderer() if is_read else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(processors=[*steps, last], logger_factory=structlog.WriteLoggerFactory(sys.stderr))
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=steps, processor=last))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in ("uvicorn", "arq"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class _WebServer(uvicorn.Server):
    """uvicorn, with the signals left to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(settings: Settings, listener: socket.socket, tell: Tell, stop: asyncio.Event) -> None:
    async with running(settings) as (services, _):
        await seal_second_factors(services)
        app = create_app(services, local=LOCAL)
        # what is there by now stays: collecting it in vain costs as much as reading a round
        gc.freeze()
        server = _WebServer(
            uvicorn.Config(
                app,
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=SECONDS_TO_FINISH,
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        way_in = await _way_in(services, _address(listener))
        tell(f"一门查：{_address(listener)}\n{way_in}{STOP}")
        await asyncio.wait({serving, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving


async def _way_in(services: Services, address: str) -> str:
    """Say how the first administrator comes in; nothing once there is one. The code stands nowhere but here."""
    invitation = await first_invitation(services)
    if invitation is None:
        return ""
    return (
        "还没有账号：网页只能看，不用登录，只在本机，能使用这台电脑的人都能看到；有人设置密码后就要登录。\n"
        f"启用账号请打开 {address}/sign-in/first，账号名 {invitation.account.login}，"
        f"一次性代码 {invitation.code}（{CODE_LASTS.days} 天内有效，只用一次，重新启动会换新的）。\n"
    )


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in refuse_foreign_host(host) else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        yield listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _first(stop: asyncio.Event, doing: Awaitable[None]) -> None:
    """Do something until it ends or stop is set."""
    done = asyncio.ensure_future(doing)
    await asyncio.wait({done, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
    done.cancel()
    with suppress(asyncio.CancelledError):
        await done


def _stop_at_eof(stop: asyncio.Event) -> None:
    loop, given = asyncio.get_running_loop(), sys.stdin.fileno()

    def read() -> None:
        if not os.read(given, 4096):
            loop.remove_reader(given)
            stop.set()

    loop.add_reader(given, read)


@asynccontextmanager
async def _a_worker(tell: Tell) -> AsyncIterator[None]:
    """Keep a worker in a process of its own: what it computes must not keep a page waiting."""
    keeping = asyncio.create_task(_keep_worker(tell))
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


async def _keep_worker(tell: Tell) -> None:
    while True:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "coordinator.cli", "worker", "--until-eof"),
            cwd=PROJECT,
            stdin=PIPE,
            stdout=DEVNULL,
            start_new_session=True,
        )
        try:
            code = await worker.wait()
        finally:
            await _end(worker)
        tell(f"后台作业进程意外结束（{code}），{SECONDS_BEFORE_AGAIN:g}秒后重新启动。")
        await asyncio.sleep(SECONDS_BEFORE_AGAIN)


async def _end(worker: Process) -> None:
    """Ask a worker to end, and end it where it does not."""
    if worker.returncode is not None:
        return
    worker.terminate()
    try:
        await asyncio.wait_for(worker.wait(), SECONDS_TO_GIVE_BACK)
    except TimeoutError:
        worker.kill()
        await worker.wait()
