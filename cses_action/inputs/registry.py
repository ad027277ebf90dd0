"""The registry of the inputs, as the user meets them.

action.yml and the README's table are compared with ``INPUTS`` by a test; ``--help`` is made from it.
"""

from __future__ import annotations

from collections.abc import Mapping

from cses_action.values import Value


class Input(Value):
    """One input as the user meets it."""

    name: str
    kind: str
    description: str
    default: str = ""
    required: str = ""
    """When it must be given, in words; empty for never."""
    secret: bool = False
    choices: tuple[str, ...] = ()

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that alone read it, which its description begins with; none if all may."""
        head, colon, _ = self.description.partition(": ")
        names = tuple(head.split(", "))
        return names if colon and set(names) <= set(INPUTS["operation"].choices) else ()


_ALL = (
    Input(
        "operation",
        "choice",
        "deploy; plan (shows what would change); rotate-certificate (renews certificates alone); "
        "validate (checks files); configure (edits them for HTTPS); inspect (shows a package).",
        "deploy",
        choices=("deploy", "plan", "validate", "configure", "inspect", "rotate-certificate"),
    ),
    Input(
        "tenant-id",
        "GUID",
        "Tenant of the service principal.",
        required="to deploy, plan or rotate, or through creds",
    ),
    Input(
        "client-id",
        "GUID",
        "Client id of the service principal.",
        required="to deploy, plan or rotate, or through creds",
    ),
    Input(
        "client-secret",
        "secret",
        "Client secret of the service principal. In a shell: AZURE_CLIENT_SECRET or --client-secret-file PATH.",
        required="to deploy, plan or rotate, or through creds",
        secret=True,
    ),
    Input(
        "subscription-id",
        "GUID",
        "Subscription of the cloud service.",
        required="to deploy, plan or rotate, or through creds",
    ),
    Input(
        "creds",
        "JSON",
        "The JSON that `az ad sp create-for-rbac --json-auth` prints; without --json-auth, subscription-id is needed "
        "besides. Inputs given singly win.",
        secret=True,
    ),
    Input(
        "environment",
        "choice",
        "The Azure cloud: azurecloud, azureusgovernment, azurechinacloud, or custom with resource-manager-url.",
        "azurecloud",
        choices=("azurecloud", "azureusgovernment", "azurechinacloud", "custom"),
    ),
    Input(
        "resource-manager-url",
        "https URL",
        "Azure Resource Manager of a custom cloud; everything else is discovered there.",
        required="with environment custom",
    ),
    Input("resource-group", "name", "Resource group of the cloud service.", required="to deploy, plan or rotate"),
    Input(
        "cloud-service", "name", "Name of the cloud service, which must exist.", required="to deploy, plan or rotate"
    ),
    Input(
        "configuration",
        "files",
        "The service configuration (.cscfg); a pattern must match exactly one file. "
        "validate and configure take several, by newline or comma.",
        required="to deploy or plan",
    ),
    Input(
        "package",
        "file",
        "The service package (.cspkg); a pattern must match exactly one file. "
        "Without it the deployed package and its sizes stay.",
        required="to inspect",
    ),
    Input(
        "definition",
        "file",
        "The service definition (.csdef) that the package was built from; a pattern must match exactly one file.",
        required="to deploy or plan with package, and to configure",
    ),
    Input(
        "storage-account",
        "name",
        "Storage account that hands the package to Azure.",
        required="to deploy or plan with package",
    ),
    Input("storage-account-resource-group", "name", "Group of the storage account; default: resource-group."),
    Input("container", "name", "Blob container for packages, made private if it is missing.", "cses-packages"),
    Input(
        "key-vault",
        "names",
        "Key vaults that hold the certificates: names or resource ids, by newline or comma.",
        required="when the configuration names a certificate, unless certificate-url says where it is",
    ),
    Input("key-vault-resource-group", "name", "Group of the key vaults; default: resource-group."),
    Input(
        "certificate-name",
        "names",
        "Names of certificates in the vault. deploy: they narrow the search, thumbprints decide; configure: "
        "the one that is written; rotate-certificate: those that are renewed.",
    ),
    Input(
        "certificate-url",
        "https URLs",
        "Key Vault URLs of certificates or their secrets, by newline or comma: the versions to use; without a "
        "version the newest good one.",
    ),
    Input(
        "minimum-days-left",
        "number",
        "A certificate that expires within so many days is refused; below 30 there is a warning.",
        "14",
    ),
    Input(
        "https-hostname",
        "names",
        "DNS names that clients use: the certificate must hold them, a self-signed one gets them, the proof asks "
        "for the first.",
    ),
    Input(
        "secrets-strategy",
        "choice",
        "The service's other certificates: merge (they stay, but for superseded versions of the same one) or "
        "replace (the service gets those of the configuration alone).",
        "merge",
        choices=("merge", "replace"),
    ),
    Input(
        "rotate-before-days",
        "any or number",
        "rotate-certificate: any (as soon as the vault has a newer good version), or only when the deployed "
        "certificate has fewer days left than this.",
        "any",
    ),
    Input(
        "certificate-pfx",
        "secret",
        "configure: a PFX (its path, or its bytes in base64), imported into the key vault under certificate-name.",
        secret=True,
    ),
    Input("certificate-pfx-password", "secret", "configure: the password of certificate-pfx.", secret=True),
    Input(
        "self-signed",
        "boolean",
        "configure: true: let the key vault make a self-signed certificate for https-hostname, for tests alone.",
        "false",
    ),
    Input(
        "upgrade-mode",
        "choice",
        "How Azure walks the update domains: auto or simultaneous; default: what the service has. Manual is refused.",
        choices=("auto", "simultaneous"),
    ),
    Input("wait-minutes", "number", "Minutes from the accepted update to the end of the proof; 1 to 480.", "30"),
    Input(
        "https-probe",
        "choice",
        "Prove HTTPS by a TLS handshake: auto (no connection is a warning), on (no connection fails), off.",
        "auto",
        choices=("auto", "on", "off"),
    ),
    Input(
        "https-probe-address", "host:port", "Where to prove HTTPS; default: public address and port of the endpoint."
    ),
    Input("label", "text", "Label of the deployment, kept as the tag DeploymentLabel."),
    Input("force", "boolean", "true: update although nothing changed.", "false"),
    Input(
        "certificate-role",
        "names",
        "configure: the roles that get HTTPS; default: the only web role.",
    ),
    Input(
        "certificate-reference",
        "name",
        "configure: the name of the certificate inside the files.",
        "Certificate1",
    ),
    Input(
        "certificate-thumbprint",
        "thumbprint",
        "configure: the thumbprint for the configuration; default: that of certificate-name in the vault.",
    ),
    Input("site", "name", "configure: the site of the role that gets the binding.", required="if it has several"),
    Input("https-port", "number", "configure: the port of the https endpoint; 1 to 65535.", "443"),
    Input("endpoint-name", "name", "configure: the name of a new https endpoint.", "HttpsIn"),
    Input(
        "http-endpoint",
        "choice",
        "configure: keep the http endpoints of the role, or remove them.",
        "keep",
        choices=("keep", "remove"),
    ),
    Input(
        "sync-local",
        "boolean",
        "configure: true: give ServiceConfiguration.Local.cscfg the content of the configuration, "
        "but for its own certificates.",
        "false",
    ),
    Input(
        "settings",
        "map",
        "deploy, plan: values of settings in the configuration that is sent: Setting=value or Role.Setting=value, "
        "one a line, or a YAML or JSON map. They are treated as secrets.",
    ),
    Input(
        "instance-counts",
        "map",
        "deploy, plan: instances in the configuration that is sent: Role=3, by newline or comma, "
        "or keep for the live counts.",
    ),
    Input("disable-rules", "names", "Rules that are not looked for, by id, for example CFG002."),
    Input("enable-rules", "names", "Rules that are off unless they are named here."),
    Input("warnings-as-errors", "boolean", "true: a warning about the files stops the run too.", "false"),
    Input(
        "target",
        "choice",
        "validate, configure: the platform whose rules hold: extended-support or classic.",
        "extended-support",
        choices=("extended-support", "classic"),
    ),
    Input("sarif-file", "path", "validate, inspect: where the findings are written as SARIF 2.1.0."),
    Input("fix", "boolean", "validate: true: mend in the files what can be mended safely, and show it.", "false"),
    Input(
        "package-check",
        "choice",
        "What a package does that was not built from these files, or that extended support does not take: "
        "strict (it stops the run), warn or off. A damaged package always stops it.",
        "strict",
        choices=("strict", "warn", "off"),
    ),
    Input("package-previous", "file", "inspect: another package, to show what changed since."),
    Input("inspect-file", "path", "inspect: where everything that is known of the package is written as JSON."),
    Input("retirement-notice", "boolean", "false: leave out the notice of the platform's retirement.", "true"),
)

INPUTS: Mapping[str, Input] = {each.name: each for each in _ALL}
