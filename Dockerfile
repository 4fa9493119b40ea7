# The service in one image: web and worker differ in their command only (see compose.yaml).

FROM node:22-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS build
WORKDIR /srv/gridsvc
COPY requirements.txt requirements-build.txt ./
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements-build.txt
COPY --from=assets /src/node_modules node_modules
COPY . .
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && .venv/bin/python scripts/assets.py \
    && rm -r node_modules

FROM python:3.13-slim
# What a briefing is put on paper with, Chinese letters included.
RUN apt-get update -qq \
    && apt-get install --yes --no-install-recommends -qq \
        fonts-noto-cjk libharfbuzz-subset0 libpangoft2-1.0-0 \
    && rm -r /var/lib/apt/lists/*
RUN useradd --system --uid 10001 gridsvc \
    && install --directory --owner gridsvc --mode 0700 /var/lib/gridsvc
COPY --from=build /srv/gridsvc /srv/gridsvc
USER gridsvc
WORKDIR /srv/gridsvc
ENV PATH=/srv/gridsvc/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    GRIDSVC_HOME=/var/lib/gridsvc \
    GRIDSVC_HOST=0.0.0.0
VOLUME /var/lib/gridsvc
EXPOSE 8311
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8311/readyz')"]
ENTRYPOINT ["sh", "scripts/in-container.sh"]
CMD ["serve"]
