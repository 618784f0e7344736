from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("switch/", views.switch, name="switch"),
    path("account/", views.account, name="account"),
    path("account/stay/", views.stay, name="stay"),
    path("theme.css", views.theme, name="theme"),
]
