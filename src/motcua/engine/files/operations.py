"""Taking a file in, giving it out, removing it."""

from __future__ import annotations

import io
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.events.api import record
from motcua.engine.files import disk
from motcua.engine.files.errors import FileRefused
from motcua.engine.files.events import REMOVED, STORED
from motcua.engine.files.kinds import ACCEPTED, WORDS, media_type_of
from motcua.engine.files.models import Blob, StoredFile
from motcua.engine.files.names import clean_name
from motcua.engine.files.permissions import REMOVE
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import now


def store(
    content: BinaryIO | bytes,
    *,
    name: str,
    province: Province,
    viewer: Viewer | None,
    accept: frozenset[str] = ACCEPTED,
    limit: int | None = None,
) -> StoredFile:
    """Takes a file in: streams it to disk, judges what it is, keeps it under its digest.

    `viewer` becomes its owner (None: a job's file); whether that person may hand in a file here is the calling
    operation's rule. accept: media types taken. limit: bytes (settings.FILES_LIMIT). Belongs to the caller's
    transaction: rolled back, the file was never taken. Raises FileRefused files.size.*, files.type.*.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    shown = clean_name(name)
    with disk.draft(stream, settings.FILES_LIMIT if limit is None else limit) as made:
        with made.path.open("rb") as written:
            media_type = media_type_of(written, shown, made.is_text)
        if media_type not in accept:
            raise _not_accepted(shown, media_type, accept)
        return _keep(made, shown, media_type, province, viewer)


@transaction.atomic
def _keep(
    made: disk.Draft, name: str, media_type: str, province: Province, viewer: Viewer | None
) -> StoredFile:
    """The blob's row is locked before the content is placed, so that no removal can come between."""
    Blob.objects.bulk_create(
        [Blob(digest=made.digest, size=made.size)],
        update_conflicts=True,
        update_fields=["size"],
        unique_fields=["digest"],
    )
    disk.place(made)
    owner = viewer.user if viewer is not None and isinstance(viewer.user, User) else None
    stored = StoredFile.objects.create(
        province=province,
        blob_id=made.digest,
        media_type=media_type,
        display_name=name,
        owner=owner,
        created_at=now(),
    )
    _tell(STORED, stored, owner)
    return stored


def open_file(stored: StoredFile) -> BinaryIO:
    """The content, to read and close. Raises FileRefused files.content.missing when the disk has lost it.

    Whether the viewer may read it is the rule of the room that owns the record the file belongs to.
    """
    try:
        return disk.path_of(stored.digest).open("rb")
    except FileNotFoundError as error:
        raise FileRefused(
            "files.content.missing",
            _(
                "Không còn nội dung của tệp “{display_name}” trên đĩa. Hãy báo quản trị hệ thống khôi phục từ bản sao lưu."
            ).format(display_name=stored.display_name),
        ) from error


def delete(viewer: Viewer | None, stored: StoredFile) -> None:
    """Removes a file; its content goes when no other file shares it, after the transaction commits.

    The owner may, a job (viewer None) may, and who holds files.stored.remove in the province. Raises NotPermitted.
    """
    if viewer is not None and not _may_remove(viewer, stored):
        raise NotPermitted(REMOVE)
    digest = stored.digest
    with transaction.atomic():
        actor = viewer.user if viewer is not None and isinstance(viewer.user, User) else None
        _tell(REMOVED, stored, actor)
        stored.delete()
        transaction.on_commit(lambda: drop_if_unused(digest))


def _may_remove(viewer: Viewer, stored: StoredFile) -> bool:
    if viewer.user_id is not None and viewer.user_id == stored.owner_id:
        return True
    return viewer.may(REMOVE, province=stored.province_id, unit_path="/")


def drop_if_unused(digest: str) -> bool:
    """Removes a content nobody refers to; True when it went. The row is held while the file goes."""
    with transaction.atomic():
        blob = Blob.objects.select_for_update().filter(pk=digest).first()
        if blob is None or blob.files.exists():
            return False
        blob.delete()
        disk.remove(digest)
    return True


def _tell(type_: str, stored: StoredFile, actor: User | None) -> None:
    payload = {"digest": stored.digest, "size": stored.size, "media_type": stored.media_type}
    record(type_, province=stored.province, subject=f"file:{stored.uid}", payload=payload, actor=actor)


def _not_accepted(name: str, media_type: str, accept: frozenset[str]) -> FileRefused:
    wanted = ", ".join(_(WORDS[kind]) for kind in WORDS if kind in accept)
    return FileRefused(
        "files.type.not-accepted",
        _("Tệp “{name}” là {kind}; ở đây chỉ nhận {wanted}. Hãy chuyển sang loại được nhận rồi gửi.").format(
            name=name, kind=_(WORDS[media_type]), wanted=wanted
        ),
    )
