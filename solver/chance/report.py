"""A verdict in words (draw.md §6), in Chinese, for the minutes, the command line and the public page.

The verdict itself is reached in verify.py.
"""

from collections.abc import Iterator

from solver.chance.errors import Check
from solver.chance.head import Stage
from solver.chance.verify import Verdict, Verified

IN_CHINESE = {
    Check.FORMAT: "格式",
    Check.FILE_DIGEST: "文件摘要",
    Check.DOCUMENT_DIGEST: "文书摘要",
    Check.COMMITMENT: "承诺",
    Check.REVEAL: "公布",
    Check.SEED: "种子",
    Check.SIZE: "抽取数量",
    Check.SELECTION: "抽中名单",
    Check.CHANCE_TABLE: "机会表",
    Check.LOT: "抽签结果",
}
STAGES = {Stage.TARGETS: "抽取检查对象", Stage.TEAMS: "抽取检查人员"}

SINGLE_OPERATOR = "计算可复核，但不能证明种子未经挑选。"
"""What has to be said wherever one process made all the secrets."""


def report(verdict: Verdict) -> str:
    """Return the verdict as lines of text, the first of them saying whether the draw holds."""
    return "\n".join(_lines(verdict)) + "\n"


def _lines(verdict: Verdict) -> Iterator[str]:
    if failure := verdict.failure:
        yield f"不成立。{IN_CHINESE[failure.check]}（{failure.check}）不符：{failure.place}：{failure.text}"
    if verified := verdict.verified:
        head = verified.head
        yield f"成立。轮次 {head.round}，{STAGES[head.stage]}（{head.stage}），第 {head.attempt} 次抽取。"
        yield from remarks(verified)
        yield "抽取之前已经确定的："
        yield from (f"- {line}" for line in verified.certain or ("没有。",))
        yield "摘要，请与签字的记录核对（文件本身不能证明其先后）："
        yield f"- 文书 {verified.digests.document}"
        yield f"- 承诺 {verified.digests.commitments}"
        yield f"- 公布 {verified.digests.reveals}"
        yield f"- 抽取记录 {verified.digests.transcript}"


def remarks(verified: Verified) -> Iterator[str]:
    """Yield what has to be said about a draw that holds, one sentence each."""
    head = verified.head
    if verified.void:
        yield f"没有抽取：{verified.void}"
    if verified.rehearsal:
        yield "这是演练：种子是给定的，不是由承诺推出的；除种子来源外均已核对。"
    else:
        yield from _about_the_parties(verified)
    if verified.single_operator:
        yield SINGLE_OPERATOR
    if head.attempt > 1:
        yield f"此前有 {head.attempt - 1} 次抽取作废；使抽取作废的一方，每次多看到一个本不该看到的结果。"
    if head.stage is Stage.TEAMS and head.targets is None:
        yield "文书没有写明本轮抽取检查对象的记录，只许用于测试。"
    for group in verified.lookalikes:
        yield f"请留意，下列标识看上去相同：{'、'.join(group)}。"


def _about_the_parties(verified: Verified) -> Iterator[str]:
    if verified.head.beacon is None:
        yield "本次抽取没有公共随机事件。"
    for party in verified.out:
        yield f"{party} 没有提交承诺，未参与本次抽取。"
    for party in verified.silent:
        yield f"{party} 提交了承诺而没有公布秘密。"
