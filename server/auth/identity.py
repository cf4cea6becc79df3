"""Whose tokens are let in, as the settings say: an identity provider's, the instance's own, or both."""

from server.auth.claims import Claims
from server.auth.identity_provider import IdentityProvider
from server.auth.jwks import KeyCache
from server.auth.oidc import OidcTokens
from server.auth.signing_key import instance_key
from server.auth.tokens import EitherTokens, InstanceTokens, Verifier
from server.settings import Settings


def verifier_of(settings: Settings) -> Verifier:
    """Makes the instance's key where its tokens count and there is none. Asks no provider yet."""
    if settings.oidc_issuer is None or settings.oidc_audience is None:
        return InstanceTokens(instance_key(settings.data_dir))
    provider = IdentityProvider(settings.oidc_issuer, settings.oidc_jwks_url, settings.oidc_insecure)
    keys, claims = KeyCache(provider.keys), claims_of(settings)
    tokens = OidcTokens(keys, provider.issuer, settings.oidc_audience, claims, settings.oidc_leeway)
    if settings.own_tokens:
        return EitherTokens(InstanceTokens(instance_key(settings.data_dir)), tokens)
    return tokens


def claims_of(settings: Settings) -> Claims:
    return Claims(
        settings.oidc_role_claim,
        settings.oidc_partner_claim,
        settings.oidc_customer_claim,
        settings.oidc_name_claim,
    )
