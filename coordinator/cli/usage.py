"""Calls that the command line does not understand, each in one Chinese sentence with what to do.

What becomes of every other failure is said in `entry`.
"""

import unicodedata

import click
from click import exceptions


def usage_words(error: click.UsageError) -> str:
    """Say in one line what is wrong with a call and where its usage is explained."""
    command = error.ctx.command_path if error.ctx else "onedoor"
    return f"{_fault(error).rstrip('。')}。请用 {command} --help 查看用法。"


def _fault(error: click.UsageError) -> str:
    match error:
        case exceptions.NoSuchCommand():
            said = f"没有“{error.command_name}”这个命令"
        case exceptions.NoSuchOption():
            said = f"没有“{error.option_name}”这个选项"
        case exceptions.MissingParameter():
            said = f"缺少 {_name(error.param)}"
        case exceptions.BadOptionUsage():
            said = f"{error.option_name} 的写法不对：要写值的后面要有值，不写值的后面不能有值"
        case exceptions.BadParameter():
            said = f"{_name(error.param)} 的值不对：{_expected(error)}"
        case _ if _is_ours(error.message):
            said = error.message
        case _:
            said = "命令行里有多余的内容，或写法不对；含空格的路径要加引号"
    return said


def _expected(error: click.BadParameter) -> str:
    """Say what value is expected; checks of our own say it themselves."""
    if _is_ours(error.message):
        return error.message
    match error.param.type if error.param else None:
        case click.Choice(choices=choices):
            return f"可以是 {'、'.join(map(str, choices))}"
        case click.IntRange() | click.FloatRange() as range_:
            kind = "整数" if isinstance(range_, click.IntRange) else "数字"
            least = "" if range_.min is None else f"{'大于' if range_.min_open else '不小于'} {range_.min} "
            most = "" if range_.max is None else f"不大于 {range_.max} "
            return f"应为{'、'.join(limit.strip() for limit in (least, most) if limit)} 的{kind}"
        case click.Path():
            return "找不到这个文件"
        case kind:
            return "应为整数" if kind == click.INT else "应为数字"


def _name(param: click.Parameter | None) -> str:
    """Name an option as it is typed, an argument as the usage line does."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.make_metavar(click.Context(click.Command("onedoor"))).strip("[].") if param else "参数"


def _is_ours(message: str) -> bool:
    """Whether a message is in Chinese, so one of our own sentences."""
    return any(unicodedata.name(sign, "").startswith("CJK") for sign in message)
