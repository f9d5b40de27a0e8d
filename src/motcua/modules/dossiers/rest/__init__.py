"""The API of dossiers: the same operations and reads as the pages, for other programs."""

from motcua.modules.dossiers.rest import clock, files, opinions, reading, working
from motcua.modules.dossiers.rest.shared import READ, WRITE, router

__all__ = ["READ", "WRITE", "clock", "files", "opinions", "reading", "router", "working"]
