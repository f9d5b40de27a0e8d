"""The file itself: fields added, filled and signed, each as an incremental update. Knows no row and no clock."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from motcua.engine.signing.errors import SigningRefused
from motcua.engine.signing.places import DAY, NUMBER, SEAL, Box, Fields

PRINT = 4  # annotation flag: shown and printed
READ_ONLY = 1  # field flag: readers show it, nobody types into it


@dataclass(frozen=True, slots=True)
class State:
    """What of a paper's fields is done: field name → filled."""

    persons: dict[str, bool]
    number: bool | None
    day: bool | None
    seal: bool | None

    @property
    def signed(self) -> bool:
        """Every person has signed."""
        return all(self.persons.values())

    @property
    def begun(self) -> bool:
        """Some signature is there."""
        return any(self.persons.values()) or bool(self.seal)


def open_update(pdf: bytes) -> IncrementalPdfFileWriter:
    """The file, open for one more update. Raises SigningRefused signing.file.unreadable."""
    try:
        return IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
    except (PdfError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise unreadable() from error


def unreadable() -> SigningRefused:
    return SigningRefused("signing.file.unreadable", _("Tệp này không phải PDF đọc được."))


def prepare(pdf: bytes, fields: Fields) -> bytes:
    """The paper with empty fields for signatures, number and day, each with its Form element in the tags.

    Raises SigningRefused signing.file.unreadable, signing.file.prepared (it has form fields already).
    """
    writer = open_update(pdf)
    if "/AcroForm" in writer.root:
        raise SigningRefused("signing.file.prepared", _("Văn bản đã có ô ký hoặc ô điền từ trước."))
    for name, box in fields.named().items():
        label = fields.labels.get(name) or label_of(name)
        if name in (NUMBER, DAY):
            _add_text_field(writer, name, box, label)
        else:
            _add_signature_field(writer, name, box, label)
    form = writer.root["/AcroForm"]
    form[pdf_name("/NeedAppearances")] = generic.BooleanObject(False)
    for reference in form["/Fields"]:
        _tag(writer, reference)
    return _written(writer)


def label_of(name: str) -> str:
    """What a field is for, for people; also read aloud by screen readers. Vietnamese, as the paper is."""
    return {
        NUMBER: "Số, ký hiệu văn bản",
        DAY: "Ngày, tháng, năm ban hành",
        SEAL: "Chữ ký số của cơ quan",
    }.get(name, "Chữ ký số của người có thẩm quyền")


def state_of(pdf: bytes) -> State:
    """Which fields of a paper are there and filled."""
    fields = fields_in(open_update(pdf))
    filled = {name: "/V" in field for name, field in fields.items()}
    persons = {name: done for name, done in filled.items() if name not in (NUMBER, DAY, SEAL)}
    return State(persons, filled.get(NUMBER), filled.get(DAY), filled.get(SEAL))


def box_of(pdf: bytes, name: str) -> Box:
    """Where a field stands. Raises SigningRefused signing.field.missing."""
    writer = open_update(pdf)
    field = fields_in(writer).get(name)
    if field is None:
        raise _missing(name)
    left, bottom, right, top = (float(side) for side in field["/Rect"])
    pages = range(int(writer.root["/Pages"]["/Count"]))
    target = field.raw_get("/P").reference
    page = next(
        (index for index in pages if writer.find_page_for_modification(index)[0].reference == target), 0
    )
    return Box(page, left, bottom, right - left, top - bottom)


def fields_in(handler: Any) -> dict[str, Any]:
    """The fields of a paper by name."""
    listed = value_of(value_of(handler.root, "/AcroForm", {}), "/Fields", ())
    fields = [field.get_object() for field in listed]
    return {str(value_of(field, "/T", "")): field for field in fields}


def value_of(holder: Any, key: str, default: Any = None) -> Any:
    """A value of a dictionary, followed where it is a reference (`get` does not follow)."""
    return holder[key] if key in holder else default  # noqa: SIM401 -- see above


def fill(pdf: bytes, values: Mapping[str, tuple[str, bytes]]) -> bytes:
    """Text fields filled in one update: name → (text, its look as a small PDF page)."""
    writer = open_update(pdf)
    fields = fields_in(writer)
    for name, (text, look) in values.items():
        field = fields.get(name)
        if field is None:
            raise _missing(name)
        field[pdf_name("/V")] = generic.TextStringObject(text)
        left, bottom, right, top = (float(side) for side in field["/Rect"])
        field[pdf_name("/AP")] = _appearance(writer, right - left, top - bottom, look)
        writer.update_container(field)
    return _written(writer)


@dataclass(frozen=True, slots=True)
class Signing:
    """One signature to be made. `certify`: the first one of a paper; `last`: after it nothing may change."""

    field: str
    signer: Signer
    context: ValidationContext
    at: dt.datetime
    look: bytes
    reason: str = ""
    place: str = ""
    certify: bool = False
    last: bool = False
    timestamper: TimeStamper | None = None


def sign(pdf: bytes, wanted: Signing) -> bytes:
    """The paper with one more PAdES signature (B-T with a time stamp service, B-LT with the revocation lists at hand)."""
    writer = open_update(pdf)
    metadata = PdfSignatureMetadata(
        field_name=wanted.field,
        md_algorithm="sha256",
        location=wanted.place or None,
        reason=wanted.reason or None,
        certify=wanted.certify,
        docmdp_permissions=MDPPerm.NO_CHANGES if wanted.last else MDPPerm.FILL_FORMS,
        subfilter=SigSeedSubFilter.PADES,
        validation_context=wanted.context,
        embed_validation_info=True,
        dss_settings=DSSContentSettings(
            include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
        ),
    )
    style = StaticStampStyle(
        border_width=0,
        background=_SmallPage(wanted.look),
        background_opacity=1,
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins.uniform(0)
        ),
    )
    signer = PdfSigner(metadata, signer=wanted.signer, timestamper=wanted.timestamper, stamp_style=style)
    try:
        return asyncio.run(_signed(writer, signer, metadata, wanted.at))
    except SigningError as error:
        raise SigningRefused(
            "signing.file.refused", _("Không ký được văn bản này: {reason}").format(reason=error)
        ) from error


async def _signed(
    writer: IncrementalPdfFileWriter, signer: PdfSigner, metadata: PdfSignatureMetadata, at: dt.datetime
) -> bytes:
    """As PdfSigner.async_sign_pdf, with the time of our own clock."""
    session = signer.init_signing_session(writer, existing_fields_only=True)
    session.system_time = at
    info = await session.perform_presign_validation(writer)
    reserved = await session.estimate_signature_container_size(info, tight=False)
    document = session.prepare_tbs_document(validation_info=info, bytes_reserved=reserved)
    digest, output = document.digest_tbs_document()
    after = await document.perform_signature(
        document_digest=digest.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(
            signing_time=at, cades_signed_attrs=metadata.cades_signed_attr_spec
        ),
    )
    await after.post_signature_processing(output)
    output.seek(0)
    return bytes(output.read())


class _SmallPage(PdfContent):
    """The first page of a PDF in memory, as content."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/Look"] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = _box(float(right) - float(left), float(top) - float(bottom))
        return b"/Look Do"


def _box(width: float, height: float) -> Any:
    from pyhanko.pdf_utils.layout import BoxConstraints

    return BoxConstraints(width=width, height=height)


def _add_signature_field(writer: IncrementalPdfFileWriter, name: str, box: Box, label: str) -> None:
    last = name == SEAL
    append_signature_field(
        writer,
        SigFieldSpec(
            name,
            on_page=box.page,
            box=box.corners,
            readable_field_name=label,
            field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if last else None,
            doc_mdp_update_value=MDPPerm.NO_CHANGES if last else None,
        ),
    )


def _add_text_field(writer: IncrementalPdfFileWriter, name: str, box: Box, label: str) -> None:
    page_reference, _resources = writer.find_page_for_modification(box.page)
    left, bottom, right, top = box.corners
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.TextStringObject(name),
            pdf_name("/TU"): generic.TextStringObject(label),
            pdf_name("/F"): generic.NumberObject(PRINT),
            pdf_name("/Ff"): generic.NumberObject(READ_ONLY),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (left, bottom, right, top))),
            pdf_name("/P"): page_reference,
            pdf_name("/DA"): generic.TextStringObject("/Tinos 13 Tf 0 g"),
            pdf_name("/AP"): _appearance(writer, right - left, top - bottom, b""),
        }
    )
    reference = writer.add_object(field)
    form = _form(writer)
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])
    writer.register_annotation(page_reference, reference)


def _form(writer: IncrementalPdfFileWriter) -> Any:
    if "/AcroForm" not in writer.root:
        form = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
        writer.root[pdf_name("/AcroForm")] = writer.add_object(form)
        writer.update_root()
    return writer.root["/AcroForm"]


def _appearance(writer: IncrementalPdfFileWriter, width: float, height: float, look: bytes) -> Any:
    stream = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(
                [
                    generic.NumberObject(0),
                    generic.NumberObject(0),
                    generic.FloatObject(width),
                    generic.FloatObject(height),
                ]
            ),
            pdf_name("/Resources"): generic.DictionaryObject(),
        },
        stream_data=b"",
    )
    if look:
        page = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(look)))
        stream["/Resources"][pdf_name("/XObject")] = generic.DictionaryObject({pdf_name("/Look"): page})
        stream._data = b"q /Look Do Q"
    return generic.DictionaryObject({pdf_name("/N"): writer.add_object(stream)})


def _tag(writer: IncrementalPdfFileWriter, reference: Any) -> None:
    """A Form element for a field at the end of a tagged paper, so that it is read with the rest (PDF/UA-1, 7.18)."""
    tree = value_of(writer.root, "/StructTreeRoot", {})
    parents = value_of(tree, "/ParentTree", {})
    if "/Nums" not in parents or "/K" not in tree:
        return
    field, number = reference.get_object(), int(value_of(tree, "/ParentTreeNextKey", 0))
    above = tree["/K"][0] if isinstance(tree["/K"], generic.ArrayObject) else tree["/K"]
    holder = tree["/K"].raw_get(0) if isinstance(tree["/K"], generic.ArrayObject) else tree.raw_get("/K")
    element = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): holder,
                pdf_name("/Pg"): field.raw_get("/P"),
                pdf_name("/Alt"): field["/TU"],
                pdf_name("/K"): generic.DictionaryObject(
                    {
                        pdf_name("/Type"): pdf_name("/OBJR"),
                        pdf_name("/Obj"): reference,
                        pdf_name("/Pg"): field.raw_get("/P"),
                    }
                ),
            }
        )
    )
    kids = value_of(above, "/K", generic.ArrayObject())
    if not isinstance(kids, generic.ArrayObject):
        kids = generic.ArrayObject([above.raw_get("/K")])
    kids.append(element)
    above[pdf_name("/K")] = kids
    writer.update_container(above)
    parents["/Nums"].extend([generic.NumberObject(number), element])
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(number + 1)
    writer.update_container(tree)
    field[pdf_name("/StructParent")] = generic.NumberObject(number)
    writer.update_container(field)


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _missing(name: str) -> SigningRefused:
    return SigningRefused(
        "signing.field.missing", _("Văn bản không có ô “{field}”.").format(field=label_of(name))
    )
