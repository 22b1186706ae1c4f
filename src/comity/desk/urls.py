"""Addresses of the rooms that compose others: Today, search, the log."""

from django.urls import path

from comity.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.today, name="today"),
    path("search/", views.search, name="search"),
    path("search/export.<str:form>", views.search_export, name="search-export"),
    path("log/", views.log, name="log"),
    path("log/export.<str:form>", views.log_export, name="log-export"),
    path("log/<int:index>/", views.log_entry, name="log-entry"),
    path("log/<int:index>/proof.json", views.log_proof, name="log-proof"),
]
