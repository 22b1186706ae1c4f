"""Addresses of the objectives room."""

from django.urls import path

from comity.programme import views

app_name = "programme"
urlpatterns = [
    path("objectives/", views.objectives, name="objectives"),
    path("objectives/export.<str:form>", views.objectives_export, name="objectives-export"),
    path("objectives/<record:slug>/", views.objective, name="objective"),
    path("mandates/<record:slug>/", views.mandate, name="mandate"),
    path("initiatives/<record:slug>/", views.initiative, name="initiative"),
    path("indicators/<record:slug>/", views.indicator, name="indicator"),
    path("indicators/<record:slug>/why/", views.why, name="why"),
    path("measurements/<record:slug>/", views.measurement, name="measurement"),
]
