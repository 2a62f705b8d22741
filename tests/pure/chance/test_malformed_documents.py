"""A document that breaks the rules of its own, though every digest of it is good: both verifiers refuse it alike."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pure.chance.both_verifiers import BROKEN, HOLDS, judged
from pure.chance.building import Files, a_head, a_plan, a_role, frame_files, held, plan_files
from pure.chance.changing import at, nodes, put

from solver.canonical import canonical_json
from solver.chance.document import document_digest
from solver.chance.errors import Check
from solver.chance.head import Stage
from solver.chance.identifiers import Digest
from solver.chance.numbers import Algorithm, digest_of
from solver.chance.reading import write
from solver.chance.transcript import TRANSCRIPT

TARGETS, TEAMS = held(frame_files()), held(plan_files())


def redigested(folder: Files, name: str, document: bytes) -> Files:
    """Change a file and make its digests good, whatever it now holds."""
    record = json.loads(folder[TRANSCRIPT])
    files = {**folder, name: document}
    digests = {file: digest_of(Algorithm.SHA256, files[file]) for file in record["document"]["files"]}
    record["document"] = {"digest": document_digest(Algorithm.SHA256, digests), "files": digests}
    return {**files, TRANSCRIPT: canonical_json(record)}


STRANGE_VALUES = [None, True, False, 0, 1, -1, 10**30, [], {}, ["甲", "甲"], [None], {"id": "x"}]
STRANGE_TEXTS = ["", "x", "甲\u200b", "\u2028", "e\u0301", "a" * 64, "0.5", "1.1", "0." + "1" * 2000]
STRANGE_TIMES_AND_PATTERNS = ["2031-03-01T10:00:00Z", "2031-13-01T10:00:00Z", "^(.*$", "^(|$", "^.$"]
STRANGE = st.sampled_from([*STRANGE_VALUES, *STRANGE_TEXTS, *STRANGE_TIMES_AND_PATTERNS])


@settings(
    max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(["head.json", "entries.json", "plan.json"]), strange=STRANGE, data=st.data())
def test_both_verifiers_judge_any_malformed_document_alike(
    name: str, strange: Any, data: st.DataObject, tmp_path: Path
) -> None:
    """The forger has made every digest good: only the document's own rules are left to catch him."""
    folder = TEAMS if name == "plan.json" else TARGETS
    value = json.loads(folder[name])
    path = data.draw(st.sampled_from(list(nodes(value))))
    changed = put(value, path, strange)
    if isinstance(at(value, path), dict) and data.draw(st.booleans()):
        changed = put(value, path, {**at(value, path), data.draw(st.sampled_from(["aside", "metrics"])): strange})
    try:
        document = canonical_json(changed)
    except ValueError:
        document = json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    found = judged(redigested(folder, name, document), tmp_path)
    assert found.code == (HOLDS if document == folder[name] else BROKEN)


MALFORMED_FRAMES = [
    "任务一\tA\t甲\n任务一\tA\t甲\n",
    "任务一\tA\t甲\n任务一\tA\t乙\n",
    "任务一\tA\t甲\n任务一\tD\t甲\n",
    "任务三\tA\t甲\n",
    "任务一\tA\t甲",
    "\n",
    "任务一\tA\n",
    "任务一\tA\t\n",
    "任务一\tA\t甲\t乙\n",
    "任务一\tA\t甲\u200e\n",
    "任务一\tA\t甲\r\n",
    "任务一\tA\te\u0301\n",
    "任务一\tA\t\ud800\n",
]


@pytest.mark.parametrize("frame", MALFORMED_FRAMES)
def test_both_verifiers_refuse_a_malformed_frame(frame: str, tmp_path: Path) -> None:
    folder = redigested(TARGETS, "frame.tsv", frame.encode(errors="surrogatepass"))
    assert judged(folder, tmp_path).check is Check.FORMAT


MALFORMED_DOCUMENTS = [
    ("plan.json", a_plan(tours=[{"half_day": "早\u200b", "roles": []}])),
    ("plan.json", a_plan(metrics={})),
    ("plan.json", a_plan(desk=[{"id": "D1", "need": 1, "eligible": ["甲", "甲"]}])),
    ("plan.json", a_plan(tours=[{"half_day": "早", "roles": [a_role("岗", "局", 1, **{"甲\u200b": 100})]}])),
    ("entries.json", [{"id": "任务二", "strata": []}, {"id": "任务一", "strata": []}]),
    ("entries.json", [{"id": "任务", "strata": [{"id": "A", "ratio": "1"}]}, {"id": "任务", "strata": []}]),
    ("entries.json", [{"id": "任务", "strata": [{"id": "A", "ratio": "1", "minimum?": 1}]}]),
    ("entries.json", [{"id": "任务", "strata": [{"id": "A", "ratio": "1", ".*": 1}]}]),
    ("entries.json", [{"id": "任务", "strata": [{"id": "A", "ratio": "１"}]}]),
    ("head.json", json.loads(write(a_head())) | {"parties": []}),
    ("head.json", json.loads(write(a_head(stage=Stage.TEAMS)))),
    ("head.json", json.loads(write(a_head(reveal_by="20310301T100000Z", beacon=None)))),
    ("head.json", json.loads(write(a_head(reveal_by="2031-02-30T10:00:00Z", beacon=None)))),
    ("head.json", json.loads(write(a_head(targets=Digest("a" * 64))))),
]


@pytest.mark.parametrize(("name", "value"), MALFORMED_DOCUMENTS)
def test_both_verifiers_refuse_a_malformed_document(name: str, value: Any, tmp_path: Path) -> None:
    folder = redigested(TEAMS if name == "plan.json" else TARGETS, name, canonical_json(value))
    assert judged(folder, tmp_path).check is Check.FORMAT


def test_what_a_plan_holds_beside_the_lots_may_have_any_name(tmp_path: Path) -> None:
    plan = a_plan(**{"\u200b": 1, "旁注?": {"": [None]}})
    assert judged(held(plan_files(plan)), tmp_path).code == HOLDS
