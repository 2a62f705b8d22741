"""`demo`, `up`, `serve`, `worker`, `migrate`: the service and its parts, until stopped with Ctrl-C or SIGTERM.

How they start and end is in coordinator/processes.py.
"""

import asyncio

import click

from coordinator.cli.folders import tell

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="只接受本机地址，如 127.0.0.1、::1。")
PORT = click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="网页端口。")
STOPPED = "已停止。"


@click.command()
@HOST
@PORT
def serve(host: str, port: int) -> None:
    """只开网页服务。"""
    from coordinator.processes import keep_logs, serve_web
    from coordinator.wiring import settings_here

    keep_logs()
    asyncio.run(serve_web(settings_here(), host, port, tell))
    tell(STOPPED)


@click.command()
@click.option("--until-eof", is_flag=True, hidden=True, help="标准输入关闭时停止。")
def worker(*, until_eof: bool) -> None:
    """只开后台作业进程（排期等）。"""
    from coordinator.processes import keep_logs, work_jobs
    from coordinator.wiring import settings_here

    keep_logs()
    tell("后台作业进程已启动。")
    asyncio.run(work_jobs(settings_here(), until_eof=until_eof))
    tell(STOPPED)


@click.command()
@HOST
@PORT
def up(host: str, port: int) -> None:
    """开整个服务：数据库、升级、网页、后台作业。"""
    from coordinator.processes import keep_logs, serve_and_work
    from coordinator.wiring import settings_here

    keep_logs()
    asyncio.run(serve_and_work(settings_here(), host, port, tell))
    tell(STOPPED)


@click.command()
@HOST
@PORT
def demo(host: str, port: int) -> None:
    """用自带的样例县（虚构）跑完整一轮，然后打开网页。"""
    from coordinator.processes import keep_logs, serve_and_work
    from coordinator.wiring import SAMPLE, run_demo, settings_here

    tell(f"样例县：{SAMPLE}")
    for line in asyncio.run(run_demo(tell)):
        click.echo(line)
    keep_logs()
    asyncio.run(serve_and_work(settings_here(), host, port, tell))
    tell(STOPPED)


@click.command()
def migrate() -> None:
    """把数据库升级到本程序需要的样子。"""
    from coordinator.processes import migrate_database
    from coordinator.wiring import settings_here

    applied = asyncio.run(migrate_database(settings_here()))
    for name in applied:
        click.echo(f"已执行 {name}")
    click.echo("数据库已是最新。")
