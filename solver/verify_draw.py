"""独立的抽签验证程序：只用 Python（3.11 以上）标准库，不用本项目的其他代码，任何人都可以自己运行。

用法：把抽取记录 transcript.json 和它的文件（head.json 等）放在同一个文件夹，然后运行
    python3 verify_draw.py transcript.json
退出码 0：成立；1：不成立，说出第一处不符；2：读不了，无法判断。不联网，不改动文件。规则见 draw.md，各段注明所依的节。
依次：一、读记录；二、核对文件摘要，读文书；三、核对承诺与公布，推出种子；四、重新抽取，与记录对照；五、列出事先已定的事和摘要。
"""

import hashlib
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from fractions import Fraction
from itertools import count, pairwise
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = Any
Hash: TypeAlias = Callable[[bytes], bytes]
Number: TypeAlias = Callable[..., int]
Frame: TypeAlias = dict[tuple[str, ...], tuple[Json, list[str]]]
Arc: TypeAlias = tuple[int, int]
Plan: TypeAlias = tuple[list[Json], list[Json], int]
FORMAT, REVEAL, SEED, CHANCES = "格式 format", "公布 reveal", "种子 seed", "机会表 chance table"
CONTROL = "\x00-\x1f\x7f-\x9f\ud800-\udfff"
INVISIBLE = "\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
LARGEST_SCALE, NOWHERE = 1_000_000, -1

# 各文件应有的形式：{名: 形式}（名后带 ? 可省，有 ... 可多出字段）、{str: 形式}（任意名）、[形式]、(形式之一, …)、类型、
# 写法、定值、数（不小于它的整数）
HEX, NULL, RATIO = re.compile("[0-9a-f]{64}"), type(None), re.compile(r"0(\.[0-9]{1,997})?|1(\.0{1,997})?")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")
RECORD = {
    "format": "onedoor/transcript/2", "round": str, "attempt": 1, "commitments": {str: HEX}, "reveals": {str: HEX},
    "beacon": str, "rehearsal": bool, "single_operator": bool, "seed": HEX, "times": dict,
}  # fmt: skip
TARGETS = RECORD | {
    "stage": "targets", "document": {"digest": HEX, "files": {"entries.json": HEX, "frame.tsv": HEX, "head.json": HEX}},
    "result": [{"entry": str, "stratum": str, "population": int, "size": int, "selected": [str], "alternates": [str],
                "batches": [int]}],
}  # fmt: skip
TEAMS = RECORD | {
    "stage": "teams", "document": {"digest": HEX, "files": {"head.json": HEX, "plan.json": HEX}}, "result": {str: [str]}
}  # fmt: skip
VOID = {"seed": NULL, "result": NULL, "rehearsal": False, "beacon": ""}
TRANSCRIPT = (TARGETS, TEAMS, TARGETS | VOID, TEAMS | VOID)
HEAD = {
    "format": "onedoor/head/2", "stage": ("targets", "teams"), "round": str, "attempt": 1, "hash": ("sha256", "sm3"),
    "parties": [str], "reveal_by": TIME, "previous": (HEX, NULL), "targets": (HEX, NULL),
    "beacon": (NULL, {"source": re.compile("(?s:.+)"), "when": TIME, "pattern": str}),
}  # fmt: skip
STRATUM = {"id": str, "ratio": RATIO, "minimum?": 0, "alternates?": 0, "batches?": 1}
ENTRIES = [{"id": str, "strata": [STRATUM]}]
ROLE = {"id": str, "department": str, "need": 0, "chances": {str: int}, ...: ...}
PLAN = {
    "format": "onedoor/plan/1", "round": str, "scale": int, "tours": [{"half_day": str, "roles": [ROLE], ...: ...}],
    "desk?": [{"id": str, "need": 0, "eligible": [str], ...: ...}], ...: ...,
}  # fmt: skip


class Verdict(Exception):  # noqa: N818 - 结论，不是错误
    """不成立（1）或读不了（2），以及理由。"""


def demand(holds: object, check: str, place: str, reason: str) -> None:
    """不符就到此为止：说出哪一项、哪一处、为什么。"""
    if not holds:
        raise Verdict(1, f"不成立。{check} 不符：{place}：{reason}")


# ---- 一、读记录：规范的 JSON（§1）----


def fits(value: Json, form: Json) -> bool:
    """看一个值合不合它应有的形式。"""
    if isinstance(form, tuple):
        return any(fits(value, one) for one in form)
    if isinstance(form, list) and isinstance(value, list):
        return all(fits(item, form[0]) for item in value)
    if isinstance(form, dict) and isinstance(value, dict):
        known = {name.rstrip("?"): form[name] for name in form if isinstance(name, str)}
        missing = [name for name in known if name in form and name not in value]
        rest = form.get(str, form.get(..., ()))
        return not missing and all(fits(item, known.get(name, rest)) for name, item in value.items())
    if isinstance(form, re.Pattern):
        return isinstance(value, str) and form.fullmatch(value) is not None
    if type(form) is int:
        return type(value) is int and value >= form
    return form is ... or type(value) is form or (type(value) is type(form) and bool(value == form))


def read(name: str, data: bytes, form: Json) -> Json:
    """读规范的 JSON：重新写一遍须一字不差，键重复、次序不对、多余空白、多余转义都会露出来。"""
    text, value, rewritten = data.decode(errors="replace"), None, ""
    with suppress(ValueError, RecursionError):
        value = json.loads(text)
        rewritten = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if form is TRANSCRIPT and (not isinstance(value, dict) or value.get("format") != RECORD["format"]):
        raise Verdict(2, f"读不了：{name} 不是 {RECORD['format']} 格式的抽取记录。")
    clean = not re.search(f"[{CONTROL}]", text) and "\\" not in re.sub(r'\\["\\]', "", text)
    clean = clean and rewritten.encode() == data and unicodedata.is_normalized("NFC", text)
    demand(clean, FORMAT, name, "不是规范的 JSON 写法，或含控制字符，或不是 NFC 形式。")
    demand(fits(value, form), FORMAT, name, "缺少字段、有多余字段，或字段的值不合规定。")
    return value


def identifiers(place: str, names: Iterable[str], *, ascending: bool = False) -> None:
    """标识不为空，不含控制字符和看不见的字符，是 NFC 形式。"""
    names = list(names)
    for name in names:
        fine = name and not re.search(f"[{CONTROL}{INVISIBLE}]", name) and unicodedata.is_normalized("NFC", name)
        demand(fine, FORMAT, place, f"标识 {name!r} 为空，或含不许使用的字符，或不是 NFC 形式。")
    demand(not ascending or names == sorted(set(names)), FORMAT, place, "有重复，或次序不对。")


# ---- 二、文件与文书（§2）：摘要须与记录一致，即 sha256sum 所列；内容须合规定 ----


def match_digests(record: Json, files: dict[str, bytes]) -> Hash:
    algorithm = "sm3" if b'"hash":"sm3"' in files["head.json"] else "sha256"
    if algorithm not in hashlib.algorithms_available:
        raise Verdict(2, "读不了：本机的 OpenSSL 不提供国密 SM3，请换一台支持 SM3 的机器。")
    recorded = record["document"]["files"]
    for name in ("head.json", *sorted(files)):  # 先看首部：用哪种算法由它说了算
        found = hashlib.new(algorithm, files[name]).hexdigest()
        demand(found == recorded[name], "文件摘要 file digest", name, f"摘要是 {found}，与记录不符，文件已被改动。")
    listing = "".join(f"{recorded[name]}  {name}\n" for name in sorted(files))
    found = hashlib.new(algorithm, listing.encode()).hexdigest()
    demand(found == record["document"]["digest"], "文书摘要 document digest", "document.digest", f"应为 {found}。")
    return lambda data: hashlib.new(algorithm, data).digest()


def read_head(record: Json, data: bytes) -> Json:
    head = read("head.json", data, HEAD)
    beacon, first = head["beacon"], head["attempt"] == 1
    identifiers("head.json", [head["round"]])
    identifiers("head.json parties", head["parties"], ascending=True)
    fine = head["parties"] and (head["previous"] is None) == first and (head["stage"] == "teams" or not head["targets"])
    demand(fine, FORMAT, "head.json", "须有参与方；previous、targets 须与第几次抽取、阶段相符。")
    fine = False
    with suppress(ValueError, OverflowError, RecursionError, re.error):
        reveal_by = datetime.fromisoformat(head["reveal_by"])
        anchored = beacon and re.fullmatch(r"\^.*[^\\](\\\\)*\$", re.compile(beacon["pattern"], re.ASCII).pattern)
        fine = not beacon or (anchored is not None and datetime.fromisoformat(beacon["when"]) > reveal_by)
    demand(fine, FORMAT, "head.json beacon", "须晚于 reveal_by，写法须是以 ^ 开头、以 $ 结尾的正则表达式。")
    for name in ("stage", "round", "attempt"):
        demand(record[name] == head[name], FORMAT, name, f"与 head.json 的 {head[name]} 不符。")
    return head


def read_frame(files: dict[str, bytes]) -> Frame:
    """读抽样框：每项任务的每一层，其规则和检查对象。"""
    entries = read("entries.json", files["entries.json"], ENTRIES)
    for siblings in (entries, *(entry["strata"] for entry in entries)):
        identifiers("entries.json", [one["id"] for one in siblings], ascending=True)
    frame: Frame = {(entry["id"], rule["id"]): (rule, []) for entry in entries for rule in entry["strata"]}
    units = [tuple(line.split("\t")) for line in files["frame.tsv"].decode(errors="replace").split("\n")[:-1]]
    fine = lines(*units) == files["frame.tsv"] and units == sorted(set(units)) and {*map(len, units)} <= {3}
    demand(fine, FORMAT, "frame.tsv", "每行应为 “任务 TAB 层 TAB 检查对象”，按字节顺序排列，不重复，末行换行。")
    once = len({(entry, target) for entry, _, target in units}) == len(units)
    demand(once, FORMAT, "frame.tsv", "有检查对象在一项任务中属于两个层。")
    for line, unit in enumerate(units, 1):
        identifiers(f"frame.tsv 第 {line} 行", unit)
        demand(unit[:2] in frame, FORMAT, f"frame.tsv 第 {line} 行", "entries.json 没有这项任务的这一层。")
        frame[unit[:2]][1].append(unit[2])
    return frame


def read_plan(data: bytes, head: Json) -> Plan:
    """读计划：岗位、案头事项，以及机会的总份数 scale。"""
    plan = read("plan.json", data, PLAN)
    fine = "metrics" not in plan and plan["round"] == head["round"]
    demand(fine, FORMAT, "plan.json", "固定的计划不含 metrics，轮次须与 head.json 一致。")
    roles = [role | {"half_day": tour["half_day"]} for tour in plan["tours"] for role in tour["roles"]]
    desk = plan.get("desk", [])
    for role in roles:
        identifiers(f"plan.json {role['id']}", [role["id"], role["department"], role["half_day"], *role["chances"]])
    for matter in desk:
        identifiers(f"plan.json {matter['id']}", [matter["id"], *matter["eligible"]])
    lists = [[lot["id"] for lot in (*roles, *desk)], *(matter["eligible"] for matter in desk)]
    twice = [name for names in lists for name, times in Counter(names).items() if times > 1]
    demand(not twice, FORMAT, "plan.json", f"{twice} 出现两次。")
    return roles, desk, plan["scale"]


# ---- 三、承诺、公布与种子（§3）：每一行都可以用 printf 和 sha256sum 重算 ----


def lines(*parts: tuple[object, ...]) -> bytes:
    return "".join("\t".join(map(str, part)) + "\n" for part in parts).encode()


def by_party(label: str, texts: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(label, text, party) for party, text in sorted(texts.items())]


def match_ceremony(record: Json, head: Json, digest: Hash) -> str:
    """核对承诺、公布和种子；返回本次抽取作废的理由，没有作废则为空。"""
    commitments, reveals, beacon, text = record["commitments"], record["reveals"], head["beacon"], record["beacon"]
    draw = [*((name, head[name]) for name in ("stage", "round", "attempt")), ("document", record["document"]["digest"])]
    for party in sorted(commitments):
        demand(party in head["parties"], "承诺 commitment", party, "不是 head.json 所列的参与方。")
    for party, secret in sorted(reveals.items()):
        demand(party in commitments, REVEAL, party, "没有提交过承诺，公布的秘密无效。")
        found = digest(lines(("onedoor/commit/2",), *draw, ("party", party), ("secret", secret))).hex()
        demand(found == commitments[party], REVEAL, party, "公布的秘密与其承诺（commitment）不符。")
    demand(len(set(reveals.values())) == len(reveals), REVEAL, "reveals", "两方公布了同一个秘密。")
    if record["rehearsal"]:
        return ""
    silent = [] if beacon else sorted(commitments.keys() - reveals.keys())
    few = len(reveals) < (min(2, len(head["parties"])) if record["single_operator"] else 2)
    void = f"没有公共随机事件时须全部公布，{silent} 没有公布。" if silent else "公布秘密的不足两方。" if few else ""
    demand(not void or not record["seed"], REVEAL, "reveals", void)
    if not void:
        fine = re.fullmatch(beacon["pattern"], text, re.ASCII) if beacon else not text
        demand(fine, SEED, "beacon", f"“{text}” 不合 head.json 规定的写法。")
        parts = by_party("commitment", commitments) + by_party("reveal", reveals)
        seed = digest(lines(("onedoor/seed/2",), *draw, *parts, ("beacon", text))).hex()
        demand(seed == record["seed"], SEED, "seed", f"应为 {seed}。")
    return void


# ---- 四之一、抽取检查对象（§4）：每层按（数，对象）排序，取前 n 个，其后为递补 ----


def match_targets(result: Json, frame: Frame, number: Number) -> list[str]:
    """重新抽取，与记录对照；返回抽取之前就已确定的事。"""
    drawn, certain = [], []
    for (entry, stratum), (rule, targets) in frame.items():
        total, ratio, batches = len(targets), Fraction(rule["ratio"]), rule.get("batches", 1)
        size = min(total, max(rule.get("minimum", 0), -(-ratio * total // 1)))
        ranked = sorted(targets, key=lambda target: (number("target", target), target))
        chosen, alternates = ranked[:size], ranked[size:][: rule.get("alternates", 0)]
        counts = {"entry": entry, "stratum": stratum, "population": total, "size": size}
        lists = {
            "selected": chosen,
            "alternates": alternates,
            "batches": [1 + i * batches // size for i in range(size)],
        }
        drawn.append((counts, lists))
        if size in (0, total) or Fraction(size, total) != ratio:
            certain.append(f"任务 {entry} 层 {stratum}：比例 {rule['ratio']}，{total} 户抽 {size} 户。")
    demand(len(drawn) == len(result), "抽取数量 size", "result", f"应有 {len(drawn)} 层。")
    for check, part in (("抽取数量 size", 0), ("抽中名单 selection", 1)):
        for place, (should_be, recorded) in enumerate(zip(drawn, result, strict=True)):
            for name, value in should_be[part].items():
                demand(recorded[name] == value, check, f"result[{place}].{name}", f"应为 {value}。")
    return certain


# ---- 四之二、抽取检查人员（§5）：核对机会表，逐部门沿回路取整；案头事项取数最小的人 ----


def check_chances(roles: list[Json], desk: list[Json], scale: int) -> list[str]:
    """核对机会表；返回抽取之前就已确定的事。"""
    certain = [f"案头事项 {one['id']}：可派的人全部派出。" for one in desk if one["need"] == len(one["eligible"])]
    shares: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    demand(0 < scale <= LARGEST_SCALE, CHANCES, "plan.json scale", f"应在 1 与 {LARGEST_SCALE} 之间。")
    for role in roles:
        chances, total = role["chances"], role["need"] * scale
        fine = all(0 <= chance <= scale for chance in chances.values()) and sum(chances.values()) == total
        demand(fine, CHANCES, f"plan.json {role['id']}", f"机会须在 0 与 {scale} 之间，合计 {total}。")
        for name, chance in sorted(chances.items()):
            shares[name, role["half_day"]][role["department"]] += chance
            if chance in (0, scale):
                certain.append(f"岗位 {role['id']}：{name} {'必定' if chance else '不会'}中签（{chance}/{scale}）。")
    for (name, half_day), share in shares.items():
        fine = sum(share.values()) <= scale and sum(map(bool, share.values())) <= 1
        demand(fine, CHANCES, f"plan.json {name} {half_day}", "同一半天的机会合计过大，或分属两个部门。")
    for one in desk:
        demand(one["need"] <= len(one["eligible"]), CHANCES, f"plan.json {one['id']}", "可派的人不够。")
    return certain


def match_teams(result: Json, plan: Plan, number: Number) -> list[str]:
    """重新抽签，与记录对照；返回抽取之前就已确定的事。"""
    roles, desk, scale = plan
    certain, teams = check_chances(roles, desk, scale), defaultdict[str, list[str]](list)
    for one in desk:
        ranked = sorted(one["eligible"], key=lambda name: (number("desk", one["id"], name), name))
        teams[one["id"]] = ranked[: one["need"]]
    for department in sorted({role["department"] for role in roles}):
        own = [role for role in roles if role["department"] == department]
        teams.update((role["id"], []) for role in own)
        for role_id, name in round_chances(own, scale, number, department):
            teams[role_id].append(name)
    for lot in sorted(result.keys() | teams.keys()):
        team = sorted(teams[lot]) if lot in teams else None
        demand(result.get(lot) == team, "抽签结果 lot", f"result {lot}", f"应为 {team}。")
    return certain


def network(roles: list[Json], number: Number) -> tuple[list[Json], dict[Arc, int]]:
    """岗位 → （人，半天）→ 人 → 汇点 的网络：节点按种子决定的次序编号，弧从小号到大号，记着它的值。"""
    value: dict[tuple[Json, Json], int] = defaultdict(int)
    places = {x: (number("order", x), x) for role in roles for x in (role["id"], role["half_day"], *role["chances"])}
    for role in roles:
        for name, chance in role["chances"].items():
            slot = (1, places[name], places[role["half_day"]])
            for arc in pairwise(((0, places[role["id"]]), slot, (2, places[name]), (3,))):
                value[arc] += chance
    nodes = sorted({node for arc in value for node in arc})
    rank = {node: place for place, node in enumerate(nodes)}
    return nodes, {(rank[lower], rank[upper]): chance for (lower, upper), chance in value.items()}


def round_chances(roles: list[Json], scale: int, number: Number, department: str) -> list[tuple[str, str]]:
    """沿回路把机会一步步推成 0 或 scale，推向哪边由种子决定；返回中签的（岗位，人）。"""
    nodes, value = network(roles, number)
    words = (number("lots", department, str(counter)) for counter in count())
    beside: list[list[int]] = [[] for _ in nodes]
    for lower, upper in value:
        beside[lower].append(upper)
        beside[upper].append(lower)
    for neighbours in beside:
        neighbours.sort(reverse=True)  # 次序最先的在最后
    for start in [place for place, node in enumerate(nodes) if node[0] == 0]:
        while (node := leave(start, NOWHERE, beside, value, scale)) != NOWHERE:
            walk, visits = [start], {start: 0}
            while node not in visits:
                visits[node] = len(walk)
                walk.append(node)
                node = leave(node, walk[-2], beside, value, scale)
            cycle = [*walk[visits[node] :], node]
            signs = {(min(arc), max(arc)): 1 if arc[0] < arc[1] else -1 for arc in pairwise(cycle)}  # 背离岗位为 +
            up = min(-sign * value[arc] % scale for arc, sign in signs.items())
            down = min(sign * value[arc] % scale for arc, sign in signs.items())
            word = next(word for word in words if word < 2**64 - 2**64 % (up + down))
            for arc, sign in signs.items():
                value[arc] += sign * (up if word % (up + down) < down else -down)
    chosen = [arc for arc, chance in value.items() if nodes[arc[0]][0] == 0 and chance == scale]
    return [(nodes[role][1][1], nodes[slot][1][1]) for role, slot in chosen]


def leave(node: int, came_from: int, beside: list[list[int]], value: dict[Arc, int], scale: int) -> int:
    """离开一个节点：去往次序最先、弧上的值尚未取整、又不是来处的相邻节点；已经取整的从列表去掉。"""
    nodes = beside[node]
    for skipped in (1, 2):
        while len(nodes) >= skipped and value[min(node, nodes[-skipped]), max(node, nodes[-skipped])] % scale == 0:
            del nodes[-skipped]
        if len(nodes) >= skipped and nodes[-skipped] != came_from:
            return nodes[-skipped]
    return NOWHERE


# ---- 五、结论 ----


def verify(path: Path) -> list[str]:
    """依次核对，返回要说明的话；不成立或读不了时抛出 Verdict。"""
    try:
        data = path.read_bytes()
        record = read("transcript.json", data, TRANSCRIPT)
        files = {name: path.with_name(name).read_bytes() for name in record["document"]["files"]}
    except OSError as error:
        raise Verdict(2, f"读不了：{error.filename}：{error.strerror}") from error
    digest = match_digests(record, files)
    head = read_head(record, files["head.json"])
    targets = head["stage"] == "targets"
    source: Json = read_frame(files) if targets else read_plan(files["plan.json"], head)
    void = match_ceremony(record, head, digest)

    def number(*parts: str) -> int:
        """由种子得到的数：H(种子 TAB 标签 TAB 标识 …) 的前 8 个字节。"""
        return int.from_bytes(digest("\t".join((record["seed"], *parts)).encode())[:8])

    match = match_targets if targets else match_teams
    certain = [] if void else match(record["result"], source, number)
    return [
        f"成立。轮次 {head['round']}，第 {head['attempt']} 次抽取，{head['stage']}。",
        f"本次作废，没有抽取：{void}" if void else "",
        "这是演练：种子是给定的，没有核对种子的来源。" if record["rehearsal"] else "",
        "计算可复核，但不能证明种子未经挑选。" if record["single_operator"] else "",
        "" if head["beacon"] else "本次抽取没有公共随机事件。",
        *(f"{party} 没有公布秘密。" for party in head["parties"] if party not in record["reveals"]),
        *("抽取之前已经确定的：", *(certain or ["没有。"]), "摘要，请与签字的记录核对："),
        f"文书 {record['document']['digest']}",
        f"承诺 {digest(lines(*by_party('commitment', record['commitments']))).hex()}",
        f"公布 {digest(lines(*by_party('reveal', record['reveals']))).hex()}",
        f"记录 {digest(data).hex()}",
    ]


if __name__ == "__main__":
    try:
        code, text = 0, "\n".join(filter(None, verify(Path((sys.argv[1:] or ["transcript.json"])[0]))))
    except Verdict as verdict:
        code, text = verdict.args
    sys.stdout.buffer.write(f"{text}\n".encode())
    sys.exit(code)
