from django.urls import path

from disclosure import views

app_name = "disclosure"
urlpatterns = [
    path("subject-access/", views.requests, name="list"),
    path("children/<uuid:pk>/subject-access/", views.receive, name="receive"),
    path("subject-access/<uuid:pk>/", views.request, name="request"),
    path("subject-access/<uuid:pk>/identity/", views.identity, name="identity"),
    path("subject-access/<uuid:pk>/complex/", views.make_complex, name="complex"),
    path("subject-access/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("subject-access/<uuid:pk>/second-person/", views.second, name="second"),
    path("subject-access/<uuid:pk>/<slug:step>/step/", views.step, name="step"),
    path("subject-access/<uuid:pk>/review/<slug:kind>/", views.review, name="review"),
    path("subject-access/<uuid:pk>/review/<slug:kind>/accept/", views.accept, name="accept"),
    path("subject-access/<uuid:pk>/file/<slug:kind>/", views.file, name="file"),
]
