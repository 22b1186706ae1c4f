"""Addresses of the people room."""

from django.urls import path

from comity.people import replacing, views

app_name = "people"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/chart/", views.organisation_chart, name="chart"),
    path("organisations/<record:slug>/", views.organisation, name="organisation"),
    path("positions/<record:slug>/", views.position, name="position"),
    path("positions/<record:slug>/replace/", replacing.replace, name="replace"),
    path("persons/<record:slug>/", views.person, name="person"),
]
