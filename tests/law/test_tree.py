"""What may never be in a tracked file, and how the tree is kept readable."""

import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent
LONGEST_FILE = 400  # lines of Python; migrations are written by Django

# Put together from pieces, so that this file does not find itself.
INDEX_ADDRESSES = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "--" + "index-url",
    "--" + "extra-index-url",
    "--" + "find-links",
    "registry" + ".npmjs",
]
MACHINE_PATHS = re.compile(r"(?<![\w.~/-])/(?:(?:" + "wo" + "rk|root)\\b|" + r"home/[a-z])")
NAMELESS = {"services", "utils", "helpers", "managers", "misc", "common"}


def _tracked() -> list[Path]:
    try:
        answer = subprocess.run(
            ["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: what is tracked cannot be known")
    paths = [CHECKOUT / name for name in answer.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""  # a picture


def _found(pattern: "re.Pattern[str]") -> list[str]:
    return [
        f"{path.relative_to(CHECKOUT)}:{number}: {line.strip()[:120]}"
        for path in _tracked()
        for number, line in enumerate(_text(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_package_index() -> None:
    assert not _found(re.compile("|".join(map(re.escape, INDEX_ADDRESSES))))


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    assert not _found(MACHINE_PATHS)


def test_the_pattern_for_machine_paths_finds_them() -> None:
    assert MACHINE_PATHS.search("see " + "/wo" + "rk/main")
    assert MACHINE_PATHS.search('"' + "/ho" + 'me/ann/x"')
    assert not MACHINE_PATHS.search("https://clinic.example/work/hours")


def test_requirements_are_pinned_with_hashes() -> None:
    for path in (CHECKOUT / "requirements").glob("*.txt"):
        lines = [line for line in path.read_text().splitlines() if not line.startswith((" ", "#"))]
        assert lines, path
        unpinned = [
            line for line in lines if not re.match(r"[a-z0-9._-]+(\[.*\])?==\S+ .*\\$", line)
        ]
        assert not unpinned, path


def test_files_stay_short_and_say_what_they_are() -> None:
    python = [
        path for path in _tracked() if path.suffix == ".py" and "migrations" not in path.parts
    ]

    assert not [path for path in python if path.stem in NAMELESS]
    assert not [path for path in python if len(_text(path).splitlines()) > LONGEST_FILE]
    wordless = [path for path in python if not _text(path).lstrip().startswith(('"""', "#!"))]
    assert not [path for path in wordless if _text(path).strip()]
