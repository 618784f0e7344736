# One image for the web server, the worker, the clock and the migrations.
FROM python:3.11-slim-bookworm

# WeasyPrint draws with Pango; the fonts are those it is given for names of every spelling.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 UV_PROJECT_ENVIRONMENT=/venv PATH=/venv/bin:$PATH
WORKDIR /site

COPY pyproject.toml uv.lock ./
RUN pip install --no-cache-dir uv==0.13.9 && uv sync --frozen --no-default-groups --no-cache

COPY . .
# Needs no database and no secret: it only gathers and hashes the files of static/.
RUN python manage.py collectstatic --noinput -v 0 \
    && useradd --system --uid 10001 site \
    && install -d -o site -g site /data

USER site
ENV VS_DATA=/data VS_PRODUCTION=1
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "vschool.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--timeout", "120", "--worker-tmp-dir", "/dev/shm", \
     "--no-control-socket"]
