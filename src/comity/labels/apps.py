from django.apps import AppConfig


class LabelsConfig(AppConfig):
    name = "comity.labels"
    label = "labels"
