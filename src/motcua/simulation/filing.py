"""The two files of a simulated year: a scan and a signed result that say of themselves that they are made up. Each desk
has the one and each clerk the other as a stored file of their own, all of one content."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from motcua.engine.accounts.api import User
from motcua.engine.files.api import StoredFile, store
from motcua.engine.provinces.api import Province
from motcua.kernel.ids import uuid7

SCAN, RESULT = "ban-quet-mau.pdf", "ket-qua-mau.pdf"


def give_files(province: Province, owners: Sequence[User], name: str) -> None:
    """Gives each of these accounts the file as one they stored."""
    if not owners:
        return
    content = (resources.files("motcua.simulation") / "papers" / name).read_bytes()
    first = store(content, name=name, province=province, viewer=None)
    StoredFile.objects.bulk_create(
        [
            StoredFile(
                province=province,
                uid=uuid7(),
                blob_id=first.digest,
                media_type=first.media_type,
                display_name=first.display_name,
                owner=owner,
                created_at=first.created_at,
            )
            for owner in owners
        ],
        batch_size=1_000,
    )


def files_of_officers(province: Province) -> dict[int, int]:
    """Key of the made-up file by its owner's."""
    rows = StoredFile.objects.filter(province=province, display_name__in=(SCAN, RESULT), owner__isnull=False)
    return dict(rows.order_by("pk").values_list("owner_id", "pk"))
