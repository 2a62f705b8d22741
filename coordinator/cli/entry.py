"""The command group and what becomes of failures: one plain sentence, the right exit code, never a traceback.

0 done; 1 done, but not everything; 2 nothing done; 3 waiting for the beacon; 70 a fault of ours; 130 interrupted.
"""

import errno
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import click

from coordinator.cli.usage import usage_words
from coordinator.documents.disk_words import reason
from coordinator.domain.errors import Invalid, Refusal
from solver.chance.errors import ChanceError
from solver.planning.strict_json import Unreadable

NOTHING_DONE = 2
BUG = 70
INTERRUPTED = 130


class Commands(click.Group):
    """A group whose commands end in sentences."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - click's own signature
        """Run, and turn what was refused into words on stderr."""
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as asked:
            click.echo(asked.message)
            code = 0
        except click.UsageError as error:
            click.echo(usage_words(error), err=True)
            code = NOTHING_DONE
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last resort: nobody sees a traceback
            code, sentence = ending(error)
            click.echo(sentence, err=True)
        sys.exit(code)


def ending(error: BaseException) -> tuple[int, str]:
    """Say with which code and words a failure ends."""
    match error:
        case KeyboardInterrupt() | click.Abort():
            return INTERRUPTED, "已中断，没有留下写了一半的文件。再次运行会接着做。"
        case Refusal():
            return NOTHING_DONE, error.sentence()
        case ChanceError() | Unreadable():
            return NOTHING_DONE, f"不能使用：{error}"
        case OSError(errno=int()):
            return NOTHING_DONE, _system_trouble(error)
        case _:
            return BUG, _incident(error)


def read(path: Path) -> bytes:
    """Read a file, or refuse it by name."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid(f"读不了文件“{path}”（{reason(error)}）。", remedy="请核对路径和权限。") from error


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _incident(error: BaseException) -> str:
    """Keep what a developer needs in a file, and tell the user only where it is."""
    report = "".join(traceback.format_exception(error))
    with tempfile.NamedTemporaryFile("w", prefix="onedoor-incident-", suffix=".txt", delete=False) as file:
        file.write(report)
    return f"程序出错，没有完成。请把文件 {file.name} 交给维护人员；再次运行会从中断处接着做。"


def _system_trouble(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "磁盘已满，没有完成。请清理磁盘后重新运行。"
    if error.errno == errno.EADDRINUSE:
        return "端口已被占用。请换一个端口（--port），或先停止占用它的程序。"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"没有权限：{error.filename or ''}。请检查文件夹权限。"
    return f"系统拒绝了操作（{reason(error)}）：{error.filename or ''}。"
