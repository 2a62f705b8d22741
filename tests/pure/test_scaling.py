"""What `bench --scaling` cuts from a problem is a problem of its own that can be planned."""

from xml.etree import ElementTree as ET

from pure.planning.making import a_county, breaches, planned

from coordinator.scaling import cut
from coordinator.scaling_chart import MARGIN, WIDTH, Size, chart
from solver.planning.ids import TargetId
from solver.planning.problem import Apart, Barred


def test_the_nearest_targets_are_cut_out_with_their_matters_and_a_share_of_the_people() -> None:
    county = a_county()
    first, second, *_, last = (each.id for each in county.inspectors)
    whole = a_county(
        barred=tuple(Barred(inspector=first, target=each.id, reason="近亲属任职") for each in county.targets),
        apart=(Apart(inspectors=(first, last), reason="夫妻"), Apart(inspectors=(first, second), reason="夫妻")),
    )
    part = cut(whole, 3)
    assert [each.id for each in part.targets] == [TargetId("厂0"), TargetId("厂1"), TargetId("厂2")]
    assert len(part.matters) == 9
    assert len(part.inspectors) == 9
    assert {each.target for each in part.barred} == {each.id for each in part.targets}
    assert breaches(part, planned(part)) == ()


def test_the_chart_draws_every_size_twice_beside_what_n_log_n_would_be() -> None:
    drawn = ET.fromstring(chart("<县>", [Size(400, 10.0, 200), Size(4000, 140.0, 500)]))  # noqa: S314 - our own
    circles = [each for each in drawn if each.tag.endswith("circle")]
    assert [float(each.get("cx", "")) for each in circles] == [MARGIN, WIDTH - MARGIN] * 2
    texts = [each.text for each in drawn if each.tag.endswith("text")]
    assert texts.count("n log n") == 2
    assert {"<县>", "400", "4,000", "处理器秒", "内存 MiB"} <= set(texts)
