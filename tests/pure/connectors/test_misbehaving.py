"""Partners on bad days: by chance from a seed, as often as they were told to, and with books that stay right."""

import asyncio
from collections import Counter

import pytest
from pure.connectors.partnering import KEY, SHORT, now, posted, webhook_to

from connectors.contract import TemporaryError
from connectors.partners.http import LOOPBACK, standing
from connectors.partners.misbehaving import REFUSING, Fault, Misbehaviour, read_misbehaviour
from connectors.partners.webhook import WebhookPartner
from connectors.webhook import SigningKey


def test_faults_come_as_often_as_they_were_ordered_and_alike_for_a_seed() -> None:
    drawn = [read_misbehaviour("500:5%, 429:1% ,slow,reset:0.5%", 7) for _ in range(2)]
    first, second = ([each.draw() for _ in range(20_000)] for each in drawn)
    assert first == second
    counts = Counter(mishap.fault for mishap in first if mishap)
    assert {Fault(name): pytest.approx(share * 20_000, rel=0.3) for name, share in ORDERED.items()} == counts
    assert {mishap.has_effect for mishap in first if mishap and mishap.fault in REFUSING} == {False}
    assert {mishap.has_effect for mishap in first if mishap and mishap.fault is Fault.ERROR} == {True, False}


ORDERED = {"500": 0.05, "429": 0.01, "slow": 0.01, "reset": 0.005}


@pytest.mark.parametrize("text", ["teapot", "500:x", "500:99%,slow:2%", "500:-1%", "500:nan"])
def test_what_cannot_be_ordered_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"看不懂|100%"):
        read_misbehaviour(text)


@pytest.mark.parametrize("fault", sorted(set(Fault) - REFUSING))
async def test_a_fault_may_hide_that_the_package_was_taken_and_the_repeat_finds_it(fault: Fault) -> None:
    """A seed whose first bad day comes after the effect, and a second try on a good day."""
    partner = WebhookPartner([SigningKey(KEY)], now)
    seed = next(n for n in range(99) if (drawn := Misbehaviour({fault: 1.0}, n).draw()) and drawn.has_effect)
    async with webhook_to(partner.handle, misbehaviour=Misbehaviour({fault: 1.0}, seed), caps=SHORT) as way:
        with pytest.raises(TemporaryError):
            await way.deliver(posted())
    assert len(partner.taken) == 1
    async with webhook_to(partner.handle) as way:
        await way.deliver(posted())
    assert len(partner.taken) == 1
    assert partner.told.total() == 2


async def test_what_is_no_http_is_hung_up_on_and_others_are_served() -> None:
    partner = WebhookPartner([SigningKey(KEY)], now)
    async with standing(partner.handle, now) as address:
        reader, writer = await asyncio.open_connection(LOOPBACK, int(address.rpartition(":")[2]))
        writer.write(b"\x16\x03\x01 what is this\r\n\r\n")
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()
        reader, writer = await asyncio.open_connection(LOOPBACK, int(address.rpartition(":")[2]))
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.close()
