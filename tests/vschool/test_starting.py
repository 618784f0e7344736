"""What a start reads; without this nobody notices that it has become slow."""

import os
import subprocess
import sys

import pytest

WEB = "import vschool.wsgi"
QUEUE = "import vschool; vschool.celery_app.loader.init_worker()"


@pytest.mark.parametrize(
    ("start", "read", "left"),
    [
        pytest.param(WEB, {"pep.views"}, {"weasyprint"}, id="the web server reads its pages"),
        pytest.param(QUEUE, {"pep.tasks"}, {"weasyprint", "pep.views"}, id="worker and beat none"),
    ],
)
def test_a_start_reads_what_it_needs(start, read, left):
    done = subprocess.run(
        [sys.executable, "-c", f"{start}; import sys; print(*sys.modules)"],
        env=os.environ | {"CELERY_SKIP_CHECKS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = set(done.stdout.split())

    assert read <= loaded
    assert not left & loaded


def test_the_web_server_looks_through_what_it_read_only_once():
    done = subprocess.run(
        [sys.executable, "-c", f"{WEB}; import gc; print(gc.get_freeze_count())"],
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(done.stdout) > 100_000
