"""First steps of an installation: load a province's register, open the first administrator's account."""

from __future__ import annotations

import click

from motcua.cli.django_ready import django_ready
from motcua.cli.problems import Problem, explained


@click.command()
@click.argument("key")
@explained
def load_province(key: str) -> None:
    """Nạp danh bạ đơn vị của tỉnh KEY (ví dụ: bac-ninh). Chạy lại không đổi gì."""
    with django_ready():
        from motcua.reference.organisations.api import load_reference
        from motcua.reference.people.api import load_roles

        try:
            loaded = load_reference(key)
        except LookupError as error:
            raise Problem(
                "SETUP-PROVINCE",
                f"Không có danh bạ nào đi kèm dưới tên “{key}”.",
                f"No packaged register is named {key!r}.",
            ) from error
        load_roles()
        click.echo(f"Đã có {loaded.province.title()}: thêm {loaded.places} địa bàn, {loaded.units} đơn vị.")


@click.command()
@click.argument("username")
@click.option("--province", "key", required=True, help="Tên khóa của tỉnh, ví dụ bac-ninh.")
@click.option("--name", required=True, help="Họ và tên.")
@explained
def create_admin(username: str, key: str, name: str) -> None:
    """Mở tài khoản quản trị hệ thống đầu tiên của một tỉnh; in mật khẩu tạm một lần."""
    with django_ready():
        password = _create_admin(username, key, name)
    click.echo(f"Tài khoản: {username}\nMật khẩu tạm (chỉ hiện lần này, phải đổi khi đăng nhập): {password}")


def _create_admin(username: str, key: str, name: str) -> str:
    from django.db import transaction

    from motcua.engine.permissions.api import Role
    from motcua.engine.provinces.api import Province
    from motcua.kernel.clock import today
    from motcua.reference.people.api import (
        PROVINCE_WIDE,
        Assignment,
        Installer,
        PeopleError,
        Span,
        add_person,
        give_post,
        load_roles,
        open_account,
    )

    province = Province.objects.filter(key=key).first()
    if province is None:
        raise Problem(
            "SETUP-PROVINCE",
            f"Chưa có tỉnh “{key}”. Hãy chạy motcua load-province {key} trước.",
            f"Province {key!r} is not loaded yet.",
        )
    load_roles()
    role = Role.objects.get(code="system-administrator")
    installer = Installer()
    try:
        with transaction.atomic():
            person = add_person(installer, province, display_name=name, unit=PROVINCE_WIDE)
            give_post(installer, person, Assignment(role, PROVINCE_WIDE, Span(today())))
            _, password = open_account(installer, person, username)
    except PeopleError as error:
        raise Problem(
            "SETUP-ADMIN", str(error), "The account was not opened; nothing was changed."
        ) from error
    return password
