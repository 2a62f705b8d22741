"""Deliveries over HTTP to partners on bad days, at a size that fits here; 10,000 are brought by load/deliveries.py."""

from datetime import UTC, datetime

import pytest
from load.deliveries import REPEATED, deliver_all, once_each_and_in_order
from load.dispatcher import Brisk
from postgres.outbox_world import world
from support.databases import Database

from coordinator.storage.connection import Pool

COUNT, KILLS, PACE = 200, 1, 20


@pytest.mark.parametrize("kind", ["webhook", "supervision"])
async def test_every_package_has_its_effect_once_and_in_order_whatever_happens_on_the_way(
    pool: Pool, database: Database, kind: str
) -> None:
    clock = Brisk(datetime.now(UTC), PACE)
    ended = await deliver_all(world(pool, clock), database.app_url, clock, kind, COUNT, KILLS)
    assert ended.is_once_each_and_in_order
    assert ended.undelivered == 0
    assert ended.failed_tries > COUNT / 50, "5 % of the requests meet a fault"
    assert ended.told.total() >= COUNT + COUNT / REPEATED
    assert len(ended.told) == COUNT


@pytest.mark.parametrize(
    "effects",
    [
        [("甲", "一", 1, "a"), ("甲", "一", 1, "a")],
        [("甲", "一", 1, "a")],
        [("甲", "一", 2, "a"), ("甲", "一", 1, "b")],
        [("甲", "一", 1, "a"), ("甲", "一", 3, "b")],
    ],
    ids=["twice", "lost", "out of order", "one between"],
)
def test_what_goes_wrong_would_be_seen(effects: list[tuple[str, str, int, str]]) -> None:
    assert not once_each_and_in_order(effects, 2)
    assert once_each_and_in_order([("甲", "一", 1, "a"), ("乙", "一", 1, "b")], 2)
