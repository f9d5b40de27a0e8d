"""Files in and out: scans of papers handed in, the result's file, issued slips as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, BinaryIO, Literal, cast
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import File, Form, Query, UploadedFile
from ninja.errors import ValidationError
from pydantic import Field, TypeAdapter
from pydantic import ValidationError as Invalid

from motcua.engine.clients.api import ApiError, scope
from motcua.engine.files.api import FileRefused, StoredFile, download, store
from motcua.modules.dossiers import api
from motcua.modules.dossiers.attaching import SCANS
from motcua.modules.dossiers.data import HandedPaper
from motcua.modules.dossiers.models import Component, Dossier, DossierResult, Slip
from motcua.modules.dossiers.opening import note_opened, note_printed
from motcua.modules.dossiers.pages.printing import answer, site_of
from motcua.modules.dossiers.pages.showing import READ as READ_PEOPLE
from motcua.modules.dossiers.pages.showing import PaperLine, papers_of
from motcua.modules.dossiers.pages.words import SLIPS
from motcua.modules.dossiers.rest.schemas import (
    MOST_FILES,
    ComponentOut,
    DoneOut,
    ScannedIn,
    SlipOut,
)
from motcua.modules.dossiers.rest.shared import READ, TAGS, WRITE, caller, done_out, found, router, seen
from motcua.modules.dossiers.slips.api import render_slip
from motcua.modules.dossiers.slips_filling import fill

Scan = Annotated[UploadedFile, File(description="Bản quét: PDF, PNG hoặc JPEG")]
Scans = Annotated[
    list[UploadedFile],
    File(max_length=MOST_FILES, description="Các bản quét, theo thứ tự mà papers gọi: PDF, PNG hoặc JPEG"),
]
PapersText = Annotated[
    str,
    Form(
        max_length=400_000,
        description="JSON: danh sách giấy tờ như ở supplement/answer, thêm file: tệp thứ mấy trong files, từ 1",
    ),
]
_PAPERS = TypeAdapter(Annotated[list[ScannedIn], Field(max_length=200)])


def _answers(media_type: str) -> dict[str, Any]:
    """How the document says that an operation answers with a file."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {"responses": {200: {"description": "OK", "content": content}}}


# -- papers handed in -------------------------------------------------------------------------------


@router.get(
    "/{uuid:uid}/papers", response=list[ComponentOut], summary="Thành phần hồ sơ và tệp của chúng", tags=TAGS
)
@scope(READ)
def list_papers(request: HttpRequest, uid: UUID) -> list[dict[str, Any]]:
    return [_paper(line) for line in papers_of(found(request, uid))]


def _paper(line: PaperLine) -> dict[str, Any]:
    names = ("number", "code", "name", "originals", "copies", "source", "added_at")
    file = line.file and {
        "media_type": line.file.media_type,
        "size": line.file.size,
        "sha256": line.file.digest,
    }
    return {name: getattr(line.paper, name) for name in names} | {"file": file}


@router.get(
    "/{uuid:uid}/papers/{int:number}/file",
    summary="Tải tệp của một thành phần",
    tags=TAGS,
    openapi_extra=_answers("application/octet-stream"),
)
@scope(READ)
def read_paper_file(request: HttpRequest, uid: UUID, number: int) -> HttpResponseBase:
    dossier = found(request, uid)
    paper = Component.objects.filter(dossier=dossier, number=number).first()
    return _file(request, dossier, paper.file_id if paper else None)


@router.post(
    "/{uuid:uid}/papers/{int:number}/file",
    response=DoneOut,
    summary="Gửi tệp của một thành phần",
    tags=TAGS,
)
@scope(WRITE)
def attach_paper(request: HttpRequest, uid: UUID, number: int, file: Scan) -> dict[str, Any]:
    """Dạng multipart/form-data. Tệp mới thay tệp cũ của thành phần ấy."""
    viewer = seen(request, uid)
    with transaction.atomic():
        return done_out(api.attach_paper(viewer, uid, number, _kept(request, file, "file.file")))


@router.post(
    "/{uuid:uid}/supplement/answer/files", response=DoneOut, summary="Nộp bổ sung kèm tệp", tags=TAGS
)
@scope(WRITE)
def answer_supplement_with_files(
    request: HttpRequest, uid: UUID, papers: PapersText, files: Scans
) -> dict[str, Any]:
    """Dạng multipart/form-data: giấy tờ và tệp vào hồ sơ cùng một lúc, hoặc không có gì."""
    viewer, listed = seen(request, uid), _papers(papers)
    _check_named(listed, len(files))
    with transaction.atomic():
        keys = [_kept(request, file, f"file.files.{at}") for at, file in enumerate(files)]
        handed = [
            HandedPaper(**one.dict(exclude={"file"}), file_id=keys[one.file - 1] if one.file else None)
            for one in listed
        ]
        return done_out(api.take_supplement(viewer, uid, handed))


def _papers(text: str) -> list[ScannedIn]:
    """The papers of a form. Raises ValidationError (422), each fault with its place."""
    try:
        return _PAPERS.validate_json(text)
    except Invalid as error:
        faults = error.errors(include_url=False, include_input=False)
        raise ValidationError([{**one, "loc": ("form", "papers", *one["loc"])} for one in faults]) from error


def _check_named(papers: Sequence[ScannedIn], files: int) -> None:
    """Every file belongs to one paper: none is lost, none stands twice."""
    named = [one.file for one in papers if one.file is not None]
    if sorted(named) != list(range(1, files + 1)):
        raise ApiError(
            422,
            "dossiers.supplement.files",
            _("Mỗi tệp phải thuộc đúng một giấy tờ: hãy ghi file từ 1 đến {files}, mỗi số một lần.").format(
                files=files
            ),
            where="form.papers",
        )


def _kept(request: HttpRequest, file: UploadedFile, where: str) -> int:
    """The key of the file, stored as the client's own. Raises ApiError with the refusal of the files room: a file of a
    type unknown is a fault of what was sent (422), not something that is not there."""
    viewer, province = caller(request)
    stream = cast(BinaryIO, file.file)
    try:
        return store(stream, name=file.name or "", province=province, viewer=viewer, accept=SCANS).pk
    except FileRefused as refusal:
        status = 413 if refusal.code == "files.size.limit" else 422
        raise ApiError(status, refusal.code, refusal.message, where=where) from refusal


def _file(request: HttpRequest, dossier: Dossier, key: int | None) -> HttpResponseBase:
    """The file, once its reading is noted. Raises Http404 when there is none."""
    stored = StoredFile.objects.select_related("blob").filter(pk=key, province=dossier.province_id).first()
    if stored is None:
        raise Http404
    answered = download(stored)
    note_opened(caller(request)[0], dossier)
    return answered


# -- the result -------------------------------------------------------------------------------------


@router.get(
    "/{uuid:uid}/result/file",
    summary="Tải tệp kết quả, hoặc tệp dự thảo khi chưa phát hành",
    tags=TAGS,
    openapi_extra=_answers("application/octet-stream"),
)
@scope(READ)
def read_result_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    dossier = found(request, uid)
    result = DossierResult.objects.filter(dossier=dossier).first()
    return _file(request, dossier, result.file_id if result else None)


# -- slips ------------------------------------------------------------------------------------------


@router.get("/{uuid:uid}/slips", response=list[SlipOut], summary="Giấy tờ đã lập cho hồ sơ", tags=TAGS)
@scope(READ)
def list_slips(request: HttpRequest, uid: UUID) -> list[dict[str, Any]]:
    rows = Slip.objects.filter(dossier=found(request, uid)).order_by("pk").defer("facts")
    return [
        {
            "id": one.uid,
            "kind": one.kind,
            "name": _(SLIPS.get(one.kind, one.kind)),
            "number": one.number,
            "unit": one.unit_code,
            "issued_at": one.issued_at,
        }
        for one in rows
    ]


@router.get(
    "/{uuid:uid}/slips/{uuid:slip}",
    summary="Một giấy tờ đã lập, dạng PDF",
    tags=TAGS,
    openapi_extra=_answers("application/pdf"),
)
@scope(READ)
def read_slip(
    request: HttpRequest,
    uid: UUID,
    slip: UUID,
    paper: Literal["", "a4", "a5"] = Query(
        "", description="Khổ giấy a4, a5; rỗng: khổ thường của loại giấy tờ"
    ),
) -> HttpResponse:
    """Giấy tờ in cả thông tin cá nhân của người nộp: vai trò phải có quyền xem, và mỗi lần tải được ghi lại."""
    viewer, province = caller(request)
    dossier = found(request, uid)
    row = None if dossier.erased_at else Slip.objects.filter(dossier=dossier, uid=slip).first()
    if row is None:
        raise Http404
    viewer.require(READ_PEOPLE, province=province)
    pdf = render_slip(row.kind, fill(row, site_of(request)), paper=paper or None)
    with transaction.atomic():
        note_printed(viewer, dossier, row)
    return answer(pdf, f"{row.kind}-{dossier.code or dossier.uid}")
