"""Departments' names as people type them: which are known, which were nearly meant, which are really new."""

import pytest

from coordinator.domain.department_names import NearMiss, named_in, refuse_near_miss
from coordinator.domain.ids import DepartmentId

KNOWN = (DepartmentId("某县公安局"), DepartmentId("某县水利局"))


@pytest.mark.parametrize(
    "name", ["某县水利据", "某县水利", "某县水利局局", "某 县水利局", "某县\u3000水利局", "某县水 利局", "县水利局"]
)
def test_a_name_that_is_one_sign_or_blanks_from_a_known_one_is_not_taken_without_a_word(name: str) -> None:
    with pytest.raises(NearMiss, match="某县水利局") as refused:
        refuse_near_miss([name], KNOWN, "department")
    assert refused.value.is_about("department")
    assert refused.value.is_near_miss


@pytest.mark.parametrize("name", ["", "某县水利局", " 某县水利局 ", "某县林业局", "某市水务局", "水利"])
def test_known_names_and_really_new_ones_are_taken(name: str) -> None:
    refuse_near_miss([name], KNOWN, "department")


def test_two_known_names_that_are_alike_stand_beside_each_other() -> None:
    refuse_near_miss(
        ["东区水利局", "西区水利局"], [DepartmentId("东区水利局"), DepartmentId("西区水利局")], "department"
    )


def test_names_are_read_one_a_line_or_parted() -> None:
    assert named_in("某县公安局\r\n 某县水利局 ；\n\n某县林业局、") == (*KNOWN, "某县林业局")
