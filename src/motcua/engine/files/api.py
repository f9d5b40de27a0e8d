"""The door of files: store, open, delete, download; judge names and types."""

from motcua.engine.files.downloads import download
from motcua.engine.files.errors import FileRefused
from motcua.engine.files.kinds import ACCEPTED, DOCX, HTML, JPEG, MARKDOWN, PDF, PNG, TEXT, XLSX
from motcua.engine.files.models import StoredFile
from motcua.engine.files.names import clean_name, content_disposition
from motcua.engine.files.operations import delete, open_file, store
from motcua.engine.files.upkeep import Damage, Swept, sweep, verify

__all__ = [
    "ACCEPTED",
    "DOCX",
    "HTML",
    "JPEG",
    "MARKDOWN",
    "PDF",
    "PNG",
    "TEXT",
    "XLSX",
    "Damage",
    "FileRefused",
    "StoredFile",
    "Swept",
    "clean_name",
    "content_disposition",
    "delete",
    "download",
    "open_file",
    "store",
    "sweep",
    "verify",
]
