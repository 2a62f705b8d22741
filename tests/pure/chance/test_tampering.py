"""Whoever changes anything in a draw that was held is named, by both verifiers, at the place that was changed."""

import json
from pathlib import Path
from typing import Any

import pytest
from pure.chance.both_verifiers import BROKEN, HOLDS, UNREADABLE, judged
from pure.chance.building import (
    OUTCOME,
    PARTIES,
    SECRETS,
    SEED,
    TIMES,
    Files,
    a_ceremony,
    a_head,
    a_plan,
    a_role,
    frame_files,
    held,
    plan_files,
)
from pure.chance.changing import Place, at, leaves, put

from solver.canonical import canonical_json
from solver.chance.document import FixedDocument, document_digest, identify
from solver.chance.errors import Check
from solver.chance.identifiers import Digest, Seed
from solver.chance.numbers import Algorithm, digest_of
from solver.chance.reading import write
from solver.chance.seed import commitment, derive_seed
from solver.chance.source import fix
from solver.chance.transcript import TRANSCRIPT, declare_void, rehearse, transcript_file

SOUND = {
    "targets": held(frame_files()),
    "targets, SM3, no beacon, second attempt": held(
        frame_files(hash=Algorithm.SM3, beacon=None, attempt=2, previous=Digest("c" * 64))
    ),
    "targets, one absent, one silent": held(
        frame_files(parties=(*PARTIES, "财政局")), absent=("财政局",), silent=PARTIES[:1]
    ),
    "teams": held(plan_files()),
    "teams, SM3, single operator": held(plan_files(hash=Algorithm.SM3), single_operator=True),
}
EVERY_DRAW = pytest.mark.parametrize("folder", SOUND.values(), ids=SOUND.keys())


def twisted(leaf: Any) -> Any:
    """Another value of the same kind."""
    match leaf:
        case bool():
            return not leaf
        case int():
            return leaf + 1
        case str():
            return leaf[:-1] + ("1" if leaf.endswith("0") else "0") if leaf else "0"
        case None:
            return "0" * 64
        case _:
            raise AssertionError(leaf)


@EVERY_DRAW
def test_a_draw_left_alone_holds(folder: Files, tmp_path: Path) -> None:
    assert judged(folder, tmp_path).code == HOLDS


NAMED_BY = {
    ("format",): None,
    ("document", "digest"): Check.DOCUMENT_DIGEST,
    ("document", "files"): Check.FILE_DIGEST,
    ("commitments",): Check.REVEAL,
    ("reveals",): Check.REVEAL,
    ("beacon",): Check.SEED,
    ("seed",): Check.SEED,
    ("result", "size"): Check.SIZE,
    ("result", "selection"): Check.SELECTION,
    ("result",): Check.LOT,
}
"""Which check names a change under these leaves of a transcript, None for unreadable; everything else is its form."""


def named_by(path: Place, silent: set[str]) -> Check | None:
    key: Place = path[:2] if path[0] == "document" else path[:1]
    if path[0] == "result" and isinstance(path[1], int):
        key = ("result", "size" if path[2] in {"entry", "stratum", "population", "size"} else "selection")
    if path[0] == "commitments" and path[1] in silent:
        return Check.SEED
    return NAMED_BY.get(key, Check.FORMAT)


@EVERY_DRAW
def test_a_transcript_changed_at_any_leaf_is_named_there(folder: Files, tmp_path: Path) -> None:
    transcript = json.loads(folder[TRANSCRIPT])
    claims = ("times", "rehearsal", "single_operator")  # no file can prove these; what they claim is said aloud
    silent = transcript["commitments"].keys() - transcript["reveals"].keys()
    for path in leaves(transcript):
        leaf = at(transcript, path)
        if leaf == []:
            continue
        found = judged({**folder, TRANSCRIPT: canonical_json(put(transcript, path, twisted(leaf)))}, tmp_path)
        if path[0] in claims:
            assert found.code == HOLDS, path
        else:
            assert found.check is named_by(path, silent), path
            assert found.code == (UNREADABLE if path == ("format",) else BROKEN)


def test_what_a_transcript_claims_is_said_aloud(tmp_path: Path) -> None:
    transcript = json.loads(SOUND["targets"][TRANSCRIPT])
    for claim, words in (("rehearsal", "这是演练"), ("single_operator", "计算可复核，但不能证明种子未经挑选。")):
        changed = canonical_json({**transcript, claim: True})
        for says in judged({**SOUND["targets"], TRANSCRIPT: changed}, tmp_path).words:
            assert words in says


@EVERY_DRAW
def test_a_file_changed_in_any_byte_is_named(folder: Files, tmp_path: Path) -> None:
    for name in folder.keys() - {TRANSCRIPT}:
        for place in range(0, len(folder[name]), 3):
            changed = bytearray(folder[name])
            changed[place] ^= 1
            found = judged({**folder, name: bytes(changed)}, tmp_path)
            assert (found.code, found.check) == (BROKEN, Check.FILE_DIGEST)
            assert all(name in says for says in found.words)
        for longer_or_shorter in (folder[name] + b"\n", folder[name][:-1], b""):
            assert judged({**folder, name: longer_or_shorter}, tmp_path).check is Check.FILE_DIGEST


@EVERY_DRAW
def test_a_transcript_changed_in_any_byte_does_not_hold(folder: Files, tmp_path: Path) -> None:
    sound = json.loads(folder[TRANSCRIPT])
    for place in range(0, len(folder[TRANSCRIPT]), 2):
        changed = bytearray(folder[TRANSCRIPT])
        changed[place] ^= 1
        if judged({**folder, TRANSCRIPT: bytes(changed)}, tmp_path).code == HOLDS:
            differing = {name for name, value in json.loads(changed).items() if value != sound[name]}
            assert differing == {"times"}


@EVERY_DRAW
def test_a_missing_file_or_transcript_of_another_kind_is_unreadable(folder: Files, tmp_path: Path) -> None:
    for name in folder.keys() - {TRANSCRIPT}:
        found = judged({kept: data for kept, data in folder.items() if kept != name}, tmp_path)
        assert found.code == UNREADABLE
        assert all(name in says for says in found.words)
    not_utf_8 = folder[TRANSCRIPT].replace("消防局".encode(), b"\xff", 1)
    for other in (not_utf_8, b"", b"\xff", b"[]", b"null", b"{", b'{"format":"onedoor/transcript/1"}', b"[" * 99_999):
        assert judged({**folder, TRANSCRIPT: other}, tmp_path).code == UNREADABLE


def test_a_transcript_that_is_not_canonical_breaks_its_format(tmp_path: Path) -> None:
    folder = SOUND["teams"]
    pretty = json.dumps(json.loads(folder[TRANSCRIPT]), ensure_ascii=False, sort_keys=True, indent=1).encode()
    for changed in (
        pretty,
        folder[TRANSCRIPT] + b"\n",
        folder[TRANSCRIPT].replace(b'"attempt":1', b'"attempt":1.0'),
        folder[TRANSCRIPT].replace(b'"attempt":1', b'"attempt":1,"attempt":1'),
        folder[TRANSCRIPT].replace(b'"attempt":1', b'"attempt":1,"aside":null'),
        folder[TRANSCRIPT].replace(b'"attempt":1,', b""),
        folder[TRANSCRIPT].replace(b'"attempt":1', b'"attempt":NaN'),
        folder[TRANSCRIPT].replace("消防局".encode(), b"\\u6d88\xe9\x98\xb2\xe5\xb1\x80", 1),
    ):
        assert changed != folder[TRANSCRIPT]
        found = judged({**folder, TRANSCRIPT: changed}, tmp_path)
        assert (found.code, found.check) == (BROKEN, Check.FORMAT)


def forged(folder: Files, *, upto: Check, **files: bytes) -> Files:
    """Change files and make good what follows from them, as a forger would, up to but not including `upto`."""
    changed = {**folder, **{name.replace("_", "."): data for name, data in files.items()}}
    record = json.loads(folder[TRANSCRIPT])
    algorithm = Algorithm.SM3 if b'"hash":"sm3"' in changed["head.json"] else Algorithm.SHA256
    digests = {name: digest_of(algorithm, changed[name]) for name in record["document"]["files"]}
    record["document"]["files"] = digests
    if upto is not Check.DOCUMENT_DIGEST:
        record["document"]["digest"] = document_digest(algorithm, digests)
    if upto not in {Check.DOCUMENT_DIGEST, Check.REVEAL}:
        document = identify(changed)
        record["commitments"] = {party: commitment(document, party, SECRETS[party]) for party in PARTIES}
        if upto is not Check.SEED:
            record["seed"] = derive_seed(document, record["commitments"], record["reveals"], record["beacon"])
    return {**changed, TRANSCRIPT: canonical_json(record)}


@pytest.mark.parametrize("upto", [Check.DOCUMENT_DIGEST, Check.REVEAL, Check.SEED, Check.SELECTION])
def test_a_forger_who_makes_good_one_check_is_caught_by_the_next(upto: Check, tmp_path: Path) -> None:
    frame = SOUND["targets"]["frame.tsv"].replace("企业03".encode(), "企业03甲".encode())
    assert judged(forged(SOUND["targets"], upto=upto, frame_tsv=frame), tmp_path).check is upto


@pytest.mark.parametrize("upto", [Check.DOCUMENT_DIGEST, Check.REVEAL, Check.SEED, Check.LOT])
def test_a_forger_of_chances_is_caught_by_the_next_check(upto: Check, tmp_path: Path) -> None:
    plan = a_plan()
    plan["tours"][2]["roles"][0]["chances"] = {"甲": 100, "乙": 0, "丙": 0, "丁": 0}
    assert judged(forged(SOUND["teams"], upto=upto, plan_json=canonical_json(plan)), tmp_path).check is upto


BROKEN_TABLES = [
    a_plan(scale=101),
    a_plan(scale=0),
    a_plan(scale=1_000_001),
    a_plan(tours=[{"half_day": "早", "roles": [a_role("岗", "局", 1, 甲=101, 乙=-1)]}]),
    a_plan(tours=[{"half_day": "早", "roles": [a_role("岗", "局", 1, 甲=60), a_role("位", "局", 1, 甲=60, 乙=40)]}]),
    a_plan(
        tours=[{"half_day": "早", "roles": [a_role("岗", "局", 1, 甲=60, 乙=40), a_role("位", "局", 1, 甲=60, 乙=40)]}]
    ),
    a_plan(
        tours=[{"half_day": "早", "roles": [a_role("岗", "局", 1, 甲=40, 乙=60), a_role("位", "署", 1, 甲=60, 乙=40)]}]
    ),
    a_plan(desk=[{"id": "D1", "need": 3, "eligible": ["甲", "乙"]}]),
]


@pytest.mark.parametrize("plan", BROKEN_TABLES)
def test_a_table_of_chances_that_breaks_a_rule_is_named(plan: dict[str, Any], tmp_path: Path) -> None:
    folder = forged(SOUND["teams"], upto=Check.LOT, plan_json=canonical_json(plan))
    assert judged(folder, tmp_path).check is Check.CHANCE_TABLE


def ceremony_of(folder: Files, **changed: Any) -> Files:
    record = json.loads(folder[TRANSCRIPT]) | changed
    document: FixedDocument = identify(folder)
    record["seed"] = derive_seed(document, record["commitments"], record["reveals"], record["beacon"])
    return {**folder, TRANSCRIPT: canonical_json(record)}


def test_a_ceremony_that_broke_a_rule_is_named_though_its_seed_is_right(tmp_path: Path) -> None:
    folder, no_beacon = SOUND["targets"], held(frame_files(beacon=None))
    record = json.loads(folder[TRANSCRIPT])
    commitments, reveals = record["commitments"], record["reveals"]
    document = identify(folder)
    first, second = PARTIES[:2]
    shared = {**commitments, second: commitment(document, second, SECRETS[first])}
    cases = [
        (ceremony_of(folder, commitments={**commitments, "路人": "a" * 64}), Check.COMMITMENT),
        (ceremony_of(folder, commitments={first: commitments[first]}), Check.REVEAL),
        (ceremony_of(folder, reveals={first: reveals[first]}), Check.REVEAL),
        (ceremony_of(folder, reveals={}), Check.REVEAL),
        (ceremony_of(folder, commitments=shared, reveals={**reveals, second: SECRETS[first]}), Check.REVEAL),
        (ceremony_of(folder, beacon=OUTCOME + " "), Check.SEED),
        (ceremony_of(folder, beacon=""), Check.SEED),
        (ceremony_of(no_beacon, beacon=OUTCOME), Check.SEED),
        (ceremony_of(no_beacon, reveals={p: SECRETS[p] for p in PARTIES[:2]}), Check.REVEAL),
    ]
    for changed, check in cases:
        assert judged(changed, tmp_path).check is check


def test_a_single_party_draws_only_where_one_operator_says_so(tmp_path: Path) -> None:
    alone = held(frame_files(parties=PARTIES[:1], beacon=None), single_operator=True)
    assert judged(alone, tmp_path).code == HOLDS
    denied = canonical_json(json.loads(alone[TRANSCRIPT]) | {"single_operator": False})
    assert judged({**alone, TRANSCRIPT: denied}, tmp_path).check is Check.REVEAL


def test_a_rehearsal_is_checked_in_all_but_its_seeds_origin(tmp_path: Path) -> None:
    files = frame_files()
    record = rehearse(fix(files), SEED, TIMES)
    rehearsal = {**files, TRANSCRIPT: transcript_file(record)}
    found = judged(rehearsal, tmp_path)
    assert found.code == HOLDS
    assert all("演练" in says for says in found.words)
    other_seed = canonical_json(json.loads(rehearsal[TRANSCRIPT]) | {"seed": Seed("0" * 64)})
    assert judged({**rehearsal, TRANSCRIPT: other_seed}, tmp_path).check is Check.SELECTION
    denied = canonical_json(json.loads(rehearsal[TRANSCRIPT]) | {"rehearsal": False})
    assert judged({**rehearsal, TRANSCRIPT: denied}, tmp_path).check is Check.REVEAL


def test_a_void_attempt_holds_as_void_and_nothing_may_be_drawn_from_it(tmp_path: Path) -> None:
    files = frame_files(beacon=None)
    source = fix(files)
    void = {**files, TRANSCRIPT: transcript_file(declare_void(source, a_ceremony(source, silent=PARTIES[:1]), TIMES))}
    found = judged(void, tmp_path)
    assert found.code == HOLDS
    assert all("没有抽取" in says for says in found.words)
    record = json.loads(void[TRANSCRIPT])
    drawn = json.loads(held(files)[TRANSCRIPT])
    for changed, check in (
        ({"seed": drawn["seed"], "result": drawn["result"]}, Check.REVEAL),
        ({"seed": drawn["seed"]}, Check.FORMAT),
        ({"result": []}, Check.FORMAT),
        ({"rehearsal": True}, Check.FORMAT),
        ({"beacon": OUTCOME}, Check.FORMAT),
        ({"reveals": drawn["reveals"]}, Check.SEED),
    ):
        assert judged({**void, TRANSCRIPT: canonical_json(record | changed)}, tmp_path).check is check


def test_a_result_of_the_other_stage_or_of_too_few_strata_is_named(tmp_path: Path) -> None:
    targets, teams = (json.loads(SOUND[stage][TRANSCRIPT]) for stage in ("targets", "teams"))
    for folder, record, result, check in (
        (SOUND["targets"], targets, teams["result"], Check.FORMAT),
        (SOUND["teams"], teams, targets["result"], Check.FORMAT),
        (SOUND["targets"], targets, targets["result"][1:], Check.SIZE),
        (SOUND["targets"], targets, [*targets["result"], targets["result"][0]], Check.SIZE),
        (SOUND["targets"], targets, targets["result"][::-1], Check.SIZE),
        (SOUND["teams"], teams, {**teams["result"], "多出的岗位": []}, Check.LOT),
        (SOUND["teams"], teams, {**teams["result"], "T1/消防局/1": []}, Check.LOT),
    ):
        assert judged({**folder, TRANSCRIPT: canonical_json(record | {"result": result})}, tmp_path).check is check


def test_a_transcript_of_another_round_or_attempt_than_its_head_is_named(tmp_path: Path) -> None:
    for changed in (a_head(round="别处"), a_head(attempt=2, previous=Digest("c" * 64))):
        folder = forged(SOUND["targets"], upto=Check.REVEAL, head_json=write(changed))
        assert judged(folder, tmp_path).check is Check.FORMAT
