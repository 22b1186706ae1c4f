"""Pages of one's own account that allauth does not have."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from comity.accounts.actions import set_preferences
from comity.accounts.forms import PreferencesForm
from comity.accounts.models import Account
from comity.accounts.queries import subject_of
from comity.kernel.clock import now


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How pages look to whoever is signed in."""
    account = request.user
    if not isinstance(account, Account):  # a stranger does not come this far, unless somebody opens the door
        raise PermissionDenied
    if request.method == "GET":
        form = PreferencesForm(initial={"language": account.language, "hijri": account.hijri})
        return render(request, "account/preferences.html", {"form": form})
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return render(request, "account/preferences.html", {"form": form}, status=422)
    set_preferences(**form.cleaned_data, actor=subject_of(account), at=now())
    response = redirect("mfa_index")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # what was just chosen holds in this browser too
    return response
