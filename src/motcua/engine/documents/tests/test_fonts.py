"""The faces are those their makers published, and they can write Vietnamese."""

import hashlib

import yaml

from motcua.engine.documents.fonts import FOLDER, MISSING, fonts, letters_of, printable

VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
LETTERS = [letter for letter in VOWELS + VOWELS.upper() if not letter.isascii()]


def listed():
    text = (FOLDER.parent / "vendored.yaml").read_text(encoding="utf-8")
    return {entry["path"]: entry["sha256"] for entry in yaml.safe_load(text)["files"]}


def test_files_are_those_listed():
    present = {
        f"fonts/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.ttf")
    }
    assert present == listed()


def test_every_vietnamese_letter_in_every_face():
    assert len(LETTERS) == 134
    for path in FOLDER.glob("*.ttf"):
        assert {letter for letter in LETTERS if ord(letter) not in letters_of(path)} == set(), path.name


def test_only_our_four_faces_are_known():
    faces = {(font.family, font.weight, font.style) for font in fonts().fonts()}
    assert faces == {("Tinos", w, s) for w in (400, 700) for s in ("normal", "italic")}


def test_faces_have_the_same_letters():
    sets = {letters_of(path) for path in FOLDER.glob("*.ttf")}
    assert len(sets) == 1


def test_printable_composes_and_boxes_what_cannot_be_printed():
    assert printable("Nguye\u0302\u0303n Va\u0306n") == "Nguyễn Văn"
    assert printable("A\u202eB\u200bC\x00D") == "ABCD"
    assert printable("李 🎉 ậ") == f"{MISSING} {MISSING} ậ"
    assert printable("a\tb\u3000c\r\nd") == "a b c\nd"
    assert printable("\ue000\uf8ff") == MISSING * 2
