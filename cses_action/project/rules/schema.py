"""What may stand where in a definition and in a configuration.

Names are those of Microsoft's schemas of the SDK 2.7, and those that its samples for extended support add
(VirtualIPs, virtualIpName, ServiceSettings, SecurityConfigurations, sourceLocation; its documentation writes endpoint
for endPoint). A line is an element: its attributes, then after ``>`` its children; ``*`` follows those that may be
there more than once. What stands in an element with ``?`` is not looked at.
"""

from __future__ import annotations

from functools import cache

from cses_action.values import Value

DEFINITION = """
ServiceDefinition name upgradeDomainCount topologyChangeDiscovery schemaVersion > LoadBalancerProbes WebRole* WorkerRole* NetworkTrafficRules
WebRole name vmsize enableNativeCodeExecution > Imports Startup LocalStorage LocalResources ConfigurationSettings Endpoints Certificates Runtime Contents Sites InputEndpoints InternalEndpoint
WorkerRole name vmsize enableNativeCodeExecution > Imports Startup LocalStorage LocalResources ConfigurationSettings Endpoints Certificates Runtime Contents
Endpoints > InputEndpoint* InternalEndpoint* InstanceInputEndpoint*
InputEndpoints > InputEndpoint*
InputEndpoint name protocol port certificate localPort ignoreRoleInstanceStatus loadBalancerProbe loadBalancer idleTimeoutInMinutes loadBalancerDistribution
InternalEndpoint name protocol port > FixedPort* FixedPortRange*
InstanceInputEndpoint name localPort protocol idleTimeoutInMinutes > AllocatePublicPortFrom
AllocatePublicPortFrom > FixedPortRange
FixedPort port
FixedPortRange min max
Certificates > Certificate*
Certificate name storeLocation storeName permissionLevel
Sites > Site*
Site name physicalDirectory > VirtualApplication* VirtualDirectory* Bindings
VirtualApplication name physicalDirectory > VirtualApplication* VirtualDirectory*
VirtualDirectory name physicalDirectory > VirtualApplication* VirtualDirectory*
Bindings > Binding*
Binding name endpointName hostHeader
ConfigurationSettings > Setting*
Setting name
Imports > Import*
Import moduleName
LocalResources > LocalStorage*
LocalStorage name sizeInMB cleanOnRoleRecycle
Startup priority > Task*
Task commandLine executionContext taskType > Environment
Runtime executionContext > Environment EntryPoint
Environment > Variable*
Variable name value > RoleInstanceValue
RoleInstanceValue xpath
EntryPoint > NetFxEntryPoint ProgramEntryPoint
NetFxEntryPoint assemblyName targetFrameworkVersion
ProgramEntryPoint commandLine setReadyOnProcessStart
Contents > Content*
Content destination > SourceDirectory
SourceDirectory path
LoadBalancerProbes > LoadBalancerProbe*
LoadBalancerProbe name protocol path port intervalInSeconds timeoutInSeconds
NetworkTrafficRules > OnlyAllowTrafficTo*
OnlyAllowTrafficTo > Destinations AllowAllTraffic WhenSource
Destinations > RoleEndpoint*
RoleEndpoint endpointName roleName
AllowAllTraffic
WhenSource matches > FromRole*
FromRole roleName
"""  # noqa: E501 - a line is an element

CONFIGURATION = """
ServiceConfiguration serviceName osFamily osVersion schemaVersion > Role* NetworkConfiguration GuestAgentSettings ServiceSettings
Role name vmName > OsImage Instances ConfigurationSettings Certificates SecurityConfigurations
OsImage href
Instances count
ConfigurationSettings > Setting*
ServiceSettings > Setting*
Setting name value
Certificates > Certificate*
Certificate name thumbprint thumbprintAlgorithm sourceLocation
SecurityConfigurations ?
GuestAgentSettings cleanupFirewallOnRoleRestart allowRoleProcessLocalDumps
NetworkConfiguration > Dns VirtualNetworkSite AddressAssignments AccessControls EndpointAcls LoadBalancers NetworkSecurityGroupRefs
Dns > DnsServers
DnsServers > DnsServer*
DnsServer name IPAddress
VirtualNetworkSite name
AddressAssignments > VirtualIPs InstanceAddress* ReservedIPs
VirtualIPs > VirtualIP*
VirtualIP name ipVersion > Endpoints
Endpoints > Endpoint*
Endpoint role name
InstanceAddress roleName > Subnets PublicIPs IPForwarding
Subnets > Subnet*
Subnet name
PublicIPs > PublicIP
PublicIP name domainNameLabel idleTimeoutInMinutes
IPForwarding ?
ReservedIPs > ReservedIP*
ReservedIP name virtualIpName
AccessControls > AccessControl*
AccessControl name > Rule*
Rule order action remoteSubnet description
EndpointAcls > EndpointAcl*
EndpointAcl role endPoint endpoint accessControl
LoadBalancers > LoadBalancer*
LoadBalancer name > FrontendIPConfiguration
FrontendIPConfiguration type subnet staticVirtualNetworkIPAddress
NetworkSecurityGroupRefs > NetworkSecurityGroupRef*
NetworkSecurityGroupRef roleName > NetworkSecurityGroup
NetworkSecurityGroup name
"""  # noqa: E501


class Kind(Value):
    """What an element may hold."""

    attributes: tuple[str, ...]
    children: dict[str, str]
    """By name; ``*`` for those that may be there more than once."""

    @property
    def is_open(self) -> bool:
        """Whether anything may stand in it."""
        return self.attributes == ("?",)


@cache
def kinds(table: str) -> dict[str, Kind]:
    """Return the elements of such a table by their names."""
    found = {}
    for line in table.strip().splitlines():
        own, _, below = line.partition(" > ")
        name, *attributes = own.split()
        children = {each.rstrip("*"): each[len(each.rstrip("*")) :] for each in below.split()}
        found[name] = Kind(tuple(attributes), children)
    return found
