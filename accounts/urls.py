from django.urls import path

from accounts.views import account, council_accounts, passwords, signing_in, two_step

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-in/code/", signing_in.code, name="code"),
    path("sign-in/passkey/", signing_in.passkey, name="passkey"),
    path("sign-in/recovery/", signing_in.recovery, name="recovery"),
    path("sign-in/council/<str:code>/", council_accounts.begin, name="council"),
    path("sign-in/council/<str:code>/back/", council_accounts.back, name="council_back"),
    path("sign-in/help/", passwords.cannot_sign_in, name="cannot_sign_in"),
    path("sign-in/help/sent/", passwords.reset_sent, name="reset_sent"),
    path("sign-in/reset/<str:uid>/<str:token>/", passwords.reset, name="reset"),
    path("sign-in/new-password/", passwords.new_password, name="new_password"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("switch/", account.switch, name="switch"),
    path("account/", account.account, name="account"),
    path("account/stay/", account.stay, name="stay"),
    path("account/password/", passwords.change_password, name="change_password"),
    path("account/confirm/", two_step.confirm, name="confirm"),
    path("account/two-step/", two_step.two_step, name="two_step"),
    path("account/two-step/app/", two_step.app, name="two_step_app"),
    path("account/two-step/passkey/", two_step.passkey, name="two_step_passkey"),
    path("account/two-step/codes/", two_step.codes, name="codes"),
    path("account/two-step/remove/", two_step.remove, name="two_step_remove"),
    path("account/devices/", account.devices, name="devices"),
    path("account/devices/end/", account.end_session, name="end_session"),
    path("theme.css", account.theme, name="theme"),
]
