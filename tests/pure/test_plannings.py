"""What a planning job is asked survives its way through the job's payload."""

import pytest

from coordinator.domain.plannings import SHARED_FROM, Wish, payload_of, wish_of
from solver.planning.limits import Limit


@pytest.mark.parametrize("limit", [Limit(seconds=0.5), Limit(seconds=300.0), Limit(effort=0), Limit(effort=7)])
@pytest.mark.parametrize("shared_from", [0, SHARED_FROM])
def test_a_wish_is_read_as_it_was_written(limit: Limit, shared_from: int) -> None:
    wish = Wish(limit=limit, shared_from=shared_from)
    assert wish_of({"round": "r1"} | payload_of(wish)) == wish


def test_a_job_handed_in_by_an_older_version_is_shared_from_the_usual_size_on() -> None:
    assert wish_of({"round": "r1", "seconds": "20.0"}) == Wish(limit=Limit(seconds=20.0), shared_from=SHARED_FROM)
