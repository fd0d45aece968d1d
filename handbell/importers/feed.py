"""How does an import run? Files in, a report out; the entry point of this room.

The order of files does not matter: they are sorted by what they bring (the practice, facilities,
patients, then what refers to them; HL7 messages by the time they were sent). One file is one
transaction, as are all HL7 files of a folder: stored as a whole, flaws left out, or not at all.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.numbers import get_territory_currencies
from django.db import DataError, IntegrityError, connection, transaction

from handbell.access.models import Facility, Practice, StaffMember
from handbell.importers.context import Context, Places, likely_zone
from handbell.importers.detect import Format, Guess, guess_source
from handbell.importers.facts import Flaw, Kind, Severity
from handbell.importers.fhir.scope import Heard
from handbell.importers.marks import write_marks
from handbell.importers.practice import parse_practice
from handbell.importers.practice_feed import BY_FILE, store_practice
from handbell.importers.reading import READERS, Desk
from handbell.importers.report import FileReport, ImportReport, Sink
from handbell.importers.source import Source
from handbell.importers.staging import Staging, Target, Watch
from handbell.importers.storing import Store
from handbell.importers.times import order_of
from handbell.importers.words import plain
from handbell.policy.zones import zone


class PracticeNeeded(ValueError):
    """The files do not say whose they are; `slugs` are the practices there are."""

    def __init__(self, slugs: Sequence[str]) -> None:
        self.slugs = tuple(slugs)
        there = ", ".join(slugs) if slugs else "none yet"
        super().__init__(
            "whose files are these? Put a practice.toml beside them or name the practice with "
            f"--practice (there are: {there})"
        )


@dataclass(slots=True)
class _Run:
    """What the files of one import share; `heard` is of the group being imported."""

    now: datetime
    report: ImportReport
    watch: Watch | None
    sink: Sink | None
    by: StaffMember | str = BY_FILE  # who writes the texts a practice.toml brings
    may_share: bool = True  # a number or address that another practice sends as
    is_one_transaction: bool = False  # or one for each file
    heard: Heard = field(default_factory=Heard)

    def file_report(self, name: str, format_: str) -> FileReport:
        return FileReport(name=name, format=format_, sink=self.sink)


def import_paths(
    paths: Iterable[Path | Source],
    *,
    practice: Practice | None,
    now: datetime,
    progress: Watch | None = None,
    on_flaw: Sink | None = None,
    dry_run: bool = False,
    by: StaffMember | str = BY_FILE,
    may_share: bool = True,
    mark: bool = True,
) -> ImportReport:
    """Import files and folders; return what became of every row. Idempotent.

    Each folder is one practice's, and so are all files named singly: the practice its practice.toml
    describes, else `practice`, else the only one there is. Raises PracticeNeeded if that leaves
    none. `now` is the moment the facts become known. `on_flaw` is told every flaw, of which the
    report keeps the first places only. With `dry_run` everything is done and then taken back.
    `by` stands as the author of texts, whom no second person can be. Unless it `may_share` them, a
    practice gets no sender that another practice has. Without `mark` nobody is marked for the
    planner; `marks.marked` says who would be. Needs a transaction for that.
    """
    run = _Run(now, ImportReport(dry_run=dry_run), progress, on_flaw, by, may_share)
    return _import(_groups(paths), practice, run, mark=mark)


def import_bytes(
    content: bytes,
    *,
    name: str,
    practice: Practice | None,
    now: datetime,
    progress: Watch | None = None,
    on_flaw: Sink | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Import one file's bytes (an upload); `name` is what the report calls it. See import_paths."""
    group = [_Found(Source(name=name, data=content), alone=True)]
    return _import([group], practice, _Run(now, ImportReport(dry_run=dry_run), progress, on_flaw))


@dataclass(frozen=True, slots=True)
class _Found:
    """A file to import; `alone`: the only one, not one of several that belong together."""

    source: Source
    alone: bool = False


def _groups(paths: Iterable[Path | Source]) -> list[list[_Found]]:
    """Return the files, those of one practice together. Hidden files are left out."""
    single: list[Source] = []
    groups: list[list[_Found]] = []
    for path in paths:
        if isinstance(path, Source):
            single.append(path)
        elif path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and not _is_hidden(p, path))
            names = [str(Path(path.name) / p.relative_to(path)) for p in inside]
            groups.append([_Found(Source(n, p)) for n, p in zip(names, inside, strict=True)])
        else:
            single.append(Source(path.name, path))
    named = [_Found(source, alone=len(single) == 1) for source in single]
    return [named, *groups] if named else groups


def _is_hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _import(
    groups: list[list[_Found]], practice: Practice | None, run: _Run, *, mark: bool = True
) -> ImportReport:
    dry_run = run.report.dry_run
    run.is_one_transaction = dry_run or connection.in_atomic_block
    with transaction.atomic() if dry_run else nullcontext():
        for group in groups:
            _import_group(group, practice, run)
        if dry_run:
            transaction.set_rollback(True)
        elif run.is_one_transaction and mark:
            write_marks()
    run.report.check()
    return run.report


def _import_group(group: list[_Found], given: Practice | None, run: _Run) -> None:
    guessed = [(guess_source(found.source), found) for found in group]
    guessed.sort(key=lambda pair: (pair[0].rank, pair[0].sent_at, pair[1].source.name))
    describing = [found for what, found in guessed if what.format is Format.PRACTICE]
    rest = [pair for pair in guessed if pair[0].format is not Format.PRACTICE]
    practice = _describe(describing, given, run) if describing else given or _only_practice()
    run.heard = Heard()  # one practice's practitioners are not another's
    if practice is not None and practice.slug not in run.report.practices:
        run.report.practices.append(practice.slug)
    for what, files in _together(rest):
        if practice is not None:
            run.report.files.append(_import_files(what, files, practice, run))
            continue
        for found in files:
            report = run.file_report(found.source.name, what)
            report.take_flaw(_whole(found, "its practice is not known", "mend practice.toml first"))
            run.report.files.append(report)


def _together(guessed: list[tuple[Guess, _Found]]) -> Iterator[tuple[Format, list[_Found]]]:
    """Yield what is imported in one transaction: a file, or all HL7 files of a group.

    HL7 files hold a message each as a rule, and several say what became of one visit: only their
    last word counts, so that importing the folder again changes nothing.
    """
    messages = [found for what, found in guessed if what.format is Format.HL7V2]
    for what, found in guessed:
        if what.format is not Format.HL7V2:
            yield what.format, [found]
        elif found is messages[0]:
            yield what.format, messages


def _head(source: Source) -> bytes:
    try:
        return source.peek()
    except OSError:  # told when the file is read
        return b""


def _only_practice() -> Practice:
    practices = list(Practice.objects.order_by("slug")[:100])
    if len(practices) != 1:
        raise PracticeNeeded([practice.slug for practice in practices])
    return practices[0]


def _describe(describing: list[_Found], given: Practice | None, run: _Run) -> Practice | None:
    """Store the practice a group's practice.toml describes, and return whose the group is."""
    practice = given
    for number, found in enumerate(describing):
        report = run.file_report(found.source.name, Format.PRACTICE)
        run.report.files.append(report)
        if number:
            cure = "keep one practice.toml in a folder"
            report.take_flaw(_whole(found, "the folder describes another practice already", cure))
            continue
        with transaction.atomic():
            practice = _describe_one(found, report, given, run) or given
            _end_of_file(run)
    return practice


def _describe_one(
    found: _Found, report: FileReport, given: Practice | None, run: _Run
) -> Practice | None:
    with found.source.open() as file:
        setting, findings = parse_practice(file.read(), file=found.source.name)
    report.rows_read = 1
    report.take_flaws(findings.items)
    if setting is None:
        return None
    if given is not None and not setting.slug:
        setting.slug = given.slug
    if given is not None and given.slug != setting.slug:
        cure = "correct the slug, or import it for the practice it describes"
        report.take_flaw(_whole(found, "it describes another practice than the one named", cure))
        return None
    return store_practice(setting, report, by=run.by, now=run.now, may_share=run.may_share)


def _whole(found: _Found, reason: str, cure: str, severity: Severity = Severity.ROW) -> Flaw:
    """Return the flaw of a file as a whole."""
    return Flaw(found.source.name, 0, "line", Kind.OTHER, "", "file", reason, cure, severity)


def _import_files(what: Format, files: list[_Found], practice: Practice, run: _Run) -> FileReport:
    """Import files of one format in a transaction of their own."""
    name = files[0].source.name if len(files) == 1 else f"{len(files)} {what} files"
    report = run.file_report(name, what)
    if what is Format.UNKNOWN:
        report.take_flaw(_unknown(files[0]))
        return report
    try:
        with transaction.atomic():
            target = _target(practice, run.now)
            staging = Staging(target, report)
            desk = Desk(_context(target), run.heard, staging, run.watch)
            for found in files:
                READERS[what](found.source, desk)
            Store(staging, watch=run.watch).run()
            report.check()
            _end_of_file(run)
    except OSError as error:
        reason = f"it cannot be read ({error.strerror or type(error).__name__})"
        report = _refused(name, what, files, reason, "make it readable", run)
    except (DataError, IntegrityError) as error:
        # A net under the parsers: nothing is stored, and the error's text may hold the data.
        reason = f"the database refused it ({type(error).__name__}, {_constraint(error)})"
        cure = "tell Handbell's maintainers; nothing of it was stored"
        report = _refused(name, what, files, reason, cure, run)
    return report


def _end_of_file(run: _Run) -> None:
    if not run.is_one_transaction:
        write_marks()


def _refused(
    name: str, what: Format, files: list[_Found], reason: str, cure: str, run: _Run
) -> FileReport:
    report = run.file_report(name, what)
    for found in files:
        report.take_flaw(_whole(found, reason, cure))
    return report


def _constraint(error: Exception) -> str:
    """Return the name of the constraint an error is about: ours, and so no patient's."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or "no constraint named"


def _unknown(found: _Found) -> Flaw:
    head = _head(found.source)
    if not head.strip():
        return _whole(found, "the file is empty", "export it again")
    cure = "import CSV, FHIR R4 (JSON), HL7 v2 or practice.toml"
    is_text = all(byte > 8 for byte in head)
    if is_text and not found.alone:  # a README or a licence that lies beside the data
        return _whole(found, "it is no file of data", cure, Severity.NOT_USED)
    return _whole(found, "Handbell cannot tell what it is", cure)


def _target(practice: Practice, now: datetime) -> Target:
    """Return where the facts go; the zone is the practice's, its first facility's, or a guess."""
    facilities = Facility.objects.filter(practice=practice).order_by("id")
    named = [practice.time_zone, *facilities.values_list("time_zone", flat=True)[:1]]
    known = next((name for name in named if zone(name)), "")
    return Target(
        practice=practice,
        now=now,
        zone=known or likely_zone(practice.region),
        zone_is_a_guess=not known,
    )


def _context(target: Target) -> Context:
    """Return what parsers must know of a practice, as the tables have it now."""
    practice, own = target.practice, ZoneInfo(target.zone)
    rows = list(
        Facility.objects.filter(practice=practice).values_list("external_id", "name", "time_zone")
    )
    currencies = get_territory_currencies(practice.region)
    return Context(
        now=target.now,
        region=practice.region,
        zone=own,
        currency=currencies[0] if currencies else "USD",
        places=Places(
            zones={external_id: zone(place) or own for external_id, _, place in rows},
            names=_names((external_id, name) for external_id, name, _ in rows),
        ),
        order=order_of(practice.region),
    )


def _names(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the facilities by the words they are known by, as far as those name only one."""
    names: dict[str, str] = {}
    twice: set[str] = set()
    for external_id, name in rows:
        for called in {plain(name), plain(external_id)}:
            if names.setdefault(called, external_id) != external_id:
                twice.add(called)
    return {called: found for called, found in names.items() if called not in twice}
