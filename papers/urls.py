from django.urls import path

from papers import views

app_name = "papers"

urlpatterns = [
    path("<uuid:pk>/papers/", views.papers, name="list"),
    path("<uuid:pk>/papers/agreed.json", views.as_json, name="json"),
    path("<uuid:pk>/papers/<slug:kind>/", views.paper, name="paper"),
    path("<uuid:pk>/papers/<slug:kind>/ask/", views.ask, name="ask"),
    path("<uuid:pk>/papers/<slug:kind>/pdf/", views.pdf, name="pdf"),
]
