"""Content as a page of its own: every figure a link to what it counts."""

from __future__ import annotations

from django.utils.html import escape

from motcua.reports.documents.content import Annex, Bound, Content, Passage, Run

_STYLE = """
body{font:1rem/1.55 'Tinos','Times New Roman',serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1,h2,h3{font-size:1rem;margin:1.2rem 0 .4rem}h2{text-transform:uppercase}.head{display:flex;flex-wrap:wrap;justify-content:space-between;gap:1rem;text-align:center}
.title{text-align:center;font-weight:700;margin:1.5rem 0}p{margin:.4rem 0;text-indent:1.5rem}.item{text-indent:0;padding-left:1.5rem}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #777;padding:.2rem .4rem;vertical-align:top}td.number{text-align:right;white-space:nowrap}
a.figure{color:#0b4a8f;text-decoration:underline dotted}.suggestion{font-style:italic;color:#8a4b00}.scroll{overflow-x:auto}
"""


def write_html(content: Content, host: str = "") -> bytes:
    """A whole page. `host`: put before the addresses of records ("https://..."), since the file may lie anywhere."""
    head = content.head
    body = [
        f'<div class="head"><div>{escape(head.get("parent", "").upper())}<br><b>{escape(head.get("agency", "").upper())}</b>'
        f"<br>Số: {escape(head.get('number') or '……')}/{escape(head.get('symbol', 'BC-UBND'))}</div>"
        "<div><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b><br><b>Độc lập - Tự do - Hạnh phúc</b><br>"
        f"<i>{escape(head.get('place', ''))}, {escape(head.get('day') or 'ngày … tháng … năm …')}</i></div></div>",
        f'<h1 class="title">{escape(head.get("kind", "").upper())}<br>{escape(head.get("about", ""))}</h1>',
        *(_passage(one, host) for one in content.opening),
    ]
    for section in content.sections:
        body.append(f"<h2>{escape(section.number)}. {escape(section.title)}</h2>")
        body += [_passage(one, host) for one in section.passages]
    signer = content.signer
    names = "<br>".join(
        escape(signer.get(name, "")) for name in ("authority", "role", "name") if signer.get(name)
    )
    body.append(f'<p class="item"><b>{names}</b></p>')
    body.append(
        '<p class="item"><b><i>Nơi nhận:</i></b><br>'
        + "<br>".join(f"- {escape(one)};" for one in content.recipients)
        + "</p>"
    )
    body += [_annex(one, host) for one in content.annexes]
    title = escape(f"{head.get('kind', '')} {head.get('about', '')}".strip())
    page = (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>{''.join(body)}</main></body></html>\n"
    )
    return page.encode()


def runs_html(runs: tuple[Run, ...], host: str = "") -> str:
    """Text and figures of a passage, escaped; a figure with an address is a link."""
    return "".join(_run(run, host) for run in runs)


def _run(run: Run, host: str) -> str:
    return escape(run.text) if run.bound is None else _figure(run.text, run.bound, host)


def _figure(text: str, bound: Bound, host: str) -> str:
    told = f'title="{escape(bound.label)}" data-figure="{escape(bound.ref)}"'
    if not bound.link:
        return f"<span {told}>{escape(text)}</span>"
    return f'<a class="figure" href="{escape(host + bound.link)}" {told}>{escape(text)}</a>'


def _passage(passage: Passage, host: str) -> str:
    if passage.kind == "heading":
        return f"<h3>{escape(passage.text)}</h3>"
    if passage.kind == "table":
        head, *rows = passage.rows
        return _table(
            "".join(f'<th scope="col">{runs_html(cell, host)}</th>' for cell in head),
            [
                "".join(
                    f"<td{' class=number' if place == len(row) - 1 else ''}>{runs_html(cell, host)}</td>"
                    for place, cell in enumerate(row)
                )
                for row in rows
            ],
        )
    marks = " ".join(
        name
        for name, on in (("item", passage.kind == "item"), ("suggestion", passage.origin == "suggestion"))
        if on
    )
    dash = "- " if passage.kind == "item" else ""
    return (
        f"<p{f' class={chr(34)}{marks}{chr(34)}' if marks else ''}>{dash}{runs_html(passage.runs, host)}</p>"
    )


def _annex(annex: Annex, host: str) -> str:
    heads = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("STT", "Chỉ tiêu thống kê", "Đơn vị tính", "Số liệu", "Ghi chú")
    )
    rows = [
        f'<td>{escape(row.code)}</td><td>{escape(row.label)}</td><td>{escape(row.unit)}</td><td class="number">'
        f"{'' if row.bound is None else _figure(row.bound.shown, row.bound, host)}</td><td>{escape(row.note)}</td>"
        for row in annex.rows
    ]
    return f"<h2>{escape(annex.title)}</h2>{_table(heads, rows)}"


def _table(head: str, rows: list[str]) -> str:
    lines = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
