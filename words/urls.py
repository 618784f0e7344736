from django.urls import path

from words import views

app_name = "words"
urlpatterns = [
    path("account/words/", views.words, name="list"),
    path("account/words/<uuid:pk>/discard/", views.discard, name="discard"),
]
