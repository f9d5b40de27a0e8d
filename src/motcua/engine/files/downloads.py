"""Answering with a file so that a browser can only save it, or show it where that is harmless."""

from __future__ import annotations

from django.http import FileResponse

from motcua.engine.files.kinds import SHOWN_INLINE
from motcua.engine.files.models import StoredFile
from motcua.engine.files.names import content_disposition
from motcua.engine.files.operations import open_file


def download(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """A response that streams the file. Inline only for PDF, PNG and JPEG, whatever is asked.

    The view must have checked that the viewer may read the record the file belongs to.
    """
    kind = "inline" if inline and stored.media_type in SHOWN_INLINE else "attachment"
    response = FileResponse(open_file(stored), content_type=stored.media_type)
    response["Content-Disposition"] = content_disposition(stored.display_name, kind)
    response["Content-Length"] = str(stored.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
