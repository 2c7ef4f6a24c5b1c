"""The slide table: where each slide of the deck runs, and what shows that it does.

A *row* names a slide by its place, the lesson's function, the notebook and its cell, an *edit* of
that cell such as a learner makes (a number becomes another), the number that must then change, and
the test that compares the lesson with something it did not compute itself.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from autograd_mini.lessons import course, deck
from autograd_mini.lessons.course import Builder
from autograd_mini.lessons.lesson import Lesson, heading
from autograd_mini.lessons.slides import (
    activations,
    chain_rule,
    collapse,
    cost,
    descent,
    forward,
    learning,
    logistic,
    networks,
    regression,
    shallow,
    surface,
    worked,
    xor,
)
from tests.notebooks import SOURCES, cells_of, value_of

HERE = Path(__file__).parent


class Row(NamedTuple):
    """A slide, and where a learner changes a number of it."""

    place: int
    lesson: Builder
    notebook: str
    cell: str
    edit: tuple[str, str]
    number: str
    test: str

    @property
    def source(self) -> Path | None:
        """The notebook's source."""
        return next((path for path in SOURCES if path.name.startswith(self.notebook)), None)

    @property
    def code(self) -> str:
        """The text of the cell; "" if there is no such cell."""
        if self.source is None:
            return ""
        return next((cell.text for cell in cells_of(self.source) if cell.name == self.cell), "")

    def shown(self, code: str) -> dict[str, float]:
        """The numbers that the cell shows, run after the notebook's imports."""
        assert self.source is not None
        namespace: dict[str, object] = {}
        imports = next(cell.text for cell in cells_of(self.source) if cell.kind == "code")
        value_of(imports, namespace)
        lesson = value_of(code, namespace)
        assert isinstance(lesson, Lesson)
        assert lesson.title == heading(self.lesson).title
        return dict(lesson.printed())


SLIDES, CHAIN, XOR = "test_slides", "test_chain_rule", "test_xor"

TABLE = (
    Row(1, learning.reading, "01", "reading", ("w=2.0", "w=2.5"), "z",
        f"{SLIDES}::test_the_first_picture_is_read_from_its_derivatives"),
    Row(2, learning.approximation, "01", "approximation", ("theta0=1.0", "theta0=1.5"), "MSE",
        f"{SLIDES}::test_the_line_misses_the_data_as_numpy_says"),
    Row(3, learning.approximation, "01", "approximation", ("theta1=2.0", "theta1=1.5"),
        "∂MSE/∂θ₁", f"{SLIDES}::test_the_line_misses_the_data_as_numpy_says"),
    Row(4, learning.dataset, "01", "dataset", ("495.0", "500.0"),
        "X and Y in code: examples are rows, row 1, Y (thousand dollars)",
        f"{SLIDES}::test_the_two_tables_of_a_data_set_hold_the_same_numbers"),
    Row(5, regression.one_dimensional, "02", "one-input", ("m=2.0", "m=2.5"), "y",
        f"{SLIDES}::test_a_line_in_one_and_in_many_dimensions"),
    Row(5, regression.many_dimensional, "02", "many-inputs", ("b=0.5", "b=1.5"), "y",
        f"{SLIDES}::test_a_line_in_one_and_in_many_dimensions"),
    Row(5, regression.fitted_line, "02", "fitted-line", ("steps=200", "steps=20"), "MSE after",
        f"{SLIDES}::test_the_fitted_line_is_the_one_of_least_squares"),
    Row(6, regression.house_price, "02", "house-price", ("(5, ", "(4, "), "z",
        f"{SLIDES}::test_the_house_price_uses_the_slides_features"),
    Row(6, regression.scaling, "02", "scaling", ("1000", "100"), "z after one step, scaled",
        f"{SLIDES}::test_scaling_keeps_the_price_and_tames_the_gradient"),
    Row(7, logistic.combination, "03", "combination", ("b=0.3", "b=0.4"), "z",
        f"{SLIDES}::test_logistic_regression_in_three_steps"),
    Row(8, logistic.activation, "03", "activation", ("b=0.3", "b=0.4"), "ŷ",
        f"{SLIDES}::test_logistic_regression_in_three_steps"),
    Row(9, logistic.difference, "03", "difference", ("y=1.0", "y=0.0"), "L(a, y)",
        f"{SLIDES}::test_logistic_regression_in_three_steps"),
    Row(10, logistic.afford, "03", "afford", ("budget=510", "budget=400"), "ŷ",
        f"{SLIDES}::test_the_house_of_slide_6_is_the_one_that_is_afforded"),
    Row(11, networks.single, "04", "single", ("b=0.3", "b=0.4"), "a, compact",
        f"{SLIDES}::test_one_regression_several_and_one_on_top"),
    Row(12, networks.several, "04", "several", ("(1.5, 2.0)", "(1.5, 1.0)"), "a₁",
        f"{SLIDES}::test_one_regression_several_and_one_on_top"),
    Row(13, networks.stacked, "04", "stacked", ("-0.2", "0.2"), "ŷ",
        f"{SLIDES}::test_one_regression_several_and_one_on_top"),
    Row(14, shallow.layers, "05", "layers", ("nin=3", "nin=5"), "parameters",
        f"{SLIDES}::test_the_network_for_going_to_class_is_3_4_1"),
    Row(15, shallow.layers, "05", "layers", ("nouts=(4, 1)", "nouts=(6, 1)"), "parameters",
        f"{SLIDES}::test_the_network_for_going_to_class_is_3_4_1"),
    Row(16, shallow.neuron, "05", "neuron", ("b=0.3", "b=-0.1"), "z",
        f"{SLIDES}::test_a_neuron_is_silent_below_its_threshold"),
    Row(17, shallow.three_steps, "05", "three-steps", ("alpha=0.01", "alpha=0.02"), "J after",
        f"{SLIDES}::test_one_training_step_lowers_the_cost"),
    Row(18, shallow.going_to_class, "05", "going-to-class", ("17.0", "3.0"), "ŷ",
        f"{SLIDES}::test_the_network_for_going_to_class_is_3_4_1"),
    Row(19, activations.activations, "06", "activations", ("z=0.5", "z=1.5"), "σ(z)",
        f"{SLIDES}::test_the_ranges_of_the_activations"),
    Row(20, xor.linear_model, "06", "xor-linear", ("(0, 1, 1, 0)", "(0, 0, 0, 1)"), "J after",
        f"{XOR}::test_the_linear_classifier_ends_near_one_half"),
    Row(20, xor.two_layers, "06", "xor-network", ("width=3", "width=2"), "parameters",
        f"{XOR}::test_two_layers_get_all_four_right"),
    Row(21, collapse.collapse, "06", "collapse", ("w1=2.0", "w1=1.5"), "w₂w₁",
        f"{SLIDES}::test_linear_layers_collapse"),
    Row(22, forward.loops, "07", "loops", ("(0.9, 1.0, 3.0)", "(0.9, 1.0, 8.0)"), "ŷ⁽²⁾",
        f"{SLIDES}::test_the_three_loops_agree_with_the_network"),
    Row(23, cost.computing, "08", "computing", ("0.6", "0.7"), "J",
        f"{SLIDES}::test_the_cost_is_the_sum_of_m_losses"),
    Row(24, cost.examples, "08", "examples", ("2.5", "2.0"), "MSE",
        f"{SLIDES}::test_the_example_costs"),
    Row(25, cost.valley, "08", "valley", ("theta=-0.5", "theta=2.0"), "∂J/∂θ",
        f"{SLIDES}::test_the_slope_points_to_the_minimum_and_does_not_reach_it"),
    Row(26, worked.first_neuron, "09", "first-neuron", ("17.0", "10.0"), "z₁⁽¹⁾",
        f"{SLIDES}::test_the_first_hidden_neuron_is_0_6986_and_the_slide_rounds_it"),
    Row(27, worked.output_sum, "09", "output-sum", ("17.0", "10.0"), "z₁⁽²⁾",
        f"{SLIDES}::test_the_prediction_and_the_loss_are_what_the_slide_prints"),
    Row(28, worked.prediction_and_loss, "09", "prediction-and-loss", ("y=1.0", "y=0.0"),
        "L(ŷ, y)", f"{SLIDES}::test_the_prediction_and_the_loss_are_what_the_slide_prints"),
    Row(29, worked.decision, "09", "decision", ("y=1.0", "y=0.0"), "L(ŷ, y)",
        f"{SLIDES}::test_the_decision_asks_about_the_prediction"),
    Row(30, descent.parameters_and_hyperparameters, "10", "parameters",
        ("alpha=0.001", "alpha=0.002"), "α",
        f"{SLIDES}::test_parameters_are_changed_by_a_step_except_those_of_a_silent_neuron"),
    Row(31, descent.parameters_and_hyperparameters, "10", "parameters",
        ("alpha=0.001", "alpha=0.0"), "changed by one step",
        f"{SLIDES}::test_parameters_are_changed_by_a_step_except_those_of_a_silent_neuron"),
    Row(32, descent.cost_again, "08", "cost-again", ("0.6", "0.7"), "J",
        f"{SLIDES}::test_the_cost_is_the_sum_of_m_losses"),
    Row(33, descent.learning_the_weights, "10", "slope", ("alpha=0.4", "alpha=0.2"),
        "θ after one step",
        f"{SLIDES}::test_the_slope_points_to_the_minimum_and_does_not_reach_it"),
    Row(34, surface.steepest, "10", "steepest", ("theta0=3.0", "theta0=2.0"), "J after one step",
        f"{SLIDES}::test_no_step_of_that_length_goes_lower_than_the_one_against_the_gradient"),
    Row(35, descent.each_slope, "10", "each-slope", ("y=1.0", "y=0.0"),
        "All slopes, row 1, backward()",
        f"{SLIDES}::test_every_slope_agrees_with_what_is_measured"),
    Row(36, descent.rule, "10", "rule", ("alpha=0.4", "alpha=0.2"), "θ at the end",
        f"{SLIDES}::test_gradient_descent_follows_the_rule"),
    Row(37, descent.network_descent, "10", "network-descent", ("steps=400", "steps=100"),
        "J after",
        f"{SLIDES}::test_training_the_network_lowers_the_cost_and_gets_all_samples_right"),
    Row(38, chain_rule.simple, "11", "simple", ("x=0.8", "x=0.5"), "product",
        f"{CHAIN}::test_the_outer_derivative_is_taken_at_the_inner_value"),
    Row(38, chain_rule.output_layer, "11", "output-layer", ("y=1.0", "y=0.0"), "∂J/∂a⁽²⁾",
        f"{CHAIN}::test_the_lessons_show_every_weight_of_both_layers"),
    Row(38, chain_rule.hidden_layer, "11", "hidden-layer", ("y=1.0", "y=0.0"),
        "Every weight of the hidden layer, row 1, product",
        f"{CHAIN}::test_the_lessons_show_every_weight_of_both_layers"),
)  # fmt: skip


def complaints(table: Sequence[Row]) -> Iterator[str]:
    """What a table lacks: slides, lessons, cells, edits, tests."""
    rows = {row.place for row in table}
    yield from (
        f"slide {slide.place} has no row" for slide in deck.SLIDES if slide.place not in rows
    )
    shown = {row.lesson for row in table}
    for part in course.PARTS:
        yield from (f"{name(make)} is in no row" for make in part.lessons if make not in shown)
    for row in table:
        yield from (f"slide {row.place}: {what}" for what in _faults(row))


def _faults(row: Row) -> Iterator[str]:
    if row.place not in heading(row.lesson).slides:
        yield f"{name(row.lesson)} is on {deck.cited(heading(row.lesson).slides)}"
    if not row.code:
        yield f"notebook {row.notebook} has no cell {row.cell}"
    elif f"{name(row.lesson)}(" not in row.code:
        yield f"the cell {row.cell} does not call {name(row.lesson)}"
    elif row.code.count(row.edit[0]) != 1:
        yield f"the cell {row.cell} has {row.edit[0]} {row.code.count(row.edit[0])} times"
    file, _, function = row.test.partition("::")
    body = _tests(file).get(function)
    if body is None:
        yield f"there is no test {row.test}"
    elif name(row.lesson) not in body:
        yield f"{row.test} does not look at {name(row.lesson)}"


def name(make: Builder) -> str:
    """A lesson as it is called: module.function."""
    return f"{make.__module__.rpartition('.')[2]}.{make.__name__}"


@functools.cache
def _tests(file: str) -> dict[str, str]:
    """The functions of a test file, and their text."""
    text = (HERE / f"{file}.py").read_text(encoding="utf-8")
    return {
        node.name: ast.get_source_segment(text, node) or ""
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }
