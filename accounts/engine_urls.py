"""The few names by which the sign-in library finds our pages; none of its own is routed."""

from django.urls import path

from accounts.views import passwords, signing_in

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="account_login"),
    path("sign-in/code/", signing_in.code, name="mfa_authenticate"),
    path("sign-in/email/", passwords.email_sent, name="account_email_verification_sent"),
    path("sign-in/email/<str:key>/", passwords.confirm_email, name="account_confirm_email"),
]
