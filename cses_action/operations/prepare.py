"""Preparing a certificate: from a PFX, or made by the key vault itself, to a version that a thumbprint names."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from cses_action.errors import AzureError
from cses_action.inputs import Inputs
from cses_action.messages import Table
from cses_action.operations.show import certificate_outputs
from cses_action.planning.preparation import (
    SELF_SIGNED,
    newest_fit,
    pfx_refusal,
    pfx_warnings,
    serves,
    version_of,
)
from cses_action.ports import Cloud
from cses_action.project.pfx import read_pfx
from cses_action.resources import Certificate, Pfx
from cses_action.steps.run import Run
from cses_action.steps.storing import Shelf
from cses_action.values import Thumbprint

COLUMNS = ("key vault", "certificate", "thumbprint", "version", "expires", "what was done")


class _Prepared(NamedTuple):
    certificate: Certificate
    how: str


def good_pfx(inputs: Inputs, run: Run) -> Pfx:
    """Return the PFX that is to be imported, or raise everything that is wrong with it."""
    pfx = read_pfx(inputs.certificate_pfx, inputs.certificate_pfx_password)
    now = run.clock.now()
    if refusal := pfx_refusal(pfx, inputs, now):
        raise refusal
    names = ", ".join(pfx.details.names) or pfx.details.subject
    chain = f"{pfx.chain} certificates of its chain" if pfx.chain else "no certificate of its chain"
    run.say(f"PFX {pfx.file or 'in base64'}: {pfx.thumbprint} for {names}, with its private key and {chain}")
    for warning, fix in pfx_warnings(pfx, now):
        run.warn(warning, fix=fix)
    return pfx


def prepare(inputs: Inputs, pfx: Pfx | None, cloud: Cloud, run: Run) -> Thumbprint:
    """Return the thumbprint of the certificate, once the key vault has it."""
    (name,), (where,) = inputs.certificate_names, inputs.key_vaults
    vault = cloud.vaults.locate(where)
    if not vault.enabled_for_deployment:
        run.warn(
            f"Key vault {vault.id.name} is not enabled for deployment: the cloud service could not load from it.",
            fix=f"az keyvault update --name {vault.id.name} --enabled-for-deployment true",
        )
    shelf = Shelf(cloud, vault, name, run)
    certificate, how = _from_pfx(shelf, pfx, run) if pfx else _self_signed(shelf, inputs, cloud, run)
    run.say(f"Certificate {name} in key vault {vault.id.name}: {certificate.thumbprint}, {how}.")
    expires = certificate.expires_on
    until = f"{expires:%Y-%m-%d}" if expires else "not known"
    row = (vault.id.name, name, str(certificate.thumbprint), certificate.version, until, how)
    run.record.tables += (("Certificate", Table(COLUMNS, (row,))),)
    run.publish(**certificate_outputs([certificate]))
    return certificate.thumbprint


def _from_pfx(shelf: Shelf, pfx: Pfx, run: Run) -> _Prepared:
    versions = shelf.versions()
    found = version_of(versions, pfx.thumbprint)
    if found is None:
        return _Prepared(shelf.import_pfx(pfx), "imported as a new version")
    if not found.enabled:
        vault = found.vault.id.name
        raise AzureError(
            f"The key vault {vault} has this certificate already, as a version of {found.name} that is disabled",
            fix=f"az keyvault certificate set-attributes --vault-name {vault} --name {found.name} "
            f"--version {found.version} --enabled true",
        )
    if found != versions[0]:
        run.warn(f"The key vault has a newer version of certificate {found.name} than that of the PFX.")
    return _Prepared(found, "there already, so nothing was imported")


def _self_signed(shelf: Shelf, inputs: Inputs, cloud: Cloud, run: Run) -> _Prepared:
    run.warn(f"{SELF_SIGNED}.", fix="In production give certificate-pfx, or let an authority issue it to the vault.")
    details = cache(cloud.vaults.details)

    def fit(versions: tuple[Certificate, ...]) -> Certificate | None:
        best = newest_fit(versions, inputs, run.clock.now())
        return best if best and serves(details(best), inputs) else None

    versions = shelf.versions()
    if found := fit(versions):
        return _Prepared(found, "there already, so none was made")
    if versions and not details(versions[0]).self_signed:
        # The vault would renew it by another policy from then on, and rotation would deploy what nobody trusts.
        raise AzureError(
            f"Certificate {versions[0].name} was issued by {details(versions[0]).issuer}: "
            "a self-signed version would take its place at the next renewal",
            fix="Choose another certificate-name for the self-signed one.",
        )
    made = shelf.make_self_signed(inputs.https_hostnames, lambda: fit(shelf.versions()))
    return _Prepared(made, "made as a new version")
