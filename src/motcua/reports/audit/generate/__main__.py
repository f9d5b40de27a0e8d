"""`python -m motcua.reports.audit.generate --seed 7 --errors 8 --out folder`: a report, its errors, the one before."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from motcua.reports.audit.generate.build import Wish, make_draft, previous_draft
from motcua.reports.audit.generate.listing import listing
from motcua.reports.audit.generate.plants import age
from motcua.reports.audit.generate.printing import as_docx, as_markdown


def main(arguments: list[str] | None = None) -> None:
    """Writes bao-cao.md, bao-cao.docx, bao-cao-ky-truoc.md and README.md into a folder."""
    parser = argparse.ArgumentParser(
        prog="motcua.reports.audit.generate", description="Sinh báo cáo mẫu có lỗi gài sẵn."
    )
    parser.add_argument("--seed", type=int, default=7, help="số mầm: cùng số thì cùng báo cáo")
    parser.add_argument("--errors", type=int, default=10, help="số lỗi gài vào")
    parser.add_argument("--pages", type=int, default=14, help="số trang giấy, áng chừng")
    parser.add_argument("--out", type=Path, required=True, help="thư mục ghi ra")
    given = parser.parse_args(arguments)
    write_example(Wish(given.seed, given.errors, given.pages), given.out)


def write_example(wish: Wish, folder: Path) -> None:
    """The four files of an example. The folder is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = make_draft(wish)
    changed, between = age(draft, random.Random(wish.seed))  # noqa: S311
    printed = as_markdown(draft, wish.seed)
    (folder / "bao-cao.md").write_text(printed.text, encoding="utf-8")
    (folder / "bao-cao.docx").write_bytes(as_docx(draft))
    before = as_markdown(previous_draft(draft, changed), wish.seed)
    (folder / "bao-cao-ky-truoc.md").write_text(before.text, encoding="utf-8")
    (folder / "README.md").write_text(listing(wish, draft, printed, between), encoding="utf-8")


if __name__ == "__main__":
    main()
