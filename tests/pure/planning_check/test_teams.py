"""Drawn teams held against the plan."""

import json

import pytest
from pure.planning_check.building import a_plan, a_problem, a_role, a_tour, an_inspector

from solver.planning.check.documents import check_documents
from solver.planning.check.teams import Teams, check_teams, read_teams
from solver.planning.ids import DeskMatterId, InspectorId, RoleId, RoundId
from solver.planning.plan import DeskMatter, Plan
from solver.planning.problem import Problem
from solver.planning.reading import Unreadable, write_plan, write_problem


def drawn(**teams: str) -> Teams:
    """Teams by role number, their members' numbers as one text: `_1="13"`."""
    named = {
        RoleId(f"T1/消防队/{role[1:]}"): tuple(InspectorId(f"消{n}") for n in team) for role, team in teams.items()
    }
    return Teams(round=RoundId("河口-1"), seed="0" * 64, hash="sha256", teams=dict(named))


def texts(teams: Teams, plan: Plan | None = None, problem: Problem | None = None) -> str:
    return "".join(breach.text for breach in check_teams(problem or a_problem(), plan or a_plan(), teams))


def chances(**people: int) -> dict[InspectorId, int]:
    return {InspectorId(person): chance for person, chance in people.items()}


TWO_ROLES = a_plan(
    tours=(
        a_tour(
            roles=(
                a_role(need=1, chances=chances(消1=5000, 消2=5000)),
                a_role("T1/消防队/2", need=1, chances=chances(消1=5000, 消3=5000)),
            )
        ),
    )
)


def test_a_team_of_as_many_as_the_role_needs_is_lawful() -> None:
    assert texts(drawn(_1="13")) == ""


@pytest.mark.parametrize("team", ["", "1", "123", "11"])
def test_a_team_has_exactly_as_many_different_people_as_the_role_needs(team: str) -> None:
    assert "应抽出 2 名不同的人员" in texts(drawn(_1=team))


def test_a_role_without_a_team_is_named() -> None:
    assert "应抽出 2 名不同的人员" in texts(drawn())


def test_nobody_goes_who_had_no_chance() -> None:
    plan = a_plan(tours=(a_tour(roles=(a_role(chances=chances(消1=5000, 消2=5000, 消3=10_000, 消4=0)),)),))
    assert texts(drawn(_1="13"), plan) == ""
    assert "没有中签概率" in texts(drawn(_1="34"), plan)
    assert "没有中签概率" in texts(drawn(_1="39"), plan)


def test_whose_chance_is_certain_goes() -> None:
    plan = a_plan(tours=(a_tour(roles=(a_role(chances=chances(消1=5000, 消2=5000, 消3=10_000, 消4=0)),)),))
    assert "概率为 1，却没有抽中" in texts(drawn(_1="12"), plan)


def test_nobody_is_in_two_places_in_one_half_day() -> None:
    assert "同时抽中" in texts(drawn(_1="1", _2="1"), TWO_ROLES)
    assert texts(drawn(_1="1", _2="3"), TWO_ROLES) == ""


def test_the_number_of_roles_is_the_sum_of_chances_rounded_down_or_up() -> None:
    assert "消1 在消防队共抽中 0 次，按概率应为 1 至 1 次" in texts(drawn(_1="2", _2="3"), TWO_ROLES)


def test_a_ceiling_holds_after_the_lots() -> None:
    spared = a_problem(inspectors=(an_inspector("消1", max_half_days=0), *a_problem().inspectors[1:]))
    assert "上限 0 个" in texts(drawn(_1="13"), problem=spared)
    assert texts(drawn(_1="23"), problem=spared) == ""


def test_desk_matters_are_done_by_their_eligible() -> None:
    desk = DeskMatter(
        id=DeskMatterId("D0001"),
        tasks=("R1",),
        department=a_role().department,
        target=a_tour().visits[0].target,
        item="台账",
        need=1,
        eligible=(InspectorId("消1"), InspectorId("消2")),
    )
    tours = drawn(_1="34").teams

    def with_desk(*people: str) -> str:
        teams = {**tours, desk.id: tuple(map(InspectorId, people))}
        return texts(Teams(round=RoundId("河口-1"), seed="0" * 64, hash="sm3", teams=teams), a_plan(desk=(desk,)))

    assert with_desk("消2") == ""
    assert "不在书面事项 D0001 的可抽人员之列" in with_desk("消3")
    assert "应抽出 1 名不同的人员" in with_desk("消1", "消2")


def test_a_role_that_the_plan_does_not_have_is_named() -> None:
    assert "计划中没有岗位 T1/消防队/9" in texts(drawn(_1="13", _9="2"))


def test_teams_of_another_round_are_named() -> None:
    other = Teams(round=RoundId("河口-2"), seed="0" * 64, hash="sha256", teams=drawn(_1="13").teams)
    assert "属于轮次 河口-2" in texts(other)


def test_teams_count_in_the_verdict_on_the_files() -> None:
    document = {"format": "onedoor/teams/1", "round": "河口-1", "seed": "0" * 64, "hash": "sha256"}
    files = write_problem(a_problem()), write_plan(a_plan())
    whole = json.dumps(document | {"teams": {"T1/消防队/1": ["消1", "消3"]}}).encode()
    short = json.dumps(document | {"teams": {"T1/消防队/1": ["消1"]}}).encode()
    assert check_documents(*files, whole).lawful
    assert not check_documents(*files, short).lawful


def test_a_file_that_holds_no_teams_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read_teams(b'{"format": "onedoor/plan/1"}')
    with pytest.raises(Unreadable, match="缺少字段"):
        read_teams(b'{"format": "onedoor/teams/1", "round": "r", "seed": "0", "hash": "sha256"}')
