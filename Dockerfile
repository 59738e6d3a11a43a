# Docent as an image: `docker build -t docent .`, or with any sentence-transformers model as well:
# `docker build --build-arg TORCH=1 -t docent .` (several hundred MB more). See docs/operating.md.

FROM python:3.11-slim-bookworm AS build
ARG TORCH=
WORKDIR /src
RUN python -m venv /opt/docent
ENV PATH=/opt/docent/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# The dependencies change seldom, so they are a layer of their own. `python deploy/lock.py` makes
# their list; a package whose hash is another one is refused.
COPY deploy/requirements.txt deploy/requirements-torch.txt deploy/
RUN pip install --require-hashes -r deploy/requirements.txt \
    ${TORCH:+-r deploy/requirements-torch.txt}
COPY pyproject.toml README.md LICENSE ./
COPY config config
COPY language language
COPY index index
COPY retrieval retrieval
COPY bot bot
COPY models models
RUN pip install --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin docent \
    && install -d -o docent -g docent /documents \
    && install -d -m 700 -o docent -g docent /data
COPY --from=build /opt/docent /opt/docent
# METRICS_PORT is what the health check asks; it stays on the container's own loopback.
ENV PATH=/opt/docent/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    HF_HOME=/data/models \
    DOCUMENTS_DIR=/documents \
    DATA_DIR=/data \
    METRICS_PORT=9464 \
    LOG_FORMAT=json
WORKDIR /data
VOLUME ["/data"]
USER docent
HEALTHCHECK --interval=30s --timeout=15s --start-period=300s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9464/healthz', timeout=12)"]
ENTRYPOINT ["docent"]
CMD ["run"]
