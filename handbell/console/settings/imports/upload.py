"""How does a file get from the browser to its place? Straight, counted and digested on the way."""

import hashlib
import secrets
from typing import IO, Any, Final

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from handbell.importers.operations import Upload
from handbell.importers.uploads import new_folder, path_of, remove_folder

#: So much may come in at once: several times a million rows.
MOST_BYTES: Final = 512 * 1024 * 1024


class PrivateFiles(FileUploadHandler):
    """Receives the files of one form. Nothing is left of them unless a view has `kept` them."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.folder = ""
        self.uploads: list[Upload] = []
        self.kept = False
        self.too_large = False
        self._total = 0
        self._name = self._kept_as = ""
        self._digest = hashlib.sha256()
        self._file: IO[bytes] | None = None

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ANN401  (Django's signature)
        META: dict[str, Any],  # noqa: N803
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        self.too_large = content_length > MOST_BYTES

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        if self.too_large:
            raise SkipFile
        self.folder = self.folder or new_folder()
        self._name, self._kept_as = file_name, secrets.token_hex(16)
        self._digest = hashlib.sha256()
        place = path_of(self.folder, self._kept_as)
        place.touch(mode=0o600)
        self._file = place.open("wb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._file is not None
        self._total += len(raw_data)
        if self._total > MOST_BYTES:
            self.too_large = True
            raise SkipFile
        self._digest.update(raw_data)
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        self._close()
        upload = Upload(self._name, self._kept_as, file_size, self._digest.hexdigest())
        self.uploads.append(upload)

    def upload_interrupted(self) -> None:
        self.forget_unless_kept()

    def forget_unless_kept(self) -> None:
        """Remove what came in, unless a view has kept it."""
        self._close()
        if self.folder and not self.kept:
            remove_folder(self.folder)
            self.folder = ""

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def received(request: HttpRequest) -> PrivateFiles:
    """Return what came in with a form whose view takes files."""
    _ = request.POST  # reads the form, if nothing has yet
    return next(one for one in request.upload_handlers if isinstance(one, PrivateFiles))


def size_said(size: int) -> str:
    """Return "512 MB", "1.2 kB"."""
    for unit, step in (("MB", 1024 * 1024), ("kB", 1024)):
        if size >= step:
            number = size / step
            return f"{number:.0f} {unit}" if number >= 10 else f"{number:.1f} {unit}"
    return f"{size} B"
