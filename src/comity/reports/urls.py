"""Addresses of the room "From the reports"."""

from django.urls import path

from comity.reports import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/<slug:number>/", views.report, name="report"),
    path("reports/<slug:number>/export.<str:form>", views.report_export, name="report-export"),
]
