"""Which network addresses a partner's URL may resolve to: only those of the public internet."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

# All public hosts are in here; addresses with an IPv4 address inside (mapped, compatible, NAT64) are not.
_IPV6_HOSTS = IPv6Network("2000::/3")

# Not public either, though not every version of the standard library knows.
_SPECIAL = (
    IPv4Network("168.63.129.16/32"),  # Azure's own services, as each machine there sees them
    IPv4Network("192.0.0.0/24"),  # protocol assignments; Oracle's metadata among them
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
    IPv6Network("2001::/23"),  # protocol assignments; Teredo among them
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("3fff::/20"),  # documentation
)


def is_public(text: str) -> bool:
    """Whether the address is that of a host on the public internet."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address not in _IPV6_HOSTS:
        return False
    return (
        address.is_global and not address.is_multicast and not any(address in network for network in _SPECIAL)
    )
