from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse

from motcua.engine.accounts.demo import demo_accounts
from motcua.engine.permissions.api import PUBLIC, page


class SignInView(LoginView):
    """allauth's sign-in; in demonstration mode it also lists the cast, each with its own button."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"demo_accounts": demo_accounts()}


sign_in = SignInView.as_view()


@page(PUBLIC, methods=("GET", "POST"))
def closed(request: HttpRequest) -> HttpResponse:
    """A page of allauth that this house does not offer."""
    raise Http404
