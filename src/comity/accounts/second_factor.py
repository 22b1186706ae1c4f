"""The forms and the sign-in of a second factor: allauth's own, in this node's words, and hard to upset.

What a browser sends of a passkey is somebody's input like any other: whatever is not a credential is a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.internal.templatekit import get_entrance_context_data
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from comity.accounts.adapters import note_failure

_LONGEST = 20_000  # characters of a credential, whose parts are a key, a signature and an attestation
_STRANGER_SECONDS = 300  # how long a challenge waits for its answer


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The second step of signing in; a wrong code is on the log."""

    def clean_code(self) -> str:
        """The code."""
        return _told(self, super().clean_code)


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """A code before something that changes how an account is protected."""

    def clean_code(self) -> str:
        """The code."""
        return _told(self, super().clean_code)


def _told(form: Any, clean: Callable[[], str]) -> str:
    try:
        return clean()
    except forms.ValidationError:
        note_failure(form.user, "second-step-failed")
        raise


class _Credential(forms.JSONField):
    """What the browser made of a passkey: an object, and not a large one."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > _LONGEST:
            raise get_adapter().validation_error("incorrect_code")
        try:
            credential = super().to_python(value)
        except RecursionError as nested:
            raise get_adapter().validation_error("incorrect_code") from nested
        if credential is not None and not _is_credential(credential):
            raise get_adapter().validation_error("incorrect_code")
        return credential


def _is_credential(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("response"), dict)


class _Sealed:
    """For a form with a credential: whatever the library makes of nonsense, the form is wrong and nothing else."""

    def _sealed(self, clean: Callable[[], Any]) -> Any:
        try:
            return clean()
        except (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError) as nonsense:
            raise get_adapter().validation_error("incorrect_code") from nonsense


class NewPasskeyForm(_Sealed, AddWebAuthnForm):  # type: ignore[misc]
    """Register a passkey under a name that its owner will know it by."""

    name = forms.CharField(
        label=_("Name"), required=False, max_length=60, help_text=_("What you will know it by, such as “work phone”.")
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without the password"),
        required=False,
        initial=True,
        help_text=_("The device then asks for your finger, your face or its code each time."),
    )
    credential = _Credential(widget=forms.HiddenInput, error_messages={"required": _("No passkey was made.")})

    def clean(self) -> Any:
        """The credential and its name."""
        return self._sealed(super().clean)


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Name a passkey anew."""

    name = forms.CharField(label=_("Name"), max_length=60)


class PasskeyForm(_Sealed, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of signing in with a passkey."""

    credential = _Credential(widget=forms.HiddenInput)

    def clean_credential(self) -> Any:
        """The registered passkey that answered."""
        return self._sealed(super().clean_credential)


class PasskeySignInForm(_Sealed, LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey alone."""

    credential = _Credential(widget=forms.HiddenInput)

    def clean_credential(self) -> Any:
        """The registered passkey that answered."""
        return self._sealed(super().clean_credential)


class PasskeyAgainForm(_Sealed, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something that changes how an account is protected."""

    credential = _Credential(widget=forms.HiddenInput)

    def clean_credential(self) -> Any:
        """The registered passkey that answered."""
        return self._sealed(super().clean_credential)


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc]
    """allauth's view, which goes on to where one was going and says so when a passkey is not accepted."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The challenge. What it leaves of a stranger is soon forgotten."""
        answer: HttpResponse = super().get(request, *args, **kwargs)
        if not request.user.is_authenticated:
            request.session.set_expiry(_STRANGER_SECONDS)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in."""
        passkey = form.cleaned_data["credential"]
        login = Login(user=passkey.user, redirect_url=get_next_redirect_url(self.request))
        self.request.session.set_expiry(0)  # a closed browser is signed out
        answer: HttpResponse = flows.perform_passwordless_login(self.request, passkey, login)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ARG002  (its signature)
        """Back to the page that offers every way in."""
        context = {
            "form": LoginForm(request=self.request),
            "passkey_refused": True,
            "redirect_field_value": get_next_redirect_url(self.request) or "",
            **get_entrance_context_data(self.request),
        }
        return render(self.request, "account/login.html", context, status=422)


class PasskeyAgain(ReauthenticateWebAuthnView):  # type: ignore[misc]
    """allauth's view, which says so on its own page when a passkey is not accepted."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same page."""
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return answer
