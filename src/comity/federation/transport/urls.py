"""Addresses that other nodes ask; no person does."""

from django.urls import path

from comity.federation.transport import views

urlpatterns = [
    path("exchange/v1/vectors", views.status, name="exchange_vectors"),
    path("exchange/v1/manifests", views.manifests, name="exchange_manifests"),
    path("exchange/v1/frames", views.frames, name="exchange_frames"),
    path("exchange/v1/pull", views.pull, name="exchange_pull"),
]
