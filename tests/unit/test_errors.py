from __future__ import annotations

import pytest

from cses_action.errors import (
    ActionError,
    AzureError,
    InputError,
    Problem,
    ProjectError,
    TimeRanOut,
    Unanswered,
)


@pytest.mark.parametrize(
    ("kind", "code"),
    [(ActionError, 1), (InputError, 2), (ProjectError, 3), (AzureError, 4), (Unanswered, 4), (TimeRanOut, 5)],
)
def test_the_exit_code_stands_on_the_class(kind: type[ActionError], code: int) -> None:
    assert kind("x").exit_code == code


def test_a_problem_says_where_what_and_what_to_do_in_one_line() -> None:
    problem = Problem(
        message="No role named Web.", fix="Name it.", file="a.cscfg", line=7, column=3, code="X", request_id="42"
    )
    assert str(problem) == "a.cscfg:7:3: No role named Web. [X] (request id 42) Name it."


def test_a_problem_without_a_place_is_its_message() -> None:
    assert str(Problem(message="It broke.")) == "It broke."


def test_an_error_is_made_of_one_problem() -> None:
    error = ProjectError("wrong", fix="mend", file="a", line=1, code="C")
    assert str(error) == "wrong"
    assert error.problems == (Problem(message="wrong", fix="mend", file="a", line=1, code="C"),)


def test_an_error_of_many_problems_names_each_once() -> None:
    one, two = Problem(message="one"), Problem(message="two")
    error = InputError.of((one, two, one))
    assert isinstance(error, InputError)
    assert error.problems == (one, two)


def test_an_error_takes_the_request_id_that_support_asks_for() -> None:
    error = AzureError("refused", fix="ask")
    assert error.at(request_id="42") is error
    assert error.problems == (Problem(message="refused", fix="ask", request_id="42"),)
