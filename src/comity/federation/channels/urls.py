"""Addresses of channels."""

from django.urls import path

from comity.federation.channels import views

urlpatterns = [
    path("sharing/channels/", views.channels, name="channels"),
    path("sharing/channels/new/", views.found, name="channel-found"),
    path("sharing/channels/<slug:channel>/", views.channel, name="channel"),
    path("sharing/channels/<slug:channel>/change/", views.change, name="channel-change"),
    path("sharing/channels/<slug:channel>/close/", views.close, name="channel-close"),
]
