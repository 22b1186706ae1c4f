"""Addresses for an operator's own tools."""

from django.urls import path

from comity.desk.operating import views

app_name = "operating"
urlpatterns = [
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
