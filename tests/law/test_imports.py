"""Which rooms are pure, and that imports stand at the top where they can be seen."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

HANDBELL = Path(__file__).parent.parent.parent / "handbell"
PURE_ROOMS = ("vocabulary", "policy", "channels")
FRAMEWORKS = {"django", "psycopg", "procrastinate", "config"}
#: Nor may the two innermost rooms know the time of day, a random number, a file or a network.
OUTSIDE = {"random", "secrets", "socket", "os", "asyncio", "aiohttp", "time", "pathlib", "requests"}
CLOCKS = re.compile(
    r"\b(?:datetime\.now|datetime\.utcnow|date\.today|time\.time|time\.monotonic)\b"
)


def modules(*rooms: str) -> list[Path]:
    places = [HANDBELL / room for room in rooms] if rooms else [HANDBELL]
    return [
        path
        for place in places
        for path in sorted(place.rglob("*.py"))
        if "migrations" not in path.parts
    ]


def imported(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, f"{'.' * node.level}{node.module or ''}"


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(HANDBELL))


def test_there_is_something_to_look_at() -> None:
    assert len(modules()) > 150
    assert {path.parent.name for path in modules("policy", "vocabulary")} == {
        "policy",
        "content",
        "vocabulary",
    }


def offenders(paths: list[Path], is_wrong: Callable[[Path], object]) -> list[str]:
    return [name_of(path) for path in paths if is_wrong(path)]


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for _, name in imported(parsed(path))}


def test_the_pure_rooms_know_no_framework() -> None:
    assert not offenders(modules(*PURE_ROOMS), lambda path: roots(path) & FRAMEWORKS)


def test_what_policy_decides_depends_on_its_arguments_alone() -> None:
    paths = modules("policy", "vocabulary")
    # The guard's words are text files that belong to the code, read once when it is imported.
    reads_its_own = {"policy/content/words.py"}
    assert set(offenders(paths, lambda path: roots(path) & OUTSIDE)) == reads_its_own
    assert not offenders(paths, lambda path: CLOCKS.search(path.read_text()))


def test_planning_and_folding_take_the_time_as_an_argument() -> None:
    pure = ["planner/touches.py", "planner/reminders.py", "planner/balances.py",
            "planner/person.py", "planner/difference.py", "receipts/fold.py",
            "dispatch/consequences.py", "dispatch/compose.py", "outbox/lifecycle.py"]  # fmt: skip
    for name in pure:
        text = (HANDBELL / name).read_text()
        assert not CLOCKS.search(text), name
        assert "timezone.now" not in text, name


def late_imports(tree: ast.Module) -> list[str]:
    """Return what functions import of ours; a late import hides who knows whom."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += [
                f"{node.name}: {name}"
                for _, name in imported(node)
                if name.split(".")[0] in {"handbell", "config"} or name.startswith(".")
            ]
    return found


def test_nothing_of_ours_is_imported_late() -> None:
    """But for the commands: they set Django up before they can import what needs it."""
    paths = [path for path in modules() if not path.is_relative_to(HANDBELL / "commands")]
    assert not offenders(paths, lambda path: late_imports(parsed(path)))


def test_a_late_import_would_be_found() -> None:
    assert late_imports(ast.parse("def f():\n    from handbell.facts import people\n"))
    assert not late_imports(ast.parse("from handbell.facts import people\ndef f():\n    pass\n"))


def test_imports_name_their_room_in_full() -> None:
    assert not offenders(modules(), lambda path: any(root == "" for root in roots(path)))


def test_a_module_says_first_which_question_it_answers() -> None:
    paths = [path for path in modules() if path.read_text().strip()]
    assert not offenders(paths, lambda path: not _says_something(ast.get_docstring(parsed(path))))


def _says_something(words: str | None) -> bool:
    first = (words or "").split("\n\n")[0]
    return len(first.split()) >= 3 and first[-1] in ".?:)"
