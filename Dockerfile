# Two stages: the first installs and compiles, the second keeps only what runs. The tag has no digest, so that
# a stand-in of the same name can be built offline; GitHub wants the image's user to be root.
FROM python:3.12-slim-bookworm AS build
COPY requirements.lock /
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary=:all: --no-compile \
    --target=/packages --requirement=/requirements.lock
# Most of what wheels bring is never used here: other versions of the SDKs' API and their asynchronous twins, what
# actions-toolkit needs to call GitHub, rich to colour code, and lxml besides parsing. `make image` runs whole
# deployments with what is left.
RUN find /packages/azure/mgmt/compute -maxdepth 1 -name 'v20*' ! -name v2024_11_04 -exec rm -r {} + \
    && find /packages -depth -type d \( -name aio -o -name tests \) -exec rm -r {} + \
    && rm -r /packages/bin /packages/github /packages/[Pp]y[Gg]ithub-* /packages/nacl /packages/[Pp]y[Nn]a[Cc]l-* \
        /packages/pygments /packages/pygments-* \
        /packages/lxml/html /packages/lxml/includes /packages/lxml/isoschematron /packages/lxml/objectify.*
COPY entrypoint.py /app/
COPY cses_action /packages/cses_action
# Compiled, it starts two seconds sooner, and nothing is written when it runs: the root may be read-only. The modes
# are those of the checkout, and any user may run it.
RUN python -m compileall -q --invalidation-mode unchecked-hash /app /packages && chmod -R a+rX,go-w /app /packages

FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="cses-action" \
      org.opencontainers.image.description="Deploys to Azure Cloud Services (extended support) and proves HTTPS" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
# The base has its standard library uncompiled.
RUN python -m compileall -q -x 'site-packages|ensurepip|idlelib|lib2to3|pydoc_data|turtledemo' \
    --invalidation-mode unchecked-hash /usr/local/lib/python3.12
# Into Python's own folder: with -I Python looks nowhere else, and heeds none of the PYTHON… variables that a
# workflow may set for its job; so -B and -u say what the two above say to whoever starts another Python.
COPY --from=build /packages /usr/local/lib/python3.12/site-packages
COPY --from=build /app /app
ENTRYPOINT ["/usr/local/bin/python", "-IBu", "/app/entrypoint.py"]
