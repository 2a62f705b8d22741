"""How the interface answers when it refuses: which status means what, as its description says.

What a refusal says is decided in ../problems.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from litestar.openapi import ResponseSpec
from litestar.openapi.spec import OpenAPIType, Operation, Parameter, Schema

from coordinator.web.problems import PROBLEM_JSON, Problem


def _described(words: Mapping[int, str]) -> dict[int, ResponseSpec]:
    return {
        status: ResponseSpec(Problem, description=meaning, media_type=PROBLEM_JSON, generate_examples=False)
        for status, meaning in words.items()
    }


ERRORS = _described(
    {
        400: "参数不对",
        401: "没有登录，或令牌不对",
        403: "岗位或令牌没有这项权限",
        404: "没有找到",
        409: "还没有到这一步",
        422: "内容有误",
        503: "暂时不可用",
    }
)


def of_writing() -> dict[int, ResponseSpec]:
    """What may become of a request that changes something, besides."""
    return ERRORS | _described({409: "与现状矛盾，或同一个键的请求正在办理", 413: "提交的内容太大"})


KEY = Parameter(
    name="Idempotency-Key",
    param_in="header",
    required=True,
    description="每次提交一个新的 UUID；重试用同一个，只办一次，回答相同（24小时内）",
    schema=Schema(type=OpenAPIType.STRING, min_length=1, max_length=200, pattern="^[!-~]+$"),
)


@dataclass
class Keyed(Operation):
    """An operation that changes something, and so carries a key (manners.py)."""

    def __post_init__(self) -> None:
        self.parameters = [*(self.parameters or []), KEY]
