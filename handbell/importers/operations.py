"""What people do with imports in the console: bring files, say what columns hold, start, stop.

Starting is a change of state that only one click can make, with the job that does the work asked
for in the same transaction; `runs.py` does it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Final

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from handbell.access.audit import record
from handbell.access.models import StaffMember
from handbell.importers.csv.chosen import MEANINGS, guess_columns, lacking
from handbell.importers.csv.headings import is_like_a_row
from handbell.importers.examine import examine
from handbell.importers.models import (
    UNDER_WAY,
    ColumnChoice,
    Import,
    ImportedRow,
    ImportFile,
    ImportFlaw,
)
from handbell.importers.source import Source
from handbell.importers.times import Order
from handbell.importers.uploads import folders_older_than, path_of, remove_folder
from handbell.importers.words import plain
from handbell.vocabulary.words import AuditAct, ImportState

#: How long files lie that nobody imports, and how long the values from before are kept.
FILES_KEPT: Final = timedelta(hours=24)
CHANGES_KEPT: Final = timedelta(days=30)

#: The job that does what an import waits for (jobs.py).
JOB: Final = "import"

S = ImportState

#: From which states a person may start what, and the state it then is in.
STARTS: Final[Mapping[ImportState, frozenset[ImportState]]] = {
    S.CHECKING: frozenset({S.UPLOADED, S.CHECKED, S.FAILED}),
    S.IMPORTING: frozenset({S.CHECKED}),
    S.TAKING_BACK: frozenset({S.IMPORTED}),
}

#: While its files wait for a person: what their columns hold may be said, and they may go.
CHANGEABLE: Final = frozenset({S.UPLOADED, S.CHECKED, S.FAILED})


class AnotherUnderWay(RuntimeError):
    """The practice has another import under way."""


class NewerFirst(RuntimeError):
    """The practice has a newer import that stands: that one is taken back first."""


class NotNow(RuntimeError):
    """A worker has the import, or it is over."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has arrived: what its sender called it, and where it lies."""

    name: str
    kept_as: str
    size: int
    sha256: str


@transaction.atomic
def keep_uploads(
    uploads: Sequence[Upload], *, folder: str, by: StaffMember, now: datetime
) -> Import:
    """Note that files have arrived, and look at what each is."""
    run = Import.objects.create(
        practice_id=by.practice_id,
        staff=by,
        who=by.name,
        state=S.UPLOADED,
        folder=folder,
        created_at=now,
        changed_at=now,
    )
    taken: set[str] = set()
    for position, upload in enumerate(uploads, 1):
        name = _name_of(upload.name, taken)
        found = examine(Source(name, path_of(folder, upload.kept_as)))
        file = ImportFile(
            run=run,
            position=position,
            name=name,
            kept_as=upload.kept_as,
            size=upload.size,
            sha256=upload.sha256,
            format=found.format,
            header=found.header,
            missing=found.missing,
            usable=found.usable,
        )
        if file.header:
            _as_last_time(file, by.practice_id)
        file.save()
    return run


def _name_of(given: str, taken: set[str]) -> str:
    """Return a name for the report: without folders, and told apart from the others."""
    bare = PurePath(given.replace("\\", "/")).name.replace("\0", "")
    whole = "".join(mark for mark in bare if mark.isprintable()).strip()[:180] or "file"
    name, number = whole, 2
    while name in taken:
        name, number = f"{whole} ({number})", number + 1
    taken.add(name)
    return name


def _as_last_time(file: ImportFile, practice_id: int) -> None:
    """Read a table as the practice said the last time it had these headings."""
    known = ColumnChoice.objects.filter(
        practice_id=practice_id, header=digest_of(file.header)
    ).first()
    if known is not None:
        file.columns, file.order, file.missing = known.columns, known.order, []


def digest_of(header: Sequence[str]) -> str:
    """Return what a table's headings are known by, whatever their order."""
    names = sorted(plain(heading) for heading in header)
    return hashlib.sha256("\x1f".join(names).encode("utf-8", "replace")).hexdigest()


def guess_for(file: ImportFile) -> dict[str, str]:
    """Return what the columns of a table are taken to hold until somebody says so."""
    if file.columns:
        return dict(file.columns)
    said: dict[str, str] = {}
    for columns in (
        ColumnChoice.objects.filter(practice_id=file.run.practice_id)
        .order_by("changed_at")
        .values_list("columns", flat=True)
    ):
        said |= {plain(heading): meaning for heading, meaning in columns.items()}
    return guess_columns(file.header, said)


@transaction.atomic
def choose_columns(
    file: ImportFile, columns: Mapping[str, str], order: str, *, by: StaffMember, now: datetime
) -> list[str]:
    """Say what the columns of a table hold; return what is lacking, and then nothing is changed.

    The practice's next table with these headings is read the same way. Raises NotNow once a worker
    has the files: what was checked is what is imported.
    """
    run = Import.objects.select_for_update().get(pk=file.run_id)
    if run.state not in CHANGEABLE:
        raise NotNow
    wanted = {heading: meaning for heading, meaning in columns.items() if meaning in MEANINGS}
    missing = lacking(wanted.values())
    if missing or not wanted:
        return missing
    order = order if order in {Order.MONTH_FIRST.value, Order.DAY_FIRST.value} else ""
    file.columns, file.order, file.missing = wanted, order, []
    file.save(update_fields=["columns", "order", "missing"])
    if not is_like_a_row(file.header):
        ColumnChoice.objects.update_or_create(
            practice_id=run.practice_id,
            header=digest_of(file.header),
            defaults={"columns": wanted, "order": order, "who": by.name, "changed_at": now},
        )
    Import.objects.filter(pk=run.pk).update(state=S.UPLOADED, changed_at=now)
    forget_findings(run)
    return []


def start(run: Import, wanted: ImportState, *, by: StaffMember, now: datetime) -> bool:
    """Have a worker check, import or take back. False if the import is not in a state for it.

    Of two clicks one starts it. Raises AnotherUnderWay if another of the practice's is running,
    and NewerFirst where a newer import would have to be taken back before this one.
    """
    is_taking_back = wanted is S.TAKING_BACK
    person = {"taken_back_by": by} if is_taking_back else {"staff": by, "who": by.name}
    found = Import.objects.filter(pk=run.pk, practice_id=run.practice_id, state__in=STARTS[wanted])
    if is_taking_back:
        found = found.filter(changes_kept=True)
    try:
        with transaction.atomic():
            moved = found.update(state=wanted, changed_at=now, begun_at=None, trouble="", **person)
            # Asked once nothing else of the practice can be under way any more.
            if moved and is_taking_back and newer_than(run) is not None:
                raise NewerFirst
            if moved:
                _ask_for_work(run.pk)
    except IntegrityError as error:
        raise AnotherUnderWay from error
    return bool(moved)


def newer_than(run: Import) -> Import | None:
    """Return the newest import of the practice that was stored after this one and still stands.

    What both changed has the newer one's values: taken back first, the older one would find them
    changed since, and the newer one would then bring the older one's values back.
    """
    return (
        Import.objects.filter(
            practice_id=run.practice_id, state=S.IMPORTED, imported_at__gt=run.imported_at
        )
        .order_by("-imported_at")
        .first()
    )


def _ask_for_work(run_id: int) -> None:
    job = app.configure_task(JOB, queueing_lock=f"import:{run_id}")
    try:
        with transaction.atomic():
            job.defer(run_id=run_id)
    except AlreadyEnqueued:
        return  # the job that waits will see the new state


@transaction.atomic
def discard(run: Import, *, now: datetime) -> bool:
    """Throw the files away, with all that was read of them. False while a worker has them, or
    when it is over.
    """
    idle = Import.objects.filter(pk=run.pk, state__in=CHANGEABLE)
    if not idle.update(state=S.DISCARDED, changed_at=now, folder=""):
        return False
    forget_findings(run)
    run.files.update(header=[], columns={})
    transaction.on_commit(lambda: remove_folder(run.folder))
    return True


def forget_findings(run: Import) -> None:
    """Forget what a check found: values of patients, and places in files that say so no more."""
    Import.objects.filter(pk=run.pk).update(report={}, foreseen=None)
    ImportFlaw.objects.filter(run=run).delete()


def forget_headings(run: Import) -> None:
    """Forget the headings of files that are gone, and what they hold if they may be a row."""
    for file in run.files.exclude(header=[]):
        told = {} if is_like_a_row(file.header) else file.columns
        run.files.filter(pk=file.pk).update(header=[], columns=told)


def record_import(
    run: Import, *, by: StaffMember | None, now: datetime, detail: Mapping[str, object]
) -> None:
    """Write into the audit trail what a person's import did: numbers, nobody's data."""
    record(
        AuditAct.IMPORTED,
        practice_id=run.practice_id,
        by=by or run.who,
        subject=f"import {run.pk}",
        detail=detail,
        now=now,
    )


def tidy(*, now: datetime) -> None:
    """Let go of what nobody needs any more: files left lying, old values, work nobody does."""
    left = Import.objects.filter(state__in=CHANGEABLE, changed_at__lt=now - FILES_KEPT).exclude(
        folder=""
    )
    for run in left:
        discard(run, now=now)
    old = Import.objects.filter(changes_kept=True, imported_at__lt=now - CHANGES_KEPT).exclude(
        state__in=UNDER_WAY
    )
    for run in old:
        _let_go_of_changes(run)
    known = set(Import.objects.exclude(folder="").values_list("folder", flat=True))
    for folder in folders_older_than(FILES_KEPT.total_seconds()):
        if folder not in known:
            remove_folder(folder)


@transaction.atomic
def _let_go_of_changes(run: Import) -> None:
    """Remove the values from before, unless somebody has just begun to take the import back."""
    idle = Import.objects.filter(pk=run.pk, changes_kept=True).exclude(state__in=UNDER_WAY)
    if idle.update(changes_kept=False):
        ImportedRow.objects.filter(run=run)._raw_delete("default")


def replace_flaws(run: Import, flaws: Sequence[ImportFlaw]) -> None:
    """Keep what is wrong in the files as the newest run found it."""
    ImportFlaw.objects.filter(run=run).delete()
    ImportFlaw.objects.bulk_create(flaws, batch_size=200)
