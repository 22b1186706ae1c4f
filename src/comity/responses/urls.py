"""Addresses of what one party says about a record of another."""

from django.urls import path

from comity.responses import views

app_name = "responses"
urlpatterns = [
    path("records/<record:slug>/respond/", views.respond, name="respond"),
    path("records/<record:slug>/propose/", views.propose, name="propose"),
    path("proposals/<record:slug>/", views.proposal, name="proposal"),
    path("proposals/<record:slug>/accept/", views.accept, name="accept"),
    path("proposals/<record:slug>/decline/", views.decline, name="decline"),
    path("proposals/<record:slug>/withdraw/", views.withdraw, name="withdraw"),
    path("questions/<record:slug>/answered/", views.answered, name="answered"),
]
