"""Worked cases, exact to the byte: our own (tests/vectors/draw.json), and those published with the rules.

Ours hold whole folders, so that another verifier can be tried on them; they only change when the method does.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from pure.chance.both_verifiers import HOLDS, judged

from solver.canonical import canonical_json, read_canonical
from solver.chance.ceremony import Ceremony, seed_of
from solver.chance.document import identify
from solver.chance.frame import frame_file, read_frame
from solver.chance.lots import draw_lots, teams_file
from solver.chance.numbers import Algorithm, Numbers, digest_of
from solver.chance.plan import read_plan
from solver.chance.seed import commitment, commitments_digest, reveals_digest
from solver.chance.targets import selection_file
from solver.chance.transcript import TRANSCRIPT, read_transcript, transcript_file

OWN = json.loads((Path(__file__).parents[2] / "vectors" / "draw.json").read_bytes())
PUBLISHED_FILE = Path(__file__).parents[4] / "shared" / "spec" / "vectors" / "draw.json"
PUBLISHED = json.loads(PUBLISHED_FILE.read_bytes()) if PUBLISHED_FILE.exists() else []

every_own_case = pytest.mark.parametrize("case", OWN, ids=[case["name"] for case in OWN])
every_published_case = pytest.mark.parametrize(
    "case",
    PUBLISHED
    or [pytest.param(None, marks=pytest.mark.skip(reason=f"the published vectors are not at {PUBLISHED_FILE}"))],
)

Case = dict[str, Any]


@every_own_case
def test_an_own_case_comes_out_exactly(case: Case, tmp_path: Path) -> None:
    files = {name: text.encode() for name, text in case["files"].items()}
    document, algorithm = identify(files), Algorithm(case["hash"])
    assert (document.digest, document.file_digests) == (case["document_digest"], case["file_digests"])
    made = {party: commitment(document, party, secret) for party, secret in case["secrets"].items()}
    assert made == case["commitments"]
    transcript = read_transcript(case["transcript"].encode())
    assert commitments_digest(document, transcript.commitments) == case["commitments_digest"]
    assert reveals_digest(document, transcript.reveals) == case["reveals_digest"]
    assert transcript.seed == case["seed"]
    assert digest_of(algorithm, transcript_file(transcript)) == case["transcript_digest"]
    assert judged({**files, TRANSCRIPT: case["transcript"].encode()}, tmp_path).code == HOLDS


@pytest.mark.parametrize("case", [case for case in OWN if case["seed"]], ids=lambda case: case["name"])
def test_an_own_cases_numbers_come_out_exactly(case: Case) -> None:
    numbers = Numbers(case["seed"], Algorithm(case["hash"]))
    for number in case["numbers"]:
        assert str(numbers.number(*number["parts"])) == number["number"]
    below = numbers.below(case["below"]["department"])
    assert [str(below(int(case["below"]["limit"]))) for _ in case["below"]["first"]] == case["below"]["first"]


def published_ceremony(stage: Case) -> Ceremony:
    return Ceremony(
        commitments=stage["commitments"],
        reveals={party: stage["secrets"][party] for party in stage["revealed"]},
        beacon=stage["beacon"],
    )


def frame_of(case: Case) -> dict[str, bytes]:
    entries = [{**entry, "strata": sorted(entry["strata"], key=by_id)} for entry in sorted(case["entries"], key=by_id)]
    units = [(entry, stratum, target) for entry, stratum, target in case["units"]]
    return {
        "head.json": canonical_json(case["head"]),
        "entries.json": canonical_json(entries),
        "frame.tsv": frame_file(units),
    }


def by_id(one: Case) -> str:
    return str(one["id"])


@every_published_case
def test_a_published_draw_of_targets_comes_out_exactly(case: Case) -> None:
    frame = read_frame(frame_of(case))
    document = frame.document
    assert (document.digest, document.file_digests) == (case["document_digest"], case["files"])
    for party, secret in case["secrets"].items():
        assert commitment(document, party, secret) == case["commitments"][party]
    seed = seed_of(document, published_ceremony(case))
    assert seed == case["seed"]
    numbers = Numbers(seed, document.head.hash)
    assert {target: str(numbers.number("target", target)) for target in case["numbers"]} == case["numbers"]
    selection = read_canonical(selection_file(frame, seed))
    assert isinstance(selection, dict)
    assert selection["result"] == case["result"]


@every_published_case
def test_published_lots_come_out_exactly(case: Case) -> None:
    lots, algorithm = case["lots"], Algorithm(case["hash"])
    document = identify({"head.json": canonical_json(lots["head"]), "plan.json": canonical_json(lots["plan"])})
    assert (document.digest, document.file_digests) == (lots["document_digest"], lots["files"])
    for party, secret in lots["secrets"].items():
        assert commitment(document, party, secret) == lots["commitments"][party]
    seed = seed_of(document, published_ceremony(lots))
    assert seed == lots["seed"]
    plan = read_plan(json.dumps(lots["plan"]).encode())
    assert {role: list(team) for role, team in draw_lots(plan, seed, algorithm).items()} == lots["result"]
    teams = read_canonical(teams_file(plan, seed, algorithm))
    assert isinstance(teams, dict)
    assert teams["teams"] == lots["result"]


@every_published_case
def test_published_words_below_a_limit_come_out_exactly(case: Case) -> None:
    expected = case["lots"]["below"]
    below = Numbers(case["lots"]["seed"], Algorithm(case["hash"])).below(expected["department"])
    assert [str(below(int(expected["m"]))) for _ in expected["first"]] == expected["first"]
