"""How agencies name themselves, by kind; an agency of several kinds is found under each."""

from __future__ import annotations

from django.utils.translation import gettext_noop

# The key is what the address says; then what the reader sees, and what the names of such agencies match.
AGENCY_KINDS = {
    "xa": (gettext_noop("Ủy ban nhân dân cấp xã"), r"(nhân dân|chủ tịch)[^,]*xã"),
    "tinh": (gettext_noop("Ủy ban nhân dân cấp tỉnh"), r"(nhân dân|chủ tịch)[^,]*tỉnh"),
    "so": (gettext_noop("Sở, ban, ngành"), r"(^|\W)(sở|ban quản lý|văn phòng đăng ký đất đai)\W"),
    "cong-an": (gettext_noop("Công an"), "công an"),
    "thue": (gettext_noop("Thuế"), "thuế"),
    "hai-quan": (gettext_noop("Hải quan"), "hải quan"),
    "ngan-hang": (gettext_noop("Ngân hàng Nhà nước"), "ngân hàng nhà nước"),
    "bhxh": (gettext_noop("Bảo hiểm xã hội"), "bảo hiểm xã hội"),
}
