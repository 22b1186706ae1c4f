"""The shell's own addresses; `config.urls` adds the error handlers named in `views`."""

from django.urls import path

from comity.shell import entry_views, import_views, list_views, record_views, views

app_name = "shell"
urlpatterns = [
    path("shell/language", views.language, name="language"),
    path("shell/theme", views.theme, name="theme"),
    path("records/", list_views.kinds, name="kinds"),
    path("records/<record:slug>/", record_views.record, name="record"),
    path("records/<record:slug>/edit/", entry_views.amend, name="amend"),
    path("records/<record:slug>/purge/", entry_views.purge, name="purge"),
    path("records/<record:slug>/proof/<int:number>.json", record_views.proof, name="proof"),
    path("records/<record:slug>/files/<slug:field>", record_views.scan, name="scan"),
    path("records/<str:code>/", list_views.records, name="list"),
    path("records/<str:code>/export.<str:form>", list_views.records_export, name="list-export"),
    path("enter/<str:code>/", entry_views.enter, name="enter"),
    path("import/", import_views.imports, name="imports"),
    path("import/draft/<uuid:uuid>/", import_views.draft, name="import-draft"),
    path("import/<str:code>/", import_views.upload, name="import"),
    path("import/<str:code>/blank.csv", import_views.blank, {"ending": "csv"}, name="import-csv"),
    path("import/<str:code>/blank.xlsx", import_views.blank, {"ending": "xlsx"}, name="import-xlsx"),
    path("healthz", views.healthz, name="healthz"),
]
