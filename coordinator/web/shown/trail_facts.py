"""The facts of an entry of the trail in Chinese: what each is called, and what is written where it is a code.

The entry itself stays as it was recorded; programs are given that.
"""

from collections.abc import Mapping

from coordinator.domain.accounts import OFFICE_NAMES, SCOPE_NAMES

NAMES: Mapping[str, str] = {
    "accounts": "账号数",
    "after": "改后的方案",
    "alterations": "改动",
    "as": "内容",
    "attempt": "第几次抽取",
    "attempts": "第几次投递",
    "away": "并走的记录",
    "batch": "批次",
    "batches": "批次",
    "beacon": "公共随机事件",
    "before": "改前的方案",
    "by": "办理人",
    "candidates": "依次可替的人",
    "cause": "谁提出",
    "changes": "改动",
    "comes": "接替的人",
    "commitment": "承诺",
    "commitments": "承诺摘要",
    "connector": "方式",
    "content": "内容摘要",
    "corrected": "更正几条",
    "count": "数目",
    "decision": "决定",
    "department": "部门",
    "digest": "文书摘要",
    "document": "文书摘要",
    "due": "决定期限",
    "due_on": "期限",
    "effort": "力度",
    "error": "出错",
    "facts": "内容",
    "file": "文件",
    "files": "文件的摘要",
    "findings": "结果条数",
    "granted": "同意",
    "half_day": "半天",
    "inspectors": "人员数",
    "issue": "第几次提请",
    "item": "抽查事项",
    "job": "作业编号",
    "key": "投递编号",
    "kind": "种类",
    "lead": "线索来源",
    "lines": "条数",
    "lot": "抽签岗位",
    "matter": "事项编号",
    "new": "新录几条",
    "next_try": "下次投递",
    "number": "编号",
    "numbers": "函号",
    "of": "原来的",
    "office": "岗位",
    "out": "没有提交的",
    "package_files": "投递的文件数",
    "packages": "投递编号",
    "paper": "依据的文号",
    "papers": "文书份数",
    "payload": "作业内容",
    "plan": "方案摘要",
    "problem": "排期问题摘要",
    "proposer": "提出的人",
    "reason": "理由",
    "reference": "对方的回执",
    "refused": "没有采用的行",
    "rehearsal": "演练",
    "replanning": "重排编号",
    "request": "申请编号",
    "reveals": "公布摘要",
    "roles": "岗位和书面事项数",
    "round": "轮次编号",
    "rows": "行数",
    "scopes": "范围",
    "seconds": "用几秒",
    "secret": "设置项",
    "sessions": "退出几处",
    "settings": "设置",
    "shared_from": "几项起分片",
    "source": "依据",
    "stage": "到了哪一步",
    "stands": "留下的记录",
    "start": "几点开始",
    "state": "状态",
    "stop": "怎么停",
    "successor": "接手人",
    "superseded": "已被新的取代",
    "target": "检查对象",
    "title": "名称",
    "to": "改到",
    "token": "令牌",
    "transcript": "抽取记录摘要",
    "unserved": "未排入几项",
    "visits": "入户次数",
    "wants": "发送内容",
    "was_half_day": "原来的半天",
    "withdrawn": "撤销",
    "words": "对方的说明",
    "workbooks": "工作簿数",
    "year": "年度",
}

_CODES: Mapping[str, Mapping[object, str]] = {
    "office": {office.value: words for office, words in OFFICE_NAMES.items()},
    "scopes": {act.value: words for act, words in SCOPE_NAMES.items()},
    "stop": {"finish": "用当前方案", "cancel": "取消"},
    "state": {"open": "启用", "paused": "暂停", "closed": "停用"},
}


def fact_name(name: str) -> str:
    """What a fact is called; what is no fact of ours, such as the name of a file, is called what it is."""
    return NAMES.get(name, name)


def fact_words(name: str, fact: object) -> str:
    """Write a fact out."""
    if fact is None or fact in ("", [], {}):
        return "—"
    if isinstance(fact, bool):
        return "是" if fact else "否"
    if isinstance(fact, Mapping):
        return "、".join(f"{fact_name(str(key))}：{fact_words(str(key), each)}" for key, each in fact.items())
    if isinstance(fact, list | tuple):
        return "、".join(fact_words(name, each) for each in fact)
    return _CODES.get(name, {}).get(fact, str(fact))
