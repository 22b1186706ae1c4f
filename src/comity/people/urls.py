"""Addresses of the people room."""

from django.urls import path

from comity.people import views

app_name = "people"
urlpatterns = [path("people/", views.people, name="people")]
