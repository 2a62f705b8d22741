"""What `bench --scaling` cuts from a problem is a problem of its own that can be planned."""

from pure.planning.making import a_county, breaches, planned

from coordinator.scaling import cut
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
