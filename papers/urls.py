from django.urls import path

from papers.views import bundles, reading

app_name = "papers"

urlpatterns = [
    path("<uuid:pk>/papers/", reading.papers, name="list"),
    path("<uuid:pk>/papers/agreed.json", reading.as_json, name="json"),
    path("<uuid:pk>/papers/<slug:kind>/", reading.paper, name="paper"),
    path("<uuid:pk>/papers/<slug:kind>/ask/", reading.ask, name="ask"),
    path("<uuid:pk>/papers/<slug:kind>/pdf/", reading.pdf, name="pdf"),
    path("bundles/", bundles.bundles, name="bundles"),
    path("bundles/<uuid:pk>/", bundles.bundle, name="bundle"),
    path("bundles/<uuid:pk>/cancel/", bundles.cancel, name="cancel_bundle"),
    path("bundles/<uuid:pk>/file/", bundles.bundle_file, name="bundle_file"),
]
