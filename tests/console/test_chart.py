"""The hour charts: pictures that a strict page may show, and that say what they show."""

from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from handbell.console.chart import Series, stacked_bars, trend

numbers = st.lists(st.integers(min_value=0, max_value=100_000), min_size=1, max_size=24)


def draw(went: list[int], to_go: list[int], title: str = "Text: by the hour") -> str:
    return stacked_bars(
        key="sms",
        title=title,
        description="so many went",
        labels=[f"{hour:02}" for hour in range(len(went))],
        series=[Series("went", went), Series("to go", to_go)],
    )


@settings(max_examples=30, deadline=None)
@given(went=numbers)
def test_a_chart_holds_nothing_a_content_security_policy_refuses(went: list[int]) -> None:
    svg = draw(went, [1] * len(went))
    for node in ElementTree.fromstring(svg).iter():
        assert node.tag not in {"script", "style", "defs", "a"}
        assert not {name for name in node.attrib if name == "style" or name.startswith("on")}


def test_every_number_is_a_bar_of_its_height() -> None:
    root = ElementTree.fromstring(draw([1, 2, 4], [0, 2, 0]))
    heights = [
        [
            float(bar.attrib["height"])
            for bar in root.iterfind(f".//g[@class='series serie-{n} color-{n}']//rect")
        ]
        for n in (0, 1)
    ]
    one = heights[0][0]
    assert [round(height / one, 3) for height in heights[0]] == [1, 2, 4]
    assert [round(height / one, 3) for height in heights[1]] == [0, 2, 0]


def test_a_chart_has_a_title_and_a_description_that_name_it() -> None:
    root = ElementTree.fromstring(draw([1], [0], title='Texts & "calls" <b>'))
    named = root.attrib["aria-labelledby"].split()
    said = {node.attrib.get("id"): node.text for node in root}
    assert [said[name] for name in named] == ['Texts & "calls" <b>', "so many went"]


def test_a_day_without_messages_is_drawn_too() -> None:
    assert "<svg" in draw([0, 0], [0, 0])


def test_a_day_alone_between_days_without_a_rate_is_a_dot() -> None:
    drawn = trend(
        key="one",
        title="Asked to stop",
        description="Now 8.3%.",
        labels=["1", "2", "3"],
        values=[None, 8.3, None],
        limits=[1.5, 3],
    )
    assert drawn.count("<circle") == 1
