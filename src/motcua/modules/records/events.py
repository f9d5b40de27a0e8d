"""What happens to papers. Of what concerns a dossier the subject is the dossier, so that its history tells it and its
facts are counted anew; a payload holds what changed (`set`), codes and keys only, so that old state + event = new."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from motcua.engine.events.api import declare_event

_WORDS: Mapping[str, str] = {
    "digitisation:scanned": gettext_noop("Số hóa thành phần {numbers}"),
    "digitisation:accepted": gettext_noop("Bản số hóa thành phần {numbers} đạt yêu cầu"),
    "digitisation:refused": gettext_noop("Yêu cầu quét lại thành phần {numbers}"),
    "digitisation:certified": gettext_noop("Ký xác nhận bản số hóa thành phần {numbers}"),
    "digitisation:exempted": gettext_noop("Thành phần {numbers} không phải số hóa"),
    "digitisation:lifted": gettext_noop("Thành phần {numbers} phải số hóa trở lại"),
    "reuse:used": gettext_noop("Dùng lại giấy tờ trong kho cho thành phần {numbers}"),
    "reuse:taken-back": gettext_noop("Thôi dùng lại giấy tờ cho thành phần {numbers}"),
    "result:issued": gettext_noop("Phát hành kết quả điện tử số {number}"),
    "result:delivered": gettext_noop("Chuyển kết quả điện tử số {number} vào kho của người nộp"),
    "result:replaced": gettext_noop("Thay thế kết quả điện tử số {number}"),
    "result:withdrawn": gettext_noop("Thu hồi kết quả điện tử số {number}"),
    "paper:kept": gettext_noop("Đưa giấy tờ vào kho dữ liệu điện tử"),
    "register:kept": gettext_noop("Đưa dữ liệu của cơ sở dữ liệu {register} vào kho của {count} người"),
    "paper:scoped": gettext_noop("Đổi phạm vi dùng lại giấy tờ trong kho"),
    "paper:ended": gettext_noop("Giấy tờ trong kho hết được dùng"),
    "list:extended": gettext_noop("Thêm giấy tờ phải số hóa theo {basis}"),
    "list:ended": gettext_noop("Giấy tờ thôi phải số hóa từ {valid_to}"),
}
CODES: Mapping[str, str] = {name: declare_event(f"records:{name}", words) for name, words in _WORDS.items()}
# Prefixes of the events after which a dossier's fact is counted anew.
OF_DOSSIERS = ("dossiers:dossier:", "records:digitisation:", "records:reuse:", "records:result:")
