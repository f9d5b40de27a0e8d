import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def language_of(client: Client, **headers: str) -> str:
    return client.get(reverse("web:home"), headers=headers)["Content-Language"]


def test_vietnamese_whatever_the_browser_prefers():
    assert language_of(Client(), accept_language="en-US,en;q=0.9") == "vi"


def test_english_for_who_chose_it_and_nonsense_for_nobody():
    client = Client()
    client.post(reverse("web:choose-language"), {"language": "en"})
    assert language_of(client) == "en"
    client.post(reverse("web:choose-language"), {"language": "xx"})
    assert language_of(client) == "en"
    client.cookies["django_language"] = "zz"
    assert language_of(client) == "vi"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_choosing_a_language_never_leads_elsewhere(target):
    answer = Client().post(reverse("web:choose-language"), {"language": "en", "next": target})
    assert answer["Location"] == reverse("web:home")
