# Two stages: the first installs and compiles, the second keeps only what runs. The tag has no digest, so that
# a stand-in of the same name can be built offline; GitHub wants the image's user to be root.
FROM python:3.12-slim-bookworm AS build
COPY requirements.lock /
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary=:all: \
    --target=/packages --requirement=/requirements.lock
COPY entrypoint.py /app/
COPY cses_action /app/cses_action
RUN python -m compileall -q /app

FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="cses-action" \
      org.opencontainers.image.description="Deploys to Azure Cloud Services (extended support) and proves HTTPS" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
# Into Python's own folder: a PYTHONPATH that the workflow sets for its job would replace one set here.
COPY --from=build /packages /usr/local/lib/python3.12/site-packages
COPY --from=build /app /app
ENTRYPOINT ["/usr/local/bin/python", "/app/entrypoint.py"]
