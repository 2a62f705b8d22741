import hashlib
from datetime import datetime
from typing import Any

import pytest
from pure.chance.building import (
    BEACON,
    OUTCOME,
    PARTIES,
    SECRETS,
    SEED,
    TIMES,
    a_ceremony,
    a_plan,
    frame_files,
    held,
    plan_files,
)

from solver.chance.ceremony import Ceremony, accept_commitment, accept_reveal, reason_void, seed_of
from solver.chance.document import FixedDocument
from solver.chance.errors import Broken, Check
from solver.chance.frame import read_frame
from solver.chance.identifiers import Digest, Party, Secret
from solver.chance.seed import commitment, commitments_digest, derive_seed, reveals_digest
from solver.chance.source import Source, fix
from solver.chance.transcript import TRANSCRIPT, declare_void, hold, read_transcript, rehearse, transcript_file

IN_TIME = datetime.fromisoformat("2031-03-01T09:59:59+08:00")
NOBODY = Ceremony(commitments={}, reveals={})


def a_source(**given: Any) -> Source:
    return read_frame(frame_files(**given))


def a_document(**given: Any) -> FixedDocument:
    return a_source(**given).document


def by_hand(*lines: str) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def test_commitment_and_seed_are_what_printf_and_sha256sum_give() -> None:
    document = a_document()
    draw = ("stage\ttargets", "round\t测试县-2031-1", "attempt\t1", f"document\t{document.digest}")
    party, secret = PARTIES[0], SECRETS[PARTIES[0]]
    expected = by_hand("onedoor/commit/2", *draw, f"party\t{party}", f"secret\t{secret}")
    assert commitment(document, party, secret) == expected
    commitments = {PARTIES[1]: Digest("b" * 64), PARTIES[0]: Digest("a" * 64)}
    reveals = {PARTIES[1]: SECRETS[PARTIES[1]]}
    commitment_lines = (f"commitment\t{'a' * 64}\t{PARTIES[0]}", f"commitment\t{'b' * 64}\t{PARTIES[1]}")
    reveal_line = f"reveal\t{SECRETS[PARTIES[1]]}\t{PARTIES[1]}"
    assert derive_seed(document, commitments, reveals, "晴") == by_hand(
        "onedoor/seed/2", *draw, *commitment_lines, reveal_line, "beacon\t晴"
    )
    assert commitments_digest(document, commitments) == by_hand(*commitment_lines)
    assert reveals_digest(document, reveals) == by_hand(reveal_line)


def test_a_commitment_binds_to_one_draw_and_one_attempt() -> None:
    secret = SECRETS[PARTIES[0]]
    documents = (
        a_document(),
        a_document(attempt=2, previous=Digest("c" * 64)),
        a_document(round="测试县-2031-2"),
        fix(plan_files()).document,
    )
    assert len({commitment(document, PARTIES[0], secret) for document in documents}) == len(documents)


def test_parties_commit_then_reveal_and_the_seed_follows() -> None:
    document, ceremony = a_document(), NOBODY
    for party in PARTIES:
        ceremony = accept_commitment(document, ceremony, party, commitment(document, party, SECRETS[party]))
    for party in PARTIES[::-1]:
        ceremony = accept_reveal(document, ceremony, party, SECRETS[party], at=IN_TIME)
    whole = Ceremony(commitments=ceremony.commitments, reveals=ceremony.reveals, beacon=OUTCOME)
    assert seed_of(document, whole) == derive_seed(document, whole.commitments, whole.reveals, OUTCOME)


def test_a_commitment_out_of_turn_is_refused() -> None:
    document = a_document()
    whole = a_ceremony(a_source())
    with pytest.raises(Broken, match="第二份"):
        accept_commitment(document, whole, PARTIES[0], Digest("a" * 64))
    with pytest.raises(Broken, match="不再接受"):
        accept_commitment(document, a_ceremony(a_source(), absent=PARTIES[:1]), PARTIES[0], Digest("a" * 64))
    with pytest.raises(Broken, match=r"不是 head\.json 所列的参与方"):
        accept_commitment(document, NOBODY, Party("路人"), Digest("a" * 64))
    with pytest.raises(Broken, match="64 位"):
        accept_commitment(document, NOBODY, PARTIES[0], Digest("A" * 64))


def test_a_reveal_that_is_late_reused_or_not_as_committed_is_refused() -> None:
    source = a_source()
    document, party, secret = source.document, PARTIES[0], SECRETS[PARTIES[0]]
    committed = a_ceremony(source, silent=PARTIES)
    late = datetime.fromisoformat("2031-03-01T02:00:01+00:00")
    with pytest.raises(Broken, match="截止时间"):
        accept_reveal(document, committed, party, secret, at=late)
    with pytest.raises(Broken, match="以前用过"):
        accept_reveal(document, committed, party, secret, at=IN_TIME, used_before={secret})
    with pytest.raises(Broken, match=r"与其承诺（commitment）不符"):
        accept_reveal(document, committed, party, Secret("0" * 64), at=IN_TIME)
    with pytest.raises(Broken, match="没有提交过承诺"):
        accept_reveal(document, NOBODY, party, secret, at=IN_TIME)


def test_one_secret_serves_one_party_only() -> None:
    document = a_document()
    shared = {party: commitment(document, party, SECRETS[PARTIES[0]]) for party in PARTIES[:2]}
    ceremony = Ceremony(commitments=shared, reveals=dict.fromkeys(PARTIES[:2], SECRETS[PARTIES[0]]), beacon=OUTCOME)
    with pytest.raises(Broken, match="同一个秘密"):
        seed_of(document, ceremony)


def test_with_a_beacon_the_draw_goes_on_without_a_silent_party_while_two_reveal() -> None:
    source = a_source()
    assert not reason_void(source.document.head, a_ceremony(source, silent=PARTIES[:1]))
    assert "至少须有 2 方" in reason_void(source.document.head, a_ceremony(source, silent=PARTIES[:2]))


def test_without_a_beacon_all_who_committed_must_reveal_and_two_must_remain() -> None:
    source = a_source(beacon=None)
    head = source.document.head
    assert not reason_void(head, a_ceremony(source))
    assert not reason_void(head, a_ceremony(source, absent=PARTIES[:1]))
    assert "水务局 未公布" in reason_void(head, a_ceremony(source, silent=PARTIES[:1]))
    assert "至少须有 2 方" in reason_void(head, a_ceremony(source, absent=PARTIES[:2]))


def test_a_single_operator_may_draw_for_a_single_party() -> None:
    source = a_source(beacon=None, parties=PARTIES[:1])
    head = source.document.head
    assert "至少须有 2 方" in reason_void(head, a_ceremony(source))
    assert not reason_void(head, a_ceremony(source, single_operator=True))
    several = a_source(beacon=None)
    assert reason_void(several.document.head, a_ceremony(several, absent=PARTIES[:2], single_operator=True))


@pytest.mark.parametrize(
    "outcome", ["", "骰子: 3 1 7", "骰子: 3 1 6 ", " 骰子: 3 1 6", "骰子: 3 1 6\n", "骰子: ３ 1 6"]
)
def test_a_beacon_is_written_in_one_way_only(outcome: str) -> None:
    source = a_source(beacon=BEACON)
    with pytest.raises(Broken, match="不符合") as refused:
        seed_of(source.document, a_ceremony(source, beacon=outcome))
    assert refused.value.check is Check.SEED


def test_digits_of_a_beacon_are_plain_digits() -> None:
    beacon = type(BEACON)(source="掷", when=BEACON.when, pattern=r"^\d$")
    source = a_source(beacon=beacon)
    assert seed_of(source.document, a_ceremony(source, beacon="3"))
    with pytest.raises(Broken):
        seed_of(source.document, a_ceremony(source, beacon="３"))


def test_no_outcome_is_given_where_no_beacon_was_announced() -> None:
    source = a_source(beacon=None)
    with pytest.raises(Broken, match="此处应为空"):
        seed_of(source.document, a_ceremony(source, beacon=OUTCOME))


def test_every_part_of_a_ceremony_changes_the_seed() -> None:
    source = a_source()
    seeds = {
        hold(source, ceremony, TIMES).seed
        for ceremony in (
            a_ceremony(source),
            a_ceremony(source, beacon="骰子: 3 1 5"),
            a_ceremony(source, silent=PARTIES[:1]),
            a_ceremony(source, absent=PARTIES[:1]),
        )
    }
    assert len(seeds) == 4


def test_a_draw_is_not_held_on_a_ceremony_that_broke_a_rule() -> None:
    source = a_source(beacon=None)
    with pytest.raises(Broken, match="本次作废"):
        hold(source, a_ceremony(source, silent=PARTIES[:1]), TIMES)


def test_an_attempt_is_void_only_where_no_seed_may_be_derived() -> None:
    source = a_source(beacon=None)
    void = declare_void(source, a_ceremony(source, silent=PARTIES[:1]), TIMES)
    assert (void.seed, void.result) == (None, None)
    with pytest.raises(Broken, match="不能作废"):
        declare_void(source, a_ceremony(source), TIMES)


def test_a_rehearsal_says_so_and_draws_with_the_given_seed() -> None:
    transcript = rehearse(a_source(), SEED, TIMES)
    assert transcript.rehearsal
    assert transcript.seed == SEED
    assert not transcript.commitments


def test_a_transcript_reads_back_as_it_was_written() -> None:
    for folder in (held(frame_files()), held(plan_files())):
        assert transcript_file(read_transcript(folder[TRANSCRIPT])) == folder[TRANSCRIPT]


def test_a_plan_that_verify_would_refuse_cannot_be_fixed() -> None:
    with pytest.raises(Broken) as refused:
        fix(plan_files(a_plan(scale=99)))
    assert refused.value.check is Check.CHANCE_TABLE
