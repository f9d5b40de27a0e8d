"""What a check says of files that were changed, by one byte or by an update, and how the command ends."""

from __future__ import annotations

import io
import json

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from motcua.cli.verify import verify as command
from motcua.engine.signing import development, keys, pdf, stamps
from motcua.engine.signing.api import CHANGED, GOOD, UNSIGNED, Box, Fields, prepare, signing_trust, verify
from motcua.engine.signing.places import NUMBER, SEAL, person_field
from motcua.kernel import clock

TINY = b"""%PDF-1.7
1 0 obj
<</Type/Catalog/Pages 2 0 R>>
endobj
2 0 obj
<</Type/Pages/Kids[3 0 R]/Count 1>>
endobj
3 0 obj
<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>>>
endobj
"""
XREF = b"".join(
    b"%010d %05d %c \n" % row for row in [(0, 65535, b"f"), (9, 0, b"n"), (54, 0, b"n"), (105, 0, b"n")]
)
TINY += (
    b"xref\n0 4\n"
    + XREF
    + b"""trailer
<</Size 4/Root 1 0 R>>
startxref
184
%%EOF
"""
)
PERSON, PLACE = person_field(0), Box(0, 20, 20, 120, 40)
NUMBER_PLACE = Box(0, 20, 150, 80, 16)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder for the module: keys are made once."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("data")
        patch.setenv("MOTCUA_DATA_DIR", str(path))
        patch.setenv("MOTCUA_DATA_KEYS", "A" * 43)
        from motcua.engine.privacy import keys as ring_keys

        ring_keys.ring.cache_clear()
        yield path
        ring_keys.ring.cache_clear()


@pytest.fixture(scope="module")
def signed(folder):
    """A small file, signed by a person."""
    pair, above = development.issue("Đặng Thị Mẫu Hương", organisation="Phường Mẫu")
    file = prepare(TINY, Fields((PLACE,), number=NUMBER_PLACE, seal=Box(0, 100, 60, 90, 80)))
    return pdf.sign(file, wanted(pair, above, PERSON, PLACE))


def wanted(pair, above, field, box, **more):
    moment = clock.now()
    return pdf.Signing(
        field=field,
        signer=keys.read_pkcs12(development.as_pkcs12(pair, above, "x"), "x"),
        context=signing_trust().context(moment),
        at=moment,
        look=stamps.person(box, ["Ký bởi: Đặng Thị Mẫu Hương"]),
        certify=field == PERSON,
        **more,
    )


def covered(file):
    """Start and end of the two parts that the first signature covers."""
    numbers = [
        int(word) for word in file.split(b"/ByteRange", 1)[1].split(b"[", 1)[1].split(b"]", 1)[0].split()
    ]
    return numbers[0], numbers[0] + numbers[1], numbers[2], numbers[2] + numbers[3]


def test_the_small_file_is_good(signed):
    assert verify(signed, signing_trust()).state == GOOD
    assert covered(signed)[3] == len(signed)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_changed_byte_is_reported(signed, data):
    start, end, again, last = covered(signed)
    place = data.draw(st.one_of(st.integers(start, end - 1), st.integers(again, last - 1)))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != signed[place]))
    changed = signed[:place] + bytes([other]) + signed[place + 1 :]
    assert verify(changed, signing_trust()).state == CHANGED


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_file_cut_short_is_never_good(signed, data):
    cut = signed[: data.draw(st.integers(1, len(signed) - 10))]
    assert verify(cut, signing_trust()).state in (CHANGED, UNSIGNED)


def with_page_note(file):
    """A note laid on the page by an update, as a viewer would."""
    writer = IncrementalPdfFileWriter(io.BytesIO(file))
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Text"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (10, 10, 30, 30))),
            pdf_name("/Contents"): generic.TextStringObject("thêm sau"),
        }
    )
    page, _resources = writer.find_page_for_modification(0)
    writer.register_annotation(page, writer.add_object(note))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_page_text(file):
    """Another page size by an update: what is shown changes, not a byte of what was signed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(file))
    page, _resources = writer.find_page_for_modification(0)
    page.get_object()[pdf_name("/MediaBox")] = generic.ArrayObject(
        map(generic.NumberObject, (0, 0, 100, 100))
    )
    writer.mark_update(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("change", [with_page_note, with_page_text])
def test_an_update_beyond_the_fields_is_reported(signed, change):
    found = verify(change(signed), signing_trust())
    assert found.state == CHANGED
    assert found.signatures[0].intact and not found.signatures[0].allowed
    assert found.signatures[0].changes


def test_after_the_organisation_not_even_a_field_may_change(signed, folder):
    pair, above = development.issue("Phường Mẫu", organisation="Tỉnh Mẫu")
    look = (stamps.line(NUMBER_PLACE, "15/QĐ"),)
    numbered = pdf.fill(signed, {NUMBER: ("15/QĐ", *look)})
    sealed = pdf.sign(numbered, wanted(pair, above, SEAL, PLACE, last=True))
    assert verify(sealed, signing_trust()).state == GOOD
    renumbered = pdf.fill(sealed, {NUMBER: ("16/QĐ", stamps.line(NUMBER_PLACE, "16/QĐ"))})
    found = verify(renumbered, signing_trust())
    assert found.state == CHANGED and not found.signatures[1].allowed


def test_the_command(signed, folder, tmp_path):
    file, root = tmp_path / "giay.pdf", tmp_path / "root.pem"
    root.write_bytes((development.folder() / "root.pem").read_bytes())

    def run(content, *options):
        file.write_bytes(content)
        return CliRunner().invoke(command, [str(file), *options])

    good = run(signed, "--trust", str(root))
    assert good.exit_code == 0 and "Đặng Thị Mẫu Hương" in good.output and "HỢP LỆ" in good.output
    assert run(signed).exit_code == 4
    assert run(with_page_text(signed), "--trust", str(root)).exit_code == 2
    assert run(TINY).exit_code == 3
    assert run(signed, "--trust", str(file)).exit_code == 64
    told = json.loads(run(signed, "--trust", str(root), "--json").output)
    assert told["state"] == "good" and told["signatures"][0]["signer"] == "Đặng Thị Mẫu Hương"
