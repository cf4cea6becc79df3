"""Which network addresses a partner's URL may resolve to: only those of the public internet."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

# Contains all public hosts, and no address that embeds an IPv4 address (mapped, compatible, NAT64).
_IPV6_HOSTS = IPv6Network("2000::/3")

# Not public either, but some versions of the standard library do not say so.
_SPECIAL = (
    IPv4Network("168.63.129.16/32"),  # Azure's own services, reachable from every machine there
    IPv4Network("192.0.0.0/24"),  # protocol assignments; Oracle's metadata among them
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
    IPv6Network("2001::/23"),  # protocol assignments; Teredo among them
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("3fff::/20"),  # documentation
)


def is_public(text: str) -> bool:
    """Whether the text is the address of a host on the public internet."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address not in _IPV6_HOSTS:
        return False
    return (
        address.is_global and not address.is_multicast and not any(address in network for network in _SPECIAL)
    )
