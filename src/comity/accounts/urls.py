"""Sign-in, password, second factor: the views of allauth that this node uses, and no other; and preferences."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from comity.accounts.views import preferences

# Signing out is also how somebody who gave a password, but not yet a code, begins again.
urlpatterns = [
    path("account/sign-in/", account.login, name="account_login"),
    path("account/sign-out/", login_not_required(account.logout), name="account_logout"),
    path("account/closed/", account.account_inactive, name="account_inactive"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/preferences/", preferences, name="account_preferences"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/security/", mfa.index, name="mfa_index"),
    path("account/sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("account/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/security/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/security/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/security/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/security/recovery-codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/security/recovery-codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
