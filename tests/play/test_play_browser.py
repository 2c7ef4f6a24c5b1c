"""The playground in a real browser: typed, dragged and clicked, and compared with the engine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograd_mini.numbers import short
from autograd_mini.play import answer, learn, wrong
from autograd_mini.play.graph import ExpressionPasses
from autograd_mini.play.prediction import exercise
from autograd_mini.play.server import PlayServer
from autograd_mini.play.settings import DATA
from autograd_mini.play.wrong import WAYS
from tests.browser import blocked_elsewhere

pytestmark = pytest.mark.browser

Open = Callable[..., Any]

NEURON = "sigmoid(z := w*x + b)"
POINT = {"w": 2.0, "x": 1.5, "b": -1.0}
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True}


@pytest.fixture
def play(open_page: Open) -> Iterator[Open]:
    """Open the playground in a window of its own, from a server of its own."""
    servers: list[PlayServer] = []
    pages: list[Any] = []

    def opened(fragment: str = "", **options: Any) -> Any:
        server = PlayServer()
        servers.append(server)
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        page = open_page(server.address, f"#{fragment}" if fragment else "", **options)
        pages.append(page)
        page.locator("section:not([hidden]) .card").first.wait_for()
        return page

    yield opened
    for page in pages:
        page.wait_for_timeout(300)  # what was asked last is answered
    learn._runs.clear()
    for server in servers:
        server.shutdown()
        server.server_close()


def engine(**question: Any) -> Any:
    return json.loads(answer(json.dumps({"ask": "chain", "text": NEURON, **question})))


def until(page: Any, selector: str, text: str) -> None:
    """Wait until an element says so."""
    page.wait_for_function(
        "([selector, text]) => document.querySelector(selector)?.textContent === text",
        arg=[selector, text],
    )


def result(found: Any) -> str:
    return f"{found['result']['name']} {found['result']['equal']}"


def gradients(page: Any) -> list[str]:
    return list(page.locator("#variables .gradient").all_inner_texts())


def told(found: Any) -> list[str]:
    return [f"{v['derivative']} {v['equal']}" for v in found["variables"]]


def boxes(page: Any) -> list[list[str]]:
    found: list[list[str]] = page.locator("#stage .box").evaluate_all(
        "all => all.map(b => [...b.querySelectorAll('text')].map(t => t.textContent))"
    )
    return found


def drawn(found: Any, steps: int | None = None) -> list[list[str]]:
    """What the boxes hold after so many steps, in the order in which the layout wrote them."""
    lines = list(found["first"])
    for changes in found["changes"][:steps]:
        for place, changed in changes.items():
            lines[int(place)] = changed
    return lines


# --- chain rule ---------------------------------------------------------------------------------


def test_the_token_leaves_the_address_at_once_and_a_reload_goes_on(play: Open) -> None:
    page = play()
    until(page, "#result", result(engine(numbers=POINT)))
    assert "token" not in page.url
    assert page.evaluate("performance.getEntriesByType('resource').length") > 5
    page.reload()
    until(page, "#result", result(engine(numbers=POINT)))


def test_every_example_shows_the_engines_numbers(play: Open) -> None:
    page = play()
    values = page.locator("#examples option").evaluate_all("all => all.map(o => o.value)")
    assert len(values) > 6
    for value in filter(None, values):
        page.locator("#examples").select_option(value)
        text, at = value.split(" @ ")
        numbers = {n: float(x) for n, x in (pair.split("=") for pair in at.split(","))}
        found = engine(text=text, numbers=numbers)
        until(page, "#result", result(found))
        assert page.locator("#expression").input_value() == text
        assert gradients(page) == told(found)
        assert sorted(boxes(page)) == sorted(drawn(found))


def test_what_is_typed_is_followed_and_what_cannot_be_read_is_said(play: Open) -> None:
    page = play()
    until(page, "#result", result(engine(numbers=POINT)))
    page.locator("#expression").fill("tanh(w*x) + w**2")
    until(page, "#result", result(engine(text="tanh(w*x) + w**2", numbers=POINT)))
    page.locator("#expression").fill("tanh(w*x")
    page.locator("#error:not(:empty)").wait_for()
    assert page.locator("#error").inner_text() == engine(text="tanh(w*x")["error"]
    assert page.locator("#expression").get_attribute("aria-invalid") == "true"
    assert page.locator("#stage svg").is_visible()  # what stood there stands
    page.locator("#expression").fill("w*u")
    until(page, "#result", result(engine(text="w*u", numbers=POINT)))
    assert page.locator("#error").is_hidden()
    assert page.locator("#variables b").all_inner_texts() == ["w", "u"]


def test_while_a_slider_moves_only_texts_change(play: Open) -> None:
    page = play()
    until(page, "#result", result(engine(numbers=POINT)))
    page.evaluate("window.kept = [...document.querySelectorAll('#stage *')]")
    places = "kept.map(e => e.getAttribute('d') || e.getAttribute('points') || e.getAttribute('x'))"
    before = page.evaluate(places)
    slider = page.get_by_role("slider", name="x", exact=True)
    frame = slider.bounding_box()
    page.mouse.move(frame["x"] + frame["width"] * 0.6, frame["y"] + frame["height"] / 2)
    page.mouse.down()
    for share in (0.5, 0.4, 0.3, 0.2):
        page.mouse.move(frame["x"] + frame["width"] * share, frame["y"] + frame["height"] / 2)
    page.mouse.up()
    x = float(slider.input_value())
    assert x < 0
    found = engine(numbers={**POINT, "x": x})
    until(page, "#result", result(found))
    assert gradients(page) == told(found)
    assert sorted(boxes(page)) == sorted(drawn(found))
    assert page.evaluate("kept.every(e => e.isConnected)")
    assert page.evaluate(places) == before
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    found = engine(numbers={**POINT, "x": float(slider.input_value())})
    until(page, "#result", result(found))
    page.get_by_label("x, typed").fill("0.123456789012")
    page.keyboard.press("Enter")
    until(page, "#result", result(engine(numbers={**POINT, "x": 0.123456789012})))


def test_long_numbers_stay_in_their_boxes(play: Open) -> None:
    page = play("do=chain&f=exp(w*x)&at=w=3.7,x=-6.1")
    until(page, "#result", result(engine(text="exp(w*x)", numbers={"w": 3.7, "x": -6.1})))
    assert "×" in page.locator("#result").inner_text()
    off = page.locator("#stage .box").evaluate_all(
        "all => all.map(b => { const f = b.querySelector('path, polygon').getBoundingClientRect();"
        "return Math.max(...[...b.querySelectorAll('text')].map(t => {"
        "const r = t.getBoundingClientRect(); return Math.max(f.left - r.left, r.right - f.right);"
        "})); })"
    )
    assert max(off) <= 1


def test_every_step_is_the_walks(play: Open) -> None:
    page = play()
    found = engine(numbers=POINT)
    until(page, "#result", result(found))
    page.get_by_role("button", name="First step").click()
    for number, step in enumerate(found["steps"], 1):
        assert page.locator("#step-place").inner_text() == f"step {number} of {len(found['steps'])}"
        assert page.locator("#now-lines dd").all_inner_texts() == [s for _, s in step["lines"]]
        assert sorted(boxes(page)) == sorted(drawn(found, number))
        if number < len(found["steps"]):
            page.get_by_role("button", name="Next step").click()
    assert page.get_by_role("button", name="Next step").is_disabled()
    assert page.locator("#said").inner_text() == found["steps"][-1]["say"]


def test_boxes_gradients_and_arrows_can_be_opened_by_mouse_and_keyboard(play: Open) -> None:
    page = play()
    found = engine(numbers=POINT)
    until(page, "#result", result(found))
    page.locator("#stage .box-4").click()
    opened = engine(numbers=POINT, box=4)["opened"]
    until(page, "#opened-title", f"Where {opened['title']} comes from")
    assert page.locator("#opened-number dd").all_inner_texts() == [s for _, s in opened["number"]]
    shown = page.locator("#opened-formula mn").all_text_contents()
    assert shown == page.evaluate(
        "html => [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('mn')]"
        ".map(e => e.textContent)",
        opened["formula"],
    )
    page.locator("#variables .gradient").nth(2).click()
    until(page, "#opened-title", "Where ∂f/∂b comes from")
    page.locator("#stage .box-5").focus()
    page.keyboard.press("Enter")
    until(page, "#opened-title", "Where ∂f/∂f comes from")
    page.locator("#stage .arrow-1").focus()
    page.keyboard.press(" ")
    assert page.locator("#step").input_value() == str(found["of_arrow"][1])
    assert "lit" in page.locator("#stage .arrow-1").get_attribute("class")


def test_a_nudge_shows_the_change_beside_what_the_gradient_says(play: Open) -> None:
    page = play()
    until(page, "#result", result(engine(numbers=POINT)))
    page.get_by_role("button", name="b + 0.1").click()
    nudge = engine(numbers=POINT, nudge="b")["nudge"]
    until(page, "#nudge-change", nudge["change"])
    assert page.locator("#nudge-predicted").inner_text() == nudge["predicted"]
    page.get_by_label("How far").fill("-0.5")
    page.keyboard.press("Enter")
    nudge = engine(numbers=POINT, nudge="b", by=-0.5)["nudge"]
    until(page, "#nudge-change", nudge["change"])
    assert page.get_by_role("button", name="b − 0.5").is_visible()
    assert page.locator("#nudge-chart .curve").get_attribute("d").count("L") == 80


def test_predict_first_hides_the_number_and_names_the_mistake(play: Open) -> None:
    page = play()
    found = engine(numbers=POINT)
    until(page, "#result", result(found))
    page.get_by_label("Predict first").check()
    recorded = ExpressionPasses(NEURON, POINT)
    page.locator("#typed").wait_for()
    assert "?" in page.locator("#result").inner_text()
    assert all(text.endswith("?") for text in gradients(page))
    assert page.locator("#opened-part").is_hidden()
    assert page.locator("#nudge-part").is_hidden()
    for place, step in enumerate(recorded.steps):
        wanted = exercise(recorded, step)
        if wanted is None:
            continue
        page.wait_for_function(f"() => document.querySelector('#step').value === '{place}'")
        held = [t for b in boxes(page) for t in b]
        number = step.number if step.phase == "forward" else step.contribution
        if step.phase == "forward":
            assert not any(str(number)[:5] in t for t in held if "=" in t or "≈" in t)
        words, mistake = next(iter(wanted.mistakes.items()))
        page.locator("#typed").fill(repr(mistake))
        page.keyboard.press("Enter")
        until(page, "#verdict", f"Not yet. {words}")
        page.locator("#typed").fill(repr(number))
        page.get_by_role("button", name="Check").click()
        page.locator("#verdict.right").wait_for()
    until(page, "#result", result(found))
    assert gradients(page) == told(found)
    assert page.locator("#opened-part").is_visible()
    assert page.locator("#guess").is_hidden()


def test_what_cannot_be_predicted_can_be_shown(play: Open) -> None:
    page = play("do=chain&f=w*x&predict=1")
    for _ in range(3):
        page.get_by_role("button", name="Show it").click()
    until(page, "#result", "f = 1")
    assert page.locator("#guess").is_hidden()


def test_the_address_keeps_the_state_and_opens_it_again(play: Open) -> None:
    page = play("do=chain&f=x*y&at=x=3,y=-2&step=4&box=1&nudge=y")
    until(page, "#result", "f = −6")
    page.wait_for_timeout(400)
    page.get_by_role("slider", name="x", exact=True).fill("4")
    until(page, "#result", "f = −8")
    page.wait_for_function("() => decodeURIComponent(location.hash).includes('x=4')")
    fragment = page.evaluate("location.hash.slice(1)")
    other = play(fragment)
    until(other, "#result", "f = −8")
    for selector in ("#step-place", "#opened-title", "#nudge-change", "#now-heading"):
        assert other.locator(selector).inner_text() == page.locator(selector).inner_text()
    other.evaluate("location.hash = 'do=chain&f=x%2By&at=x%3D1,y%3D1'")
    until(other, "#result", "f = 2")


# --- learn --------------------------------------------------------------------------------------


def the_run() -> Any:
    ((run, _),) = learn._runs.values()
    return run


def test_a_network_learns_and_every_number_is_the_runs(play: Open) -> None:
    page = play("do=learn&layers=4&data=circles")
    page.locator("#network .node.hidden canvas").first.wait_for()
    first = the_run().costs[0]
    page.locator("#speed").select_option("fast")
    page.get_by_role("button", name="Start").click()
    page.wait_for_function("() => parseInt(document.querySelector('#made').textContent) > 100")
    page.get_by_role("button", name="Pause").click()
    page.locator("#said", has_text="Paused at step").wait_for(state="attached")
    page.wait_for_timeout(300)
    run = the_run()
    assert run.costs[0] < first
    assert page.locator("#made").inner_text() == f"{run.made:,}"
    assert page.locator("#cost-train").inner_text() == short(run.costs[0], 3)
    assert page.locator("#cost-test").inner_text() == short(run.costs[1], 3)
    made = run.made
    page.get_by_role("button", name="Step", exact=True).first.click()
    until(page, "#made", f"{made + 1:,}")
    # the colour in the middle and at the corner is that of the class that the network says
    says = run.reading([[0.0, 0.0], [1.55, 1.55]])[-1]
    pixels = page.evaluate(
        "(() => { const c = document.querySelector('#plane canvas').getContext('2d');"
        "const all = c.getImageData(0, 0, 480, 480).data;"
        "return [[240, 240], [475, 5]].map(([x, y]) => [0, 1, 2, 3].map("
        "k => all[4 * (480 * y + x) + k])); })()"
    )
    for value, (red, _, blue, _) in zip(says, pixels, strict=True):
        assert (value > 0) == (blue > red)
    page.get_by_role("button", name="Reset").first.click()
    until(page, "#made", "0")


def test_weights_neurons_and_the_cost_are_opened(play: Open) -> None:
    page = play("do=learn&layers=3")
    page.locator("#network .node.hidden canvas").first.wait_for()
    page.get_by_role("button", name="Neuron 2 of layer 1").click()
    until(page, "#learn-opened-title", "Neuron a₂⁽¹⁾, and where ∂J/∂a₂⁽¹⁾ comes from")
    page.get_by_role("button", name="w₂₁⁽¹⁾").click()
    title = "Weight w₂₁⁽¹⁾, and where ∂J/∂w₂₁⁽¹⁾ comes from"
    until(page, "#learn-opened-title", title)
    gradient = page.locator("#learn-opened-formula mn").all_text_contents()
    cost, _ = the_run().example(0)
    cost.backward()

    weight = the_run().model.layers[0].neurons[1].w[0]
    assert short(abs(weight.grad), 4) in gradient
    target = page.locator("#network .target").nth(3)
    page.locator("#network").scroll_into_view_if_needed()
    point = target.evaluate(
        "e => { for (let t = 0.03; t < 1; t += 0.01) {"
        "const p = e.getPointAtLength(e.getTotalLength() * t).matrixTransform(e.getScreenCTM());"
        "if (document.elementFromPoint(p.x, p.y) === e) return [p.x, p.y]; } }"
    )
    page.mouse.click(*point)
    page.locator("#learn-opened-title", has_text="Weight w₂₂⁽¹⁾").wait_for()
    page.locator("#plane").click(position={"x": 40, "y": 300})
    page.wait_for_function("() => location.hash.includes('example=')")
    page.locator("#cost-train").click()
    page.locator("#learn-opened-title", has_text="The cost").wait_for()
    page.locator("#opened-weights button").first.click()
    page.locator("#learn-opened-title", has_text="Neuron a₁⁽²⁾").wait_for()


def test_own_points_are_put_down_by_mouse_and_by_keyboard(play: Open) -> None:
    page = play("do=learn&layers=2&data=own")
    page.locator("#own").wait_for()
    page.locator("#learn-error", has_text="put down 4").wait_for()
    frame = page.locator("#plane").bounding_box()
    for x, y in ((0.2, 0.2), (0.3, 0.7)):
        page.locator("#plane").click(position={"x": x * frame["width"], "y": y * frame["height"]})
    page.get_by_label("class 1").check()
    page.locator("#plane").focus()
    for key in ["ArrowRight"] * 8 + ["Enter"] + ["ArrowUp"] * 5 + ["Enter"]:
        page.keyboard.press(key)
    until(page, "#learn-error", "")
    page.wait_for_function("() => document.querySelectorAll('.point').length === 4")
    points = {(x, y, c) for x, y, c in the_run().settings.points}
    assert {c for _, _, c in points} == {0, 1}
    assert any(abs(x + 0.96) < 0.02 and abs(y - 0.96) < 0.02 and c == 0 for x, y, c in points)
    assert any(abs(x - 0.77) < 0.02 and abs(y - 0.0) < 0.02 and c == 1 for x, y, c in points)
    page.get_by_role("button", name="Start").click()
    page.wait_for_function("() => parseInt(document.querySelector('#made').textContent) > 10")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("() => document.querySelectorAll('.point').length === 0")


def test_layers_and_settings_begin_a_run_of_their_own(play: Open) -> None:
    page = play("do=learn&layers=2")
    page.locator("#network .node.hidden").first.wait_for()
    page.get_by_role("button", name="One layer more").click()
    page.wait_for_function("() => document.querySelectorAll('#network .node.hidden').length === 6")
    page.get_by_role("button", name="Layer 1: one neuron more").click()
    page.wait_for_function("() => document.querySelectorAll('#network .node.hidden').length === 7")
    assert the_run().settings.layers == (3, 4)
    for _ in range(2):
        page.get_by_role("button", name="One layer less").click()
    page.wait_for_function("() => document.querySelectorAll('#network .node.hidden').length === 0")
    for name, value, wanted in (
        ("activation", "ReLU", "ReLU"),
        ("loss", "hinge", "hinge"),
        ("optimizer", "momentum", "momentum"),
        ("rate", "0.3", 0.3),
        ("batch", "0", 0),
        ("data", "spiral", "spiral"),
    ):
        page.locator(f"#set-{name}").select_option(value)
        page.wait_for_function(f"() => location.hash.includes('{name}=')")
        assert getattr(the_run().settings, name) == wanted
    assert {*page.locator("#set-data option").evaluate_all("a => a.map(o => o.value)")} == {
        *DATA,
        "own",
    }


def test_what_goes_wrong_is_said_beside_where_it_is(play: Open) -> None:
    page = play("do=learn&layers=8&activation=ReLU&optimizer=SGD&rate=30&lines=gradients")
    page.get_by_role("button", name="Start").click()
    page.locator("#remarks li").first.wait_for()
    page.locator("#network .node.ill, #remarks li").first.wait_for()
    page.get_by_role("button", name="Pause").or_(page.get_by_role("button", name="Start")).click()


# --- wrong ways ---------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_each_wrong_way_runs_beside_the_right_one(play: Open, way: str) -> None:
    page = play(f"do=wrong&way={way}")
    until(page, "#wrong-title", WAYS[way].title)
    assert page.locator("#sides > section").count() == 2
    if not WAYS[way].right:
        graphs: Any = wrong.answer({"way": way})["graphs"]
        bad = graphs[0]["steps"]
        page.get_by_role("slider", name="Step").last.fill(str(len(bad) - 1))
        shown = page.locator("#sides .now dd").all_inner_texts()
        assert shown == ["grad of a = 6", "∂c/∂a = 4"]
        return
    page.get_by_role("button", name="Start both").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('#sides p.numbers')]"
        ".every(p => parseInt(p.textContent) >= 8)"
    )
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(500)
    left, right = page.locator("#sides p.numbers").all_inner_texts()
    assert left.split()[0] == right.split()[0]  # side by side: as many steps
    for run, _ in learn._runs.values():
        assert f"cost {short(run.costs[0], 3)}" in left + right


# --- for everybody ------------------------------------------------------------------------------

PARTS = (
    "do=chain&f=tanh(v*tanh(w*x%2Bb))&predict=",
    "do=chain&f=w*x&predict=1",
    "do=learn&layers=4,3&open=0.1.0&activation=ReLU",
    "do=wrong&way=order&step=7",
    "do=wrong&way=equal",
)


@pytest.mark.parametrize(("scheme", "window"), [("light", {}), ("dark", PHONE)])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    play: Open, scheme: str, window: dict[str, Any]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = play(PARTS[0], color_scheme=scheme, **window)
    for part in PARTS:
        page.evaluate(f"location.hash = '{part}'")
        page.wait_for_timeout(700)
        found = axe.run(page)
        assert found.violations_count == 0, f"{part}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, part


def test_no_request_leaves_the_machine_and_none_tells_where_it_came_from(play: Open) -> None:
    page = play("do=learn&layers=2")
    tried = blocked_elsewhere(page.context)
    headers: list[dict[str, str]] = []
    page.on("request", lambda request: headers.append(request.headers))
    page.reload()
    for name in ("Chain rule", "Wrong ways", "Learn"):
        page.get_by_role("link", name=name).click()
        page.wait_for_timeout(300)
    assert tried == []
    assert len(headers) > 8
    assert not any("referer" in sent for sent in headers)


def test_a_window_without_a_key_says_what_to_do(browser: Any) -> None:
    with PlayServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_context().new_page()
        address = server.address
        for said in ("", "type autograd-mini play again"):
            page.goto("about:blank")
            page.evaluate("window.name = ''")
            page = browser.new_context().new_page()
            page.goto(address)
            page.wait_for_timeout(500)
            assert said in page.locator("#error").inner_text()
            assert (page.locator("#error").inner_text() == "") == (said == "")
        page.context.close()
        server.shutdown()


def test_a_slow_start_is_said(play: Open) -> None:
    page = play()
    held: list[Any] = []
    comes = threading.Event()

    def late(route: Any) -> None:
        if comes.is_set():
            route.continue_()
        else:
            held.append(route)

    page.route("**/answer", late)
    page.reload()
    page.locator("#starting").wait_for()
    comes.set()
    for route in held:
        route.continue_()
    page.locator("#starting").wait_for(state="hidden")
    until(page, "#result", result(engine(numbers=POINT)))


def test_by_touch_on_a_phone(play: Open) -> None:
    page = play(**PHONE)
    until(page, "#result", result(engine(numbers=POINT)))
    page.locator("#stage .box-2").tap()
    until(page, "#opened-title", "Where ∂f/∂v₁ comes from")
    page.get_by_role("link", name="Learn").tap()
    page.locator("#network .node.hidden").first.tap()
    page.locator("#learn-opened-title", has_text="Neuron a₁⁽¹⁾").wait_for()


def test_nothing_moves_where_less_motion_is_asked_for_and_all_text_can_be_selected(
    play: Open,
) -> None:
    page = play(reduced_motion="reduce")
    until(page, "#result", result(engine(numbers=POINT)))
    moving, kept = page.evaluate(
        "(() => { const all = [...document.querySelectorAll('body *')].map(getComputedStyle);"
        "return [all.filter(s => parseFloat(s.transitionDuration) > 0).length,"
        "all.filter(s => s.userSelect === 'none').length]; })()"
    )
    assert (moving, kept) == (0, 0)
