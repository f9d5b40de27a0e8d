"""A paper from the person's signature to the organisation's: order, authority, certificates, and what is remembered."""

from __future__ import annotations

import datetime as dt
import hashlib
from itertools import pairwise

import pytest
from django.db import DatabaseError, connection, transaction

from motcua.engine.events.api import Event
from motcua.engine.permissions.api import NotPermitted
from motcua.engine.registers.api import Series, last_number
from motcua.engine.signing import development, keys
from motcua.engine.signing.api import (
    CHANGED,
    GOOD,
    UNSIGNED,
    UNTRUSTED,
    Authority,
    Fields,
    SignatureRecord,
    SigningRefused,
    Trust,
    add_pkcs12,
    corner_of_first_page,
    fill_number_and_day,
    issue_development,
    number_from_register,
    retire_identity,
    seal_as_organisation,
    sign_as_person,
    signing_trust,
    state_of,
    verify,
)
from motcua.engine.signing.tests.conftest import CODE, ORGANISATION, PATH
from motcua.kernel import clock

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 3)


def refused(code, call, *args, **kwargs):
    with pytest.raises(SigningRefused) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code
    assert caught.value.message


def issued(letter, paper, leader, clerk):
    """The three states of a paper: signed, numbered, sealed."""
    signed = sign_as_person(
        leader[0], letter(), paper, leader[1], place="Mẫu Ngọc Hòa", reason="Ban hành"
    ).pdf
    numbered = fill_number_and_day(clerk[0], signed, paper, number="15/QĐ-UBND", day=DAY).pdf
    return signed, numbered, seal_as_organisation(clerk[0], numbered, paper, clerk[1], name=ORGANISATION).pdf


def test_every_signature_stays_valid_to_the_end(letter, paper, leader, clerk):
    states = issued(letter, paper, leader, clerk)
    found = [verify(pdf, signing_trust()) for pdf in states]
    assert [one.state for one in found] == [GOOD] * 3
    assert all(later.startswith(earlier) for earlier, later in pairwise(states))
    person, organisation = found[-1].signatures
    assert (person.signer, person.role, organisation.signer) == ("Đặng Thị Mẫu Hương", "person", ORGANISATION)
    assert (organisation.role, organisation.covers_all, person.covers_all) == ("organisation", True, False)
    assert (found[-1].number, found[-1].day) == ("15/QĐ-UBND", "ngày 03 tháng 3 năm 2026")
    assert person.reason == "Ban hành · KT. Chủ tịch – Phó Chủ tịch" and person.place == "Mẫu Ngọc Hòa"
    assert person.timestamped_at is not None
    assert any("15/QĐ-UBND" in change for change in person.changes)
    assert any(ORGANISATION in change for change in person.changes)
    assert organisation.changes == ()


def test_the_file_itself_holds_what_a_later_check_needs(letter, paper, leader, clerk):
    """B-LT: with the root alone, without the lists, and after the lists of the day have run out."""
    pdf = issued(letter, paper, leader, clerk)[-1]
    alone = Trust(roots=signing_trust().roots)
    assert verify(pdf, alone).state == GOOD
    assert verify(pdf, Trust()).state == UNTRUSTED


def test_wrong_order_is_refused(letter, paper, leader, clerk):
    empty = letter()
    seal = (clerk[1],)
    refused("signing.order.number-early", fill_number_and_day, clerk[0], empty, paper, number="1", day=DAY)
    refused(
        "signing.order.seal-early", seal_as_organisation, clerk[0], empty, paper, *seal, name=ORGANISATION
    )
    signed, numbered, sealed = issued(letter, paper, leader, clerk)
    refused("signing.order.person-done", sign_as_person, leader[0], signed, paper, leader[1])
    refused(
        "signing.order.seal-number", seal_as_organisation, clerk[0], signed, paper, *seal, name=ORGANISATION
    )
    refused("signing.order.number-done", fill_number_and_day, clerk[0], numbered, paper, number="2", day=DAY)
    refused("signing.order.number-done", fill_number_and_day, clerk[0], sealed, paper, number="2", day=DAY)
    refused(
        "signing.order.seal-done", seal_as_organisation, clerk[0], sealed, paper, *seal, name=ORGANISATION
    )


def test_two_persons_sign_before_the_number(letter, paper, leader, clerk, person, authority, unit):
    second = person("binh")
    authority(second, Authority(post="Chủ tịch"))
    identity = issue_development("Trần Văn Mẫu Bình", organisation=ORGANISATION, unit=unit, user=second.user)

    def two(fields):
        first = fields.persons[0]
        other = type(first)(first.page, first.x - 220, first.y, first.width, first.height)
        return Fields((first, other), fields.number, fields.day, fields.seal)

    once = sign_as_person(leader[0], letter(keep=two), paper, leader[1]).pdf
    refused("signing.order.number-early", fill_number_and_day, clerk[0], once, paper, number="1", day=DAY)
    twice = sign_as_person(second, once, paper, identity).pdf
    numbered = fill_number_and_day(clerk[0], twice, paper, number="01/QĐ", day=DAY).pdf
    found = verify(
        seal_as_organisation(clerk[0], numbered, paper, clerk[1], name=ORGANISATION).pdf, signing_trust()
    )
    assert found.state == GOOD and len(found.signatures) == 3


def test_a_slip_bears_the_organisations_signature_alone(letter, paper, clerk):
    slip = letter(keep=lambda _fields: Fields(seal=corner_of_first_page(595, 842)))
    found = verify(
        seal_as_organisation(clerk[0], slip, paper, clerk[1], name=ORGANISATION).pdf, signing_trust()
    )
    assert found.state == GOOD and [one.role for one in found.signatures] == ["organisation"]


def test_the_number_comes_from_the_register_and_goes_back_when_refused(
    letter, paper, leader, clerk, province
):
    series = Series(province.pk, "decision", CODE, "2026", PATH)
    empty = letter()
    refused(
        "signing.order.number-early",
        number_from_register,
        clerk[0],
        empty,
        paper,
        series,
        day=DAY,
        symbol="QĐ-UBND",
    )
    assert last_number(series) == 0
    signed = sign_as_person(leader[0], empty, paper, leader[1]).pdf
    done = number_from_register(clerk[0], signed, paper, series, day=DAY, symbol="QĐ-UBND")
    assert (done.record.number, last_number(series)) == ("01/QĐ-UBND", 1)


def test_authority_is_asked_at_the_moment(letter, paper, leader, authority):
    authority.take_back(leader[0])
    refused("signing.authority.missing", sign_as_person, leader[0], letter(), paper, leader[1])
    authority(leader[0], Authority(form="TUQ.", stands_for="Giám đốc sở", basis="12/QĐ-SNV"))
    done = sign_as_person(leader[0], letter(), paper, leader[1])
    assert (done.record.form, done.record.stands_for, done.record.basis) == (
        "TUQ.",
        "Giám đốc sở",
        "12/QĐ-SNV",
    )
    assert verify(done.pdf, signing_trust()).signatures[0].reason == "TUQ. Giám đốc sở (12/QĐ-SNV)"


def test_nobody_signs_with_anothers_certificate(letter, paper, leader, clerk, person, authority):
    other = person("other")
    authority(other)
    refused("signing.identity.other", sign_as_person, other, letter(), paper, leader[1])
    refused("signing.identity.other", sign_as_person, leader[0], letter(), paper, clerk[1])
    refused("signing.identity.other", seal_as_organisation, clerk[0], letter(), paper, leader[1], name="x")
    with pytest.raises(NotPermitted):
        fill_number_and_day(leader[0], letter(), paper, number="1", day=DAY)
    with pytest.raises(NotPermitted):
        seal_as_organisation(leader[0], letter(), paper, clerk[1], name="x")


def test_expired_revoked_and_foreign_certificates_are_refused(letter, paper, leader, monkeypatch):
    viewer, identity = leader
    empty = letter()
    with clock.frozen(identity.valid_to + dt.timedelta(seconds=1)):
        refused("signing.certificate.expired", sign_as_person, viewer, empty, paper, identity)
    with clock.frozen(identity.valid_from - dt.timedelta(days=1)):
        refused("signing.certificate.early", sign_as_person, viewer, empty, paper, identity)
    development.revoke(int(identity.serial, 16))
    refused("signing.certificate.revoked", sign_as_person, viewer, empty, paper, identity)
    monkeypatch.setenv("MOTCUA_DEMO", "0")
    refused("signing.certificate.untrusted", sign_as_person, viewer, empty, paper, identity)
    assert not SignatureRecord.objects.exists()


def test_without_a_list_in_force_nothing_is_signed(letter, paper, leader, monkeypatch):
    trust = signing_trust()
    monkeypatch.setattr(
        "motcua.engine.signing.operations.signing_trust", lambda **_: Trust(trust.roots, trust.between)
    )
    refused("signing.revocation.unknown", sign_as_person, leader[0], letter(), paper, leader[1])


def test_revoked_later_the_signature_of_before_holds_by_its_time_stamp(letter, paper, leader):
    start = clock.now()
    with clock.frozen(start):
        pdf = sign_as_person(leader[0], letter(), paper, leader[1]).pdf
    with clock.frozen(start + dt.timedelta(days=2)):
        development.revoke(int(leader[1].serial, 16))
        found = verify(pdf, signing_trust())
        assert found.state == GOOD and found.signatures[0].judged_at == found.signatures[0].timestamped_at


def test_without_a_time_stamp_a_revoked_certificate_counts_as_of_now(letter, paper, leader, monkeypatch):
    monkeypatch.setattr("motcua.engine.signing.operations.time_stamper", lambda: None)
    pdf = sign_as_person(leader[0], letter(), paper, leader[1]).pdf
    assert verify(pdf, signing_trust()).signatures[0].timestamped_at is None
    development.revoke(int(leader[1].serial, 16))
    later = clock.now() + dt.timedelta(minutes=1)
    found = verify(pdf, signing_trust(), at=later)
    assert (found.state, found.signatures[0].trust_code) == (CHANGED, "signing.certificate.revoked")


def test_a_clock_that_is_wrong_signs_nothing(letter, paper, leader, monkeypatch):
    moment = clock.now()
    ahead = development.time_stamper(moment.astimezone(dt.UTC) + dt.timedelta(minutes=10))
    with monkeypatch.context() as patch:
        patch.setattr("motcua.engine.signing.operations.time_stamper", lambda: ahead)
        refused("signing.clock.off", sign_as_person, leader[0], letter(), paper, leader[1])
    sign_as_person(leader[0], letter(), paper, leader[1])
    with clock.frozen(moment - dt.timedelta(hours=1)):
        refused("signing.clock.behind", sign_as_person, leader[0], letter(), paper, leader[1])


def test_a_paper_changed_after_signing_goes_no_further(letter, paper, leader, clerk):
    signed = bytearray(sign_as_person(leader[0], letter(), paper, leader[1]).pdf)
    place = signed.index(b"/MediaBox") + 1
    signed[place] ^= 1
    with pytest.raises(SigningRefused) as caught:
        fill_number_and_day(clerk[0], bytes(signed), paper, number="1", day=DAY)
    assert caught.value.code in ("signing.paper.changed", "signing.file.unreadable")


def test_records_and_events_say_what_happened_and_cannot_be_changed(letter, paper, leader, clerk):
    signed, numbered, sealed = issued(letter, paper, leader, clerk)
    rows = list(SignatureRecord.objects.order_by("id"))
    digests = [hashlib.sha256(pdf).hexdigest() for pdf in (signed, numbered, sealed)]
    assert [row.digest_after for row in rows] == digests
    assert [row.digest_before for row in rows][1:] == digests[:2]
    assert [row.act for row in rows] == ["person", "number", "organisation"]
    assert [row.serial for row in rows] == [leader[1].serial, "", clerk[1].serial]
    events = Event.objects.filter(type__startswith="signing:paper").order_by("id")
    assert [event.type for event in events] == [
        "signing:paper:signed",
        "signing:paper:numbered",
        "signing:paper:sealed",
    ]
    assert "Hương" not in str([event.payload for event in events])
    for statement in ("UPDATE signing_signaturerecord SET kind = 'x'", "DELETE FROM signing_signaturerecord"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_key_file_asks_for_its_passphrase(letter, paper, data_folder, person, unit, authority):
    viewer = person("an")
    authority(viewer)
    pair, above = development.issue("Nguyễn Thị Mẫu An", organisation=ORGANISATION)
    data = development.as_pkcs12(pair, above, "mật khẩu")
    refused("signing.key.secret", add_pkcs12, viewer, data, "sai", unit=unit, user=viewer.user)
    identity = add_pkcs12(viewer, data, "mật khẩu", unit=unit, user=viewer.user)
    refused("signing.certificate.known", add_pkcs12, viewer, data, "mật khẩu", unit=unit, user=viewer.user)
    stored = (keys.folder() / f"{identity.uid}.key").read_bytes()
    assert b"motcua" not in stored and data[:40] not in stored
    refused("signing.key.secret", sign_as_person, viewer, letter(), paper, identity, secret="sai")
    assert (
        sign_as_person(viewer, letter(), paper, identity, secret="mật khẩu").record.serial == identity.serial
    )
    retire_identity(viewer, identity)
    assert not (keys.folder() / f"{identity.uid}.key").exists()
    identity.refresh_from_db()
    refused("signing.identity.retired", sign_as_person, viewer, letter(), paper, identity, secret="mật khẩu")


def test_only_who_manages_a_unit_adds_its_certificate(data_folder, person, unit):
    pair, above = development.issue(ORGANISATION, organisation="UBND tỉnh")
    with pytest.raises(NotPermitted):
        add_pkcs12(person("an"), development.as_pkcs12(pair, above, "x"), "x", unit=unit)


def test_sealed_keys_follow_a_new_data_key(leader, data_folder, monkeypatch):
    from motcua.engine.privacy import keys as ring_keys
    from motcua.engine.privacy import resealing

    monkeypatch.setenv("MOTCUA_DATA_KEYS", "A" * 43 + "\n" + "B" * 42 + "A")
    ring_keys.ring.cache_clear()
    waiting = len(resealing.waiting_files())
    assert waiting >= 4  # three of the authority, one of the leader
    assert resealing.reseal_files() == waiting and resealing.waiting_files() == []
    assert keys.kept_of(leader[1].uid).pkcs12


def test_the_development_authority_stays_out_of_production(data_folder, unit, person, monkeypatch):
    monkeypatch.setenv("MOTCUA_DEMO", "0")
    user = person("an").user
    refused("signing.development.forbidden", issue_development, "An", organisation="x", unit=unit, user=user)
    assert not development.folder().exists()
    monkeypatch.setenv("MOTCUA_SIGNING_DEVELOPMENT", "1")
    assert issue_development("An", organisation="x", unit=unit, user=user).kind == "development"


def test_an_unsigned_and_a_foreign_file(letter, data_folder):
    empty = letter()
    assert verify(empty, signing_trust()).state == UNSIGNED
    assert state_of(empty).persons == {"nguoi_ky": False}
    foreign = verify(b"no pdf", Trust())
    assert foreign.state == CHANGED and foreign.problems
