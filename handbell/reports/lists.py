"""The files a marketing tool imports: one for each status, in a ZIP with a short READ ME.

These pages take one status for a whole file, so who said no stands in a file of their own. What
they would refuse or spoil is not in the files they read, but in one that says why.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

from handbell.reports.cells import BEGINNINGS, row_of_csv, safe
from handbell.reports.declared import Asked, Profile
from handbell.reports.readme import readme
from handbell.reports.statements.patients import addresses
from handbell.reports.writing import Watch, counted, private, stream

#: The files, in the order of the READ ME.
STATUSES: Final = ("subscribed", "unsubscribed", "cleaned")
LEFT_OUT: Final = "not_importable"

#: Before the @ letters of English, figures and marks; one @; no blanks.
_TAKEN: Final = re.compile(r"[!-?A-~]+@[^\s@]+")


def write_lists(profile: Profile, asked: Asked, place: Path, *, watch: Watch) -> int:
    """Write the ZIP; return how many addresses are in its files."""
    counts: Counter[str] = Counter()
    with ExitStack() as opened:
        files = {name: _begin(opened, place, name) for name in (*STATUSES, LEFT_OUT)}
        for name in STATUSES:
            _add(files[name], profile.headings)
        _add(files[LEFT_OUT], (*profile.headings, "Why", "Belongs into"))
        for address, first, last, state in counted(stream(addresses(asked)), watch):
            name = _file_of(state, asked)
            counts[name] += 1
            if not name:
                continue
            why = _why_not(address, profile)
            if why:
                counts[LEFT_OUT] += 1
                counts[name] -= 1
                told = (address, first or "", last or "", why, f"{name}.csv")
                _add(files[LEFT_OUT], safe(told))
                continue
            names = [clipped(text, profile) for text in safe((first or "", last or ""))]
            _add(files[name], (address, *names))
        _pack(profile, asked, place, files, counts)
    return sum(counts[name] for name in STATUSES)


def _add(file: IO[bytes], cells: Sequence[str]) -> None:
    file.write(row_of_csv((cell, True) for cell in cells).encode())


def _begin(opened: ExitStack, place: Path, name: str) -> IO[bytes]:
    path = _piece(place, name)
    opened.callback(path.unlink, missing_ok=True)
    return opened.enter_context(private(path))


def _piece(place: Path, name: str) -> Path:
    return place.with_name(f"{place.name.partition('.')[0]}.{name}")


def _file_of(state: str, asked: Asked) -> str:
    """Return the file an address belongs into, "" for none.

    Who never was asked is written to only if somebody chose that; a "no" is always in its file.
    """
    if state in {"unsubscribed", "cleaned"}:
        return state
    wanted = asked.values.get("permission", "")
    if wanted == "":
        return "subscribed"
    if wanted == "given":
        return "subscribed" if state == "subscribed" else ""
    if wanted == "not_asked":
        return "subscribed" if state == "not_asked" else ""
    return ""


def _why_not(address: str, profile: Profile) -> str:
    """Return why the import page would not take an address as it is, "" if it does."""
    if len(address) > profile.longest_address:
        return f"longer than {profile.longest_address} characters"
    if address[:1] in BEGINNINGS:
        return "begins like a formula"
    if not _TAKEN.fullmatch(address):
        return "has a letter before the @ that is not taken"
    return ""


def clipped(text: str, profile: Profile) -> str:
    """Return a name as long as the page takes it, never cut within a letter."""
    if not profile.names_in_bytes:
        return text[: profile.longest_name]
    return text.encode()[: profile.longest_name].decode(errors="ignore")


def _pack(
    profile: Profile, asked: Asked, place: Path, files: dict[str, IO[bytes]], counts: Counter[str]
) -> None:
    told = readme(profile, asked, counts, left_out=counts[LEFT_OUT])
    with private(place) as whole, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("READ ME.txt", told)
        for name in _shown(counts):
            files[name].flush()
            packed.write(_piece(place, name), f"{name}.csv")


def _shown(counts: Counter[str]) -> Iterator[str]:
    yield from STATUSES
    if counts[LEFT_OUT]:
        yield LEFT_OUT
