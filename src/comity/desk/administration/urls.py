"""Addresses of the room Administration, and of the page that an invitation opens."""

from django.urls import path

from comity.desk.administration import views

app_name = "administration"
urlpatterns = [
    path("administration/", views.accounts, name="accounts"),
    path("administration/accounts/<uuid:account>/", views.account, name="account"),
    path("administration/accounts/<uuid:account>/password-link/", views.password_link, name="password-link"),
    path("administration/accounts/<uuid:account>/<slug:act>/", views.account_act, name="account-act"),
    path("administration/invitations/", views.invited, name="invitations"),
    path("administration/invitations/new/", views.invite, name="invite"),
    path("administration/invitations/<int:invitation>/withdraw/", views.withdraw, name="withdraw"),
    path("administration/groups/", views.groups, name="groups"),
    path("administration/groups/<int:group>/", views.group, name="group"),
    path("administration/groups/<int:group>/<uuid:account>/leave/", views.leave, name="leave"),
    path("join/<str:secret>/", views.join, name="join"),
]
