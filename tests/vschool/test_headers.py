"""What every answer carries, and that production's own check finds nothing."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

ROOT = Path(__file__).parents[2]
HEADERS = {
    "Content-Security-Policy": r"(?=.*default-src 'none').*report-uri /csp-report/",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": r"accelerometer=\(\), .*camera=\(\), .*browsing-topics=\(\)",
    "Cache-Control": "no-store|private",
    "X-Robots-Tag": "noindex, nofollow",
}


@pytest.mark.parametrize("path", ["/sign-in/", "/help/", "/a-page-that-is-not-there/", "/admin/"])
def test_every_answer_carries_the_headers(client, db, path):
    answer = client.get(path)

    for name, pattern in HEADERS.items():
        assert re.match(pattern, answer.headers.get(name, "")), name


def test_the_policy_allows_this_host_alone_and_nothing_written_into_a_page():
    rules = dict(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])
    assert rules.pop("report-uri") == ["/csp-report/"]

    assert {source for sources in rules.values() for source in sources} == {"'self'", "'none'"}
    # What default-src does not cover
    assert rules["form-action"] == ["'self'"]
    assert rules["frame-ancestors"] == rules["base-uri"] == rules["default-src"] == ["'none'"]


def test_the_cookies_stay_with_this_site_and_out_of_scripts():
    for name in ("SESSION", "CSRF"):
        assert getattr(settings, f"{name}_COOKIE_HTTPONLY")
        assert getattr(settings, f"{name}_COOKIE_SAMESITE") in {"Lax", "Strict"}


def test_a_blocked_thing_is_noted_without_words(client, caplog):
    report = {
        "csp-report": {
            "effective-directive": "script-src-elem",
            "blocked-uri": "https://elsewhere.example/x.js?child=Amara",
            "document-uri": "https://vs.example/children/?name=Amara",
        }
    }

    answer = client.post(reverse("csp_report"), json.dumps(report), "application/csp-report")

    assert answer.status_code == 204
    assert "script-src-elem, from elsewhere.example" in caplog.text
    assert "Amara" not in caplog.text


@pytest.mark.parametrize(
    ("body", "status"),
    [("not json", 400), ("[]", 400), ('{"csp-report": 3}', 400), ("x" * 9000, 413), ("{}", 204)],
)
def test_an_odd_report_is_no_fault_of_ours(client, caplog, body, status):
    answer = client.post(reverse("csp_report"), body, "application/csp-report")

    assert answer.status_code == status


def test_a_report_cannot_write_lines_of_its_own(client, caplog):
    report = {"csp-report": {"effective-directive": "x\nERROR forged", "blocked-uri": "\nforged"}}

    client.post(reverse("csp_report"), json.dumps(report), "application/csp-report")

    assert "forged" not in caplog.text


def test_the_deployment_check_is_clean():
    environment = os.environ | {
        "VS_PRODUCTION": "1",
        "VS_DEBUG": "",
        "VS_SECRET_KEY": "k3y-for-this-check-only-" * 3,
        "VS_HOSTS": "vs.example.org",
        "VS_ORIGINS": "https://vs.example.org",
        "VS_BASE_URL": "https://vs.example.org",
        "VS_EMAIL_URL": "smtp://user:password@mail.example:587",
    }

    # The browser tests set it for their own process, and in a whole run it reaches us.
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)

    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout
