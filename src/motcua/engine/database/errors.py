"""What can go wrong around the database, said so that an administrator can act."""

from __future__ import annotations


class DatabaseProblem(Exception):
    """A failure with a stable code, a Vietnamese message (what, where, what to do) and an English line."""

    def __init__(self, code: str, message: str, english: str) -> None:
        super().__init__(f"[{code}] {message}\n{english}")
        self.code = code
        self.message = message
        self.english = english


# What the operating system or PostgreSQL prints, the code we give it, and what to do about it.
_KNOWN: tuple[tuple[str, str, str, str], ...] = (
    (
        "No space left on device",
        "DB-DISK-FULL",
        "Ổ đĩa chứa {place} đã đầy. Hãy giải phóng dung lượng rồi chạy lại; dữ liệu đã lưu không mất.",
        "The disk holding {place} is full; free some space and start again.",
    ),
    (
        "database files are incompatible",
        "DB-POSTGRES-VERSION",
        "Dữ liệu ở {place} do một phiên bản PostgreSQL khác tạo ra. Hãy dùng đúng phiên bản motcua cũ để "
        "`motcua backup`, rồi `motcua restore` bằng phiên bản này.",
        "The data in {place} was made by another PostgreSQL version.",
    ),
    (
        "Permission denied",
        "DB-PERMISSION",
        "Không đủ quyền đọc hoặc ghi {place}. Hãy chạy bằng người dùng sở hữu thư mục, hoặc chọn thư mục khác "
        "bằng MOTCUA_DATA_DIR.",
        "No permission on {place}; run as its owner or choose another MOTCUA_DATA_DIR.",
    ),
    (
        "Read-only file system",
        "DB-PERMISSION",
        "{place} nằm trên hệ thống tệp chỉ đọc. Hãy chọn thư mục ghi được bằng MOTCUA_DATA_DIR.",
        "{place} is on a read-only file system; choose another MOTCUA_DATA_DIR.",
    ),
)


def explain(output: str, place: str, doing: str) -> DatabaseProblem:
    """Turn what a program or the system printed into a problem; `doing` names the step in Vietnamese."""
    for sign, code, vietnamese, english in _KNOWN:
        if sign.lower() in output.lower():
            return DatabaseProblem(code, vietnamese.format(place=place), english.format(place=place))
    tail = " / ".join(line.strip() for line in output.strip().splitlines()[-4:]) or "không có thông báo nào"
    return DatabaseProblem(
        "DB-START",
        f"PostgreSQL không {doing} được tại {place}. PostgreSQL báo: {tail}",
        f"PostgreSQL failed at {place}; its last words are quoted above.",
    )
