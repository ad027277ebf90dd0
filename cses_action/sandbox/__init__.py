"""A small Azure on 127.0.0.1, over TLS with its own certificate authority, for the demo and the tests.

It is a referee: it keeps Azure's rules and makes nothing easier. A refusal has the service's own code and
text where one was seen from this service, or from its siblings (marked "as for VMs"); the message of any
other refusal begins with ``sandbox:``, so that nothing is invented in Azure's name.

    with Sandbox(folder, operation_seconds=0.1, start_seconds=0.1) as azure:
        azure.inputs            what a run needs to find and enter it: INPUT_… and the two CA variables
        azure.requests          what was asked so far, as in FOLDER/requests.jsonl
        azure.service           the cloud service as Azure holds it, with what no GET returns
        azure.updates           the bodies of the accepted PUTs
        azure.certificates      {vault: {name: [{version, thumbprint, expires, enabled}]}}, newest first
        azure.set(roles=["Reader"])
        azure.orders_left       how many orders no request has met yet
        azure.order(method="PUT", path="cloudServices/contosocs$", status=429, headers={"Retry-After": "1"})

The same two from outside: ``POST {resource manager}/_sandbox`` with ``{"set": {…}, "order": [{…}]}``.

What ``set`` changes (``settings.Settings``):

| setting                | meaning |
|------------------------|---------|
| roles                  | the principal's roles (``access.ROLES`` has their names) |
| denied                 | single actions that it may not take, whatever its roles; data actions too |
| live                   | merged into the cloud service now (None removes): tags, zones, provisioningState, … |
| power                  | ``stopped`` or ``started``, now |
| operation_error        | operations end Failed with this code and message; empty: they succeed |
| final_state            | the provisioningState after an operation that succeeded |
| stuck                  | instances that do not start: name -> state and message |
| served                 | ``vault/certificate/version`` that the site shows instead of the deployed one |
| public_ip              | the address of the public IP; empty: none is assigned |
| enabled_for_deployment | whether the vaults let Azure Resource Manager read their secrets |
| vaults                 | name -> what differs in its resource: location, properties, group, subscription |
| certificates           | vault -> name -> versions to put in now, oldest first (``settings.Described``) |
| crowd                  | vault -> so many certificates to put in now, ``crowd-0000`` and on |
| deleted                | vault -> names to delete now, recoverably; one that is not there is made first |
| certificate_seconds    | how long a vault takes to make a certificate |
| shared_keys            | whether the storage account takes its keys |
| page_size              | how many certificates a vault, or resources a list of them, puts on one page |
| operation_seconds      | how long an operation takes |
| start_seconds          | how long an instance takes to start; one after the other unless Simultaneous |

In ``vaults``, these properties change what a vault does: ``enabledForDeployment``, ``enableRbacAuthorization`` with
``accessPolicies``, ``networkAcls`` (callers come from 127.0.0.1), ``publicNetworkAccess``, ``enablePurgeProtection``.

What ``order`` takes (``settings.Order``): ``service`` (entra, arm, vault, blob), ``method`` and ``path`` (a regular
expression) choose requests, ``times`` (1) is how many of them; ``delay`` waits; ``drop`` cuts the connection
``before`` the request is carried out or ``after`` it; ``status``, ``headers`` and ``body`` are answered instead.
"""

from cses_action.sandbox.azure import Sandbox

__all__ = ["Sandbox"]
