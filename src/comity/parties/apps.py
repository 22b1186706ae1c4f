from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "comity.parties"
    label = "parties"
