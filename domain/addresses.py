"""Which network addresses a partner's URL may lead to: only those of the public internet."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# Prefixes under which an IPv4 address travels inside an IPv6 one, in its last 32 bits.
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = IPv6Network("::/96")


def is_public(text: str) -> bool:
    """Whether the address, and any IPv4 address inside it, is a host on the public internet."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(one) for one in (address, *_inside(address)))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    )


def _inside(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in (*_NAT64, _COMPATIBLE)):
        found.append(IPv4Address(int(address) & 0xFFFF_FFFF))
    return [inside for inside in found if inside is not None]
