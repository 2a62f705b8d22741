"""独立的抽签验证程序：只用 Python（3.11 以上）标准库，任何人都可以自己运行；程序不联网，不改动任何文件。

用法：把抽取记录 transcript.json 和它的文件（head.json 等）放在同一个文件夹，运行 python3 verify_draw.py transcript.json
退出码 0：成立，一切都能重新算出；1：不成立，说出第一处不符；2：读不了，无法判断。规则是 draw.md，§ 后是它的节。
请从后面的 verify 读起，它依次列出各步。
"""

import hashlib
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from fractions import Fraction
from itertools import count, pairwise
from math import ceil
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = Any
FORMAT, REVEAL, SEED, CHANCES = "格式 format", "公布 reveal", "种子 seed", "机会表 chance table"

# 各文件应有的形式：文字是正则表达式，须全部相符；整数是下限；[形式] 是列表；(形式, …) 是其中之一；{名: 形式} 是对象，
# ... 是没有这一项，ANY 或 ID 代表其他的名；其余是类型，或就是那个值。标识 ID 不含控制字符和看不见的字符（§1）。
CONTROL = "\0-\x1f\x7f-\x9f\ud800-\udfff"
ID = f"[^{CONTROL}\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+"
ANY, HEX, RATIO = ".*", "[0-9a-f]{64}", r"0(\.\d{1,997})?|1(\.0{1,997})?"
TIME, PATTERN = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", r"\^.*[^\\](\\\\)*\$"
RECORD = {
    "format": "onedoor/transcript/2", "round": str, "attempt": 1, "commitments": {ANY: HEX}, "reveals": {ANY: HEX},
    "beacon": str, "rehearsal": bool, "single_operator": bool, "seed": HEX, "times": dict}  # fmt: skip
TARGETS = RECORD | {
    "stage": "targets", "document": {"digest": HEX, "files": {"entries.json": HEX, "frame.tsv": HEX, "head.json": HEX}},
    "result": [{"entry": str, "stratum": str, "population": int, "size": int, "selected": [str], "alternates": [str],
                "batches": [int]}]}  # fmt: skip
FILES = {"head.json": HEX, "plan.json": HEX}
TEAMS = RECORD | {"stage": "teams", "document": {"digest": HEX, "files": FILES}, "result": {ANY: [str]}}
VOID = {"seed": None, "result": None, "beacon": "", "rehearsal": False}  # 作废的一次没有种子，也没有结果
HEAD = {
    "format": "onedoor/head/2", "stage": "targets|teams", "round": ID, "attempt": 1, "hash": "sha256|sm3",
    "parties": [ID], "reveal_by": TIME, "beacon": (None, {"source": ".+", "when": TIME, "pattern": PATTERN}),
    "previous": (None, HEX), "targets": (None, HEX)}  # fmt: skip
STRATUM = {"id": ID, "ratio": RATIO, "minimum": (..., 0), "alternates": (..., 0), "batches": (..., 1)}
ENTRIES = [{"id": ID, "strata": [STRATUM]}]
ROLE = {"id": ID, "department": ID, "need": 0, "chances": {ID: int}, ANY: object}
PLAN = {
    "format": "onedoor/plan/1", "round": ID, "scale": int, "tours": [{"half_day": ID, "roles": [ROLE], ANY: object}],
    "desk": (..., [{"id": ID, "need": 0, "eligible": [ID], ANY: object}]), "metrics": ..., ANY: object}  # fmt: skip


class Verdict(Exception):  # noqa: N818 - 结论，不是错误
    """不成立（1）或读不了（2），以及理由。"""


def demand(holds: object, check: str, place: str, reason: str) -> None:
    """不符就到此为止：说出哪一项、哪一处、为什么。"""
    if not holds:
        raise Verdict(1, f"不成立。{check} 不符：{place}：{reason}")


def fits(value: Json, form: Json) -> bool:
    """看一个值合不合它应有的形式。"""
    if isinstance(form, tuple):
        return any(fits(value, one) for one in form)
    if isinstance(form, type) or type(value) is not type(form):
        return form in (object, type(value))
    if isinstance(form, str):
        return re.fullmatch(form, value, re.ASCII) is not None
    if isinstance(form, list):
        return all(fits(item, form[0]) for item in value)
    if isinstance(form, dict):
        other = ANY if ANY in form else ID
        rest, names = form.get(other, ...), form.keys() - {other} | value.keys()
        return all(fits(name, other) and fits(value.get(name, ...), form.get(name, rest)) for name in names)
    return value is form or (type(form) is int and value >= form)


def read(name: str, data: bytes, *forms: Json) -> Json:
    """读规范的 JSON（§1）：重新写一遍须一字不差，键重复、次序不对、多余空白、小数（读成文字）都会露出来。"""
    value, again = None, ""
    with suppress(ValueError, RecursionError):
        value = json.loads(data.decode(), parse_float=str, parse_constant=str)
        again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if TARGETS in forms and not (isinstance(value, dict) and value.get("format") == RECORD["format"]):
        raise Verdict(2, f"读不了：{name} 不是 {RECORD['format']} 格式的抽取记录。")
    plain = not re.search(rf"[\\{CONTROL}]", re.sub(r'\\["\\]', "", again))  # 反斜线只用来写引号和反斜线
    fine = plain and again.encode() == data and unicodedata.is_normalized("NFC", again) and fits(value, forms)
    demand(fine, FORMAT, name, "不是规范的 JSON 写法，或含控制字符，或不是 NFC 形式，或字段不合规定。")
    return value


def match_digests(record: Json, files: dict[str, bytes]) -> Callable[[str], str]:
    """核对各文件的摘要和文书的摘要，即 sha256sum 所列（§2）；返回本次抽取所用的摘要算法。"""
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
    return lambda text: hashlib.new(algorithm, text.encode()).hexdigest()


def read_head(record: Json, data: bytes) -> Json:
    """读首部（§2）：哪一次抽取，有哪些参与方，何时截止公布，其后有什么公共随机事件。"""
    head = read("head.json", data, HEAD)
    for name in ("stage", "round", "attempt"):
        demand(record[name] == head[name], FORMAT, name, f"与 head.json 的 {head[name]} 不符。")
    parties, beacon, fine = head["parties"], head["beacon"], False
    with suppress(ValueError, OverflowError, RecursionError, re.error):
        re.compile(beacon["pattern"] if beacon else "", re.ASCII)
        reveal_by = datetime.fromisoformat(head["reveal_by"])
        fine = not beacon or reveal_by < datetime.fromisoformat(beacon["when"])
    fine = fine and parties == sorted(set(parties)) != [] and (head["stage"] == "teams" or not head["targets"])
    fine = fine and (head["attempt"] == 1) == (head["previous"] is None)
    demand(fine, FORMAT, "head.json", "参与方、时间、写法、previous 或 targets 不合 §2 的规定。")
    return head


def read_frame(files: dict[str, bytes], _: Json) -> Json:
    """读抽样框（§2）：每项任务的每一层，其规则和检查对象。"""
    entries = read("entries.json", files["entries.json"], ENTRIES)
    for siblings in (entries, *(entry["strata"] for entry in entries)):
        names = [one["id"] for one in siblings]
        demand(names == sorted(set(names)), FORMAT, "entries.json", f"{names} 有重复，或次序不对。")
    frame: Json = {(entry["id"], rule["id"]): (rule, []) for entry in entries for rule in entry["strata"]}
    *rows, rest = files["frame.tsv"].decode(errors="surrogateescape").split("\n")
    once = len({(row.split("\t")[0], row.split("\t")[-1]) for row in rows}) == len(rows)
    fine = once and not rest and rows == sorted(rows)
    demand(fine, FORMAT, "frame.tsv", "每行须以换行结束，按次序排列；一项任务中一个对象只能有一行。")
    for row in rows:
        *stratum, target = row.split("\t")
        fine = tuple(stratum) in frame and fits(target, ID) and unicodedata.is_normalized("NFC", target)
        demand(fine, FORMAT, f"frame.tsv “{row}”", "应为 “任务 TAB 层 TAB 检查对象”，层须在 entries.json 中。")
        frame[tuple(stratum)][1].append(target)
    return frame


def read_plan(files: dict[str, bytes], head: Json) -> Json:
    """读计划（§2、§5）：岗位、案头事项，以及机会的总份数 scale。"""
    plan = read("plan.json", files["plan.json"], PLAN)
    roles = [role | {"half_day": tour["half_day"]} for tour in plan["tours"] for role in tour["roles"]]
    desk = plan.get("desk", [])
    lists = [[lot["id"] for lot in (*roles, *desk)], *(one["eligible"] for one in desk)]
    fine = plan["round"] == head["round"] and all(len(names) == len(set(names)) for names in lists)
    demand(fine, FORMAT, "plan.json", "轮次与 head.json 不一致，或有岗位、案头事项的 id 或可派的人重复。")
    return roles, desk, plan["scale"]


def match_ceremony(record: Json, head: Json, published: str, digest: Callable[[str], str]) -> str:
    """核对承诺、公布和种子（§3），求摘要的文字都可以用 printf 写出；返回本次抽取作废的理由，没有作废则为空。"""
    commitments, reveals, beacon, text = record["commitments"], record["reveals"], head["beacon"], record["beacon"]
    draw = "".join(f"{name}\t{head[name]}\n" for name in ("stage", "round", "attempt"))
    draw += f"document\t{record['document']['digest']}\n"
    for party in commitments:
        demand(party in head["parties"], "承诺 commitment", party, "不是 head.json 所列的参与方。")
    for party, secret in reveals.items():
        found = digest(f"onedoor/commit/2\n{draw}party\t{party}\nsecret\t{secret}\n")
        demand(found == commitments.get(party), REVEAL, party, "公布的秘密与提交的承诺（commitment）不符。")
    demand(len(set(reveals.values())) == len(reveals), REVEAL, "reveals", "两方公布了同一个秘密。")
    few = len(reveals) < (min(2, len(head["parties"])) if record["single_operator"] else 2)
    void = not record["rehearsal"] and (few or (not beacon and len(reveals) < len(commitments)))
    reason = "公布秘密的不足两方，或没有公共随机事件而有一方没有公布。" if void else ""
    demand(not void or not record["seed"], REVEAL, "reveals", reason)
    if not void and not record["rehearsal"]:
        demand(fits(text, beacon["pattern"] if beacon else ""), SEED, "beacon", f"“{text}” 不合 head.json 的写法。")
        seed = digest(f"onedoor/seed/2\n{draw}{published}beacon\t{text}\n")
        demand(seed == record["seed"], SEED, "seed", f"应为 {seed}。")
    return reason


def match_targets(result: Json, frame: Json, number: Callable[..., int]) -> list[str]:
    """抽取检查对象（§4）：每层按（数，对象）排序，取前 n 个，其后为递补；返回抽取之前就已确定的事。"""
    certain = []
    demand(len(result) == len(frame), "抽取数量 size", "result", f"应有 {len(frame)} 层。")
    for recorded, ((entry, stratum), (rule, targets)) in zip(result, frame.items(), strict=True):
        total, ratio = len(targets), Fraction(rule["ratio"])
        size = min(total, max(rule.get("minimum", 0), ceil(ratio * total)))
        should_be = {"entry": entry, "stratum": stratum, "population": total, "size": size}
        demand(should_be.items() <= recorded.items(), "抽取数量 size", "result", f"应为 {should_be}。")
        if size in (0, total) or Fraction(size, total) != ratio:
            certain.append(f"任务 {entry} 层 {stratum}：比例 {rule['ratio']}，{total} 户抽 {size} 户。")
    for recorded, (stratum, (rule, targets)) in zip(result, frame.items(), strict=True):
        size, batches = recorded["size"], rule.get("batches", 1)
        ranked = sorted(targets, key=lambda target: (number("target", target), target))
        should_be = {"selected": ranked[:size], "alternates": ranked[size:][: rule.get("alternates", 0)]}
        should_be["batches"] = [1 + i * batches // size for i in range(size)]
        demand(should_be.items() <= recorded.items(), "抽中名单 selection", f"result {stratum}", f"应为 {should_be}。")
    return certain


def match_teams(result: Json, plan: Json, number: Callable[..., int]) -> list[str]:
    """抽取检查人员（§5）：核对机会表；案头事项取数最小的人，岗位逐部门抽签；返回抽取之前就已确定的事。"""
    roles, desk, scale = plan
    demand(0 < scale <= 10**6, CHANCES, "plan.json scale", "应在 1 与 1000000 之间。")
    certain = [f"案头事项 {one['id']}：可派的人全部派出。" for one in desk if one["need"] == len(one["eligible"])]
    shares: dict[Json, Counter[str]] = defaultdict(Counter)  # 每人每半天在各部门的机会
    for role in roles:
        place, chances = f"plan.json {role['id']}", Counter(role["chances"])
        demand(chances.total() == role["need"] * scale, CHANCES, place, f"机会应合计 {role['need']} × {scale}。")
        for name, chance in sorted(chances.items()):
            demand(0 <= chance <= scale, CHANCES, place, f"{name} 的机会应在 0 与 {scale} 之间。")
            shares[name, role["half_day"]][role["department"]] += chance
            certain += [f"岗位 {role['id']}：{name} 的机会是 {chance}/{scale}。"] if chance in (0, scale) else []
    for slot, share in shares.items():
        demand(share.total() <= scale and len(+share) <= 1, CHANCES, str(slot), "同一半天机会过多，或分属两个部门。")
    teams: dict[str, list[str]] = {role["id"]: [] for role in roles}
    for one in desk:
        demand(one["need"] <= len(one["eligible"]), CHANCES, f"plan.json {one['id']}", "可派的人不够。")
        ranked = sorted(one["eligible"], key=lambda name: (number("desk", one["id"], name), name))
        teams[one["id"]] = sorted(ranked[: one["need"]])
    for department in sorted({role["department"] for role in roles}):
        own = [role for role in roles if role["department"] == department]
        for role_id, name in sorted(round_chances(own, scale, number, department)):
            teams[role_id].append(name)
    for lot in sorted(result.keys() | teams.keys()):
        demand(result.get(lot) == teams.get(lot), "抽签结果 lot", f"result {lot}", f"应为 {teams.get(lot)}。")
    return certain


def round_chances(roles: list[Json], scale: int, number: Callable[..., int], department: str) -> list[tuple[str, str]]:
    """沿回路把机会一步步推成 0 或 scale，推向哪边、节点的次序都由种子决定（§5）；返回中签的（岗位，人）。"""
    names = {name for role in roles for name in (role["id"], role["half_day"], *role["chances"])}
    ordered = sorted(names, key=lambda name: (number("order", name), name))
    place = {name: rank for rank, name in enumerate(ordered)}
    words = (number("lots", department, str(counter)) for counter in count())
    value: Counter[Json] = Counter()  # 岗位 → （人，半天）→ 人 → 汇点 的网络：每条弧的值
    for role, name, chance in [(one, *pair) for one in roles for pair in one["chances"].items()]:
        path = (0, place[role["id"]]), (1, place[name], place[role["half_day"]]), (2, place[name]), (3,)
        value.update(dict.fromkeys(pairwise(path), chance))
    beside: dict[Json, list[Json]] = defaultdict(list)  # 每个节点经尚未取整的弧通往的节点，按次序
    for lower, upper in sorted(arc for arc in value if value[arc] % scale):
        beside[lower].append(upper)
        beside[upper].append(lower)
    for start in sorted(node for node in beside if node[0] == 0):
        walk = [start]
        while beside[start]:
            while walk.count(walk[-1]) == 1:  # 走向次序最先的节点，但不走刚走过的弧
                walk.append(next(node for node in beside[walk[-1]] if node not in walk[-2:-1]))
            first = walk.index(walk[-1])
            arcs = [(1, (a, b)) if a < b else (-1, (b, a)) for a, b in pairwise(walk[first:])]  # 背离岗位为 +
            up = min(-sign * value[arc] % scale for sign, arc in arcs)
            down = min(sign * value[arc] % scale for sign, arc in arcs)
            word = next(word for word in words if word < 2**64 - 2**64 % (up + down))
            for sign, arc in arcs:
                value[arc] += sign * (up if word % (up + down) < down else -down)
                if value[arc] % scale == 0:  # 已经取整，不再走这条弧
                    beside[arc[0]].remove(arc[1])
                    beside[arc[1]].remove(arc[0])
            del walk[first + 1 :]  # 从头再走也会走到这里
    return [(ordered[a[1]], ordered[b[1]]) for (a, b), chance in value.items() if a[0] == 0 and chance == scale]


def verify(path: Path) -> list[str]:
    """依次核对，返回要说明的话；不成立或读不了时抛出 Verdict。"""
    try:
        data = path.read_bytes()
        record = read("transcript.json", data, TARGETS, TEAMS, TARGETS | VOID, TEAMS | VOID)
        files = {name: path.with_name(name).read_bytes() for name in record["document"]["files"]}
    except OSError as error:
        raise Verdict(2, f"读不了：{error.filename}：{error.strerror}") from error
    digest = match_digests(record, files)
    head = read_head(record, files["head.json"])
    read_source, match = (read_frame, match_targets) if head["stage"] == "targets" else (read_plan, match_teams)
    source = read_source(files, head)
    committed = "".join(f"commitment\t{text}\t{party}\n" for party, text in sorted(record["commitments"].items()))
    revealed = "".join(f"reveal\t{text}\t{party}\n" for party, text in sorted(record["reveals"].items()))
    void = match_ceremony(record, head, committed + revealed, digest)
    result, seed = record["result"], record["seed"]  # 由种子得到的数（§1）是 H(种子 TAB 标签 TAB 标识 …) 的前 8 个字节
    certain = [] if void else match(result, source, lambda *parts: int(digest("\t".join((seed, *parts)))[:16], 16))
    return [
        f"成立。轮次 {head['round']}，第 {head['attempt']} 次抽取，{head['stage']}。",
        f"本次作废，没有抽取：{void}" if void else "",
        "这是演练：种子是给定的，没有核对种子的来源。" if record["rehearsal"] else "",
        "计算可复核，但不能证明种子未经挑选。" if record["single_operator"] else "",
        "" if head["beacon"] else "本次抽取没有公共随机事件。",
        *(f"{party} 没有公布秘密。" for party in head["parties"] if party not in record["reveals"]),
        *("抽取之前已经确定的：", *(certain or ["没有。"]), "摘要，请与签字的记录核对："),
        f"文书 {record['document']['digest']}",
        f"承诺 {digest(committed)}",
        f"公布 {digest(revealed)}",
        f"记录 {digest(data.decode())}",
    ]


if __name__ == "__main__":
    try:
        code, text = 0, "\n".join(filter(None, verify(Path((sys.argv[1:] or ["transcript.json"])[0]))))
    except Verdict as verdict:
        code, text = verdict.args
    sys.stdout.buffer.write(f"{text}\n".encode())
    sys.exit(code)
