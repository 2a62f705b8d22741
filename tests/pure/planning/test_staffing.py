"""Which roles a department sends: lawful officers first, expertise at the least cost, thin draws avoided."""

from pure.planning_check.building import a_problem, an_inspector

from solver.planning.ground import lay_out
from solver.planning.problem import Inspector, Policy
from solver.planning.staffing import Crew, Demand, Staffing, merged


def crews(*people: Inspector, demand: Demand, policy: Policy | None = None) -> tuple[Crew, ...]:
    ground = lay_out(a_problem(inspectors=people, policy=policy or Policy()))
    return Staffing(ground).crews(demand, -1)


def roles(crew: Crew) -> list[tuple[int, bool, tuple[str, ...]]]:
    return sorted((post.need, post.certified, post.expertise) for post in crew.posts)


def plain(count: int) -> tuple[Inspector, ...]:
    return tuple(an_inspector(f"消{number}") for number in range(count))


def test_an_expert_with_certificate_is_one_of_the_two_officers() -> None:
    experts = tuple(an_inspector(f"电{number}", expertise=("电气",)) for number in range(2))
    best = crews(*plain(4), *experts, demand=Demand(0, 2, ("电气",)))[0]
    assert roles(best) == [(1, True, ()), (1, True, ("电气",))]
    assert best.thin == 0


def test_an_expert_without_certificate_comes_beside_two_officers() -> None:
    expert = an_inspector("电1", certified=False, expertise=("电气",))
    best = crews(*plain(4), expert, demand=Demand(0, 2, ("电气",)))[0]
    assert roles(best) == [(1, False, ("电气",)), (2, True, ())]


def test_two_fields_held_by_one_person_only_make_one_role() -> None:
    both = an_inspector("双1", expertise=("水质", "电气"))
    best = crews(*plain(4), both, demand=Demand(0, 2, ("水质", "电气")))[0]
    assert roles(best) == [(1, True, ()), (1, True, ("水质", "电气"))]


def test_two_posts_that_only_one_person_could_fill_are_no_crew() -> None:
    both = an_inspector("双1", expertise=("电气",))
    assert crews(both, demand=Demand(0, 2, ("电气",))) == ()


def test_a_role_with_fewer_than_pool_factor_times_its_need_is_thin() -> None:
    assert crews(*plain(3), demand=Demand(0, 2, ()))[0].thin == 1
    assert crews(*plain(4), demand=Demand(0, 2, ()))[0].thin == 0


def test_many_fields_at_once_are_staffed_without_trying_every_grouping() -> None:
    fields = tuple(f"领域{number:02d}" for number in range(12))
    people = tuple(an_inspector(f"专{number}", expertise=(each,)) for number, each in enumerate(fields))
    best = crews(*people, demand=Demand(0, 2, fields))[0]
    assert best.officers == len(fields)


def test_many_fields_held_by_one_person_are_one_role() -> None:
    fields = tuple(f"领域{number:02d}" for number in range(12))
    best = crews(*plain(3), an_inspector("通1", expertise=fields), demand=Demand(0, 2, fields))[0]
    assert best.officers == 2


def test_the_team_minimum_is_met_by_the_department_that_finds_it_easiest() -> None:
    ground = lay_out(a_problem(inspectors=plain(8), policy=Policy(team_minimum=4)))
    staffed = Staffing(ground).staff((Demand(0, 2, ()),), -1)
    assert staffed is not None
    assert staffed[0][0].officers == 4
    assert (
        Staffing(lay_out(a_problem(inspectors=plain(3), policy=Policy(team_minimum=4)))).staff((Demand(0, 2, ()),), -1)
        is None
    )


def test_demands_of_one_department_add_up_to_the_greatest_and_all_fields() -> None:
    together = merged([Demand(1, 2, ("电气",)), Demand(0, 2, ()), Demand(1, 3, ("水质",))])
    assert together == (Demand(0, 2, ()), Demand(1, 3, ("水质", "电气")))


def test_whom_one_role_cannot_do_without_widens_no_other_role() -> None:
    """The only expert goes as the expert for certain: beside one more officer that is no draw at all."""
    expert = an_inspector("电1", expertise=("电气",))
    assert crews(*plain(2), expert, demand=Demand(0, 2, ("电气",)))[0].thin == 1
    assert crews(*plain(1), expert, demand=Demand(0, 2, ("电气",)))[0].thin == 2
