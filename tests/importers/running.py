"""Imports by the console, begun and carried out as the pages and the worker would."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from handbell.access.models import StaffMember
from handbell.importers.models import Import
from handbell.importers.operations import (
    Upload,
    keep_uploads,
    start,
)
from handbell.importers.runs import run_import
from handbell.importers.uploads import new_folder, path_of
from handbell.vocabulary.words import (
    ImportState,
)
from tests.importers.folder import (
    NOW,
)

S = ImportState
LATER = NOW + timedelta(minutes=5)

#: A table of another system, and what its columns hold.
FOREIGN = "Chart,Given,Family\n77,Ada,Okafor\n"
MEANT = {
    "Chart": "patient id",
    "Given": "patients.first name",
    "Family": "patients.last name",
}


def uploaded(by: StaffMember, files: Mapping[str, str | bytes], *, now: datetime = NOW) -> Import:
    folder = new_folder()
    uploads = []
    for number, (name, content) in enumerate(files.items()):
        data = content.encode() if isinstance(content, str) else content
        kept_as = f"{number:032x}"
        path_of(folder, kept_as).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        uploads.append(Upload(name, kept_as, len(data), digest))
    return keep_uploads(uploads, folder=folder, by=by, now=now)


def done(run: Import, wanted: ImportState, by: StaffMember, *, now: datetime = NOW) -> Import:
    """Start something and do it, as a worker would."""
    assert start(run, wanted, by=by, now=now)
    run_import(run.pk, clock=lambda: now)
    run.refresh_from_db()
    return run


def imported(by: StaffMember, files: Mapping[str, str | bytes], *, now: datetime = NOW) -> Import:
    run = done(uploaded(by, files, now=now), S.CHECKING, by, now=now)
    assert run.state == S.CHECKED, run.trouble
    return done(run, S.IMPORTING, by, now=now)
