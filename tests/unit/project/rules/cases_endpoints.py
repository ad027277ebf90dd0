"""Cases of ``rules/endpoints.py``: one that fires and a near miss for each rule."""

from __future__ import annotations

from tests.unit.project.rules.kit import Case, definition, web

HTTPS = '<Endpoints>\n<InputEndpoint name="In" protocol="https" port="443"/></Endpoints>'

CASES = (
    Case("CSD036", ("a.csdef:4:1 error: Endpoint In is https and has no certificate",), definition(web(HTTPS))),
    Case("CSD036", (), definition(web(HTTPS.replace("https", "tcp"))), why="tcp needs none"),
)
