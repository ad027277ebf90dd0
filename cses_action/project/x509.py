"""Reading certificates by cryptography; whoever is slow to need it imports this late."""

from __future__ import annotations

from cryptography import x509

UNREADABLE = (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
"""What cryptography raises of a certificate that breaks the rules, or uses what it does not know."""


def dns_names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the DNS names; the common name only where there is no list of them, as old clients read it."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        common = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return tuple(str(each.value) for each in common)
    return tuple(found.get_values_for_type(x509.DNSName))
