"""Addresses of the people room."""

from django.urls import path

from comity.people import protection, replacing, views

app_name = "people"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/export.<str:form>", views.people_export, name="people-export"),
    path("people/chart/", views.organisation_chart, name="chart"),
    path("people/retention/", protection.retention, name="retention"),
    path("organisations/<record:slug>/", views.organisation, name="organisation"),
    path("positions/<record:slug>/", views.position, name="position"),
    path("positions/<record:slug>/replace/", replacing.replace, name="replace"),
    path("persons/<record:slug>/", views.person, name="person"),
    path("persons/<record:slug>/report/", protection.access_report, name="report"),
    path("persons/<record:slug>/purge/", protection.purge, name="purge"),
]
