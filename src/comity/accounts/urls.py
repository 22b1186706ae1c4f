"""Sign-in, password, second factor, sessions: the views of allauth that this node uses, and no other; and our own.

Whatever is below account/ is about one's own account: the middleware goes by that.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.contrib.auth.decorators import login_not_required
from django.urls import path, reverse_lazy
from django.views.decorators.http import require_POST

from comity.accounts import views
from comity.accounts.queries import second_factor_words
from comity.accounts.second_factor import PasskeyAgain, PasskeySignIn

others = require_POST(usersessions.ListUserSessionsView.as_view(success_url=reverse_lazy("account_sessions")))
security = mfa.IndexView.as_view(extra_context={"second_factor_words": second_factor_words})

# Signing out is also how somebody who gave a password, but not yet a code, begins again.
urlpatterns = [
    path("account/sign-in/", account.login, name="account_login"),
    path("account/sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("account/sign-in/passkey/", login_not_required(PasskeySignIn.as_view()), name="mfa_login_webauthn"),
    path("account/sign-out/", login_not_required(account.logout), name="account_logout"),
    path("account/closed/", account.account_inactive, name="account_inactive"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/preferences/", views.preferences, name="account_preferences"),
    path("account/session/", views.session, name="account_session"),
    path("account/sessions/", views.session_list, name="account_sessions"),
    path("account/sessions/<int:session>/end/", views.session_end, name="account_session_end"),
    path("account/sessions/others/", others, name="usersessions_list"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
    path("account/security/", security, name="mfa_index"),
    path("account/security/needed/", views.second_factor, name="account_second_factor"),
    path("account/security/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/security/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/security/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("account/security/passkeys/new/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("account/security/passkeys/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("account/security/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("account/security/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/security/recovery-codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/security/recovery-codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
