"""Who may use each root field. The roles of actions are in `actions.py`.

`resolvers/edges.py` declares which rows a principal sees.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema

from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.principal import PARTNER_ROLES, Role
from resolvers.context import Context
from resolvers.errors import forbidden
from schema.actions import ACTING, BY_MUTATION, ROWS

Roles = frozenset[Role]

PLATFORM = frozenset({Role.PLATFORM_OPERATOR})
ADMIN = frozenset({Role.PARTNER_ADMIN})
STAFF = PARTNER_ROLES
OF_A_PARTNER = ACTING | {Role.CUSTOMER_MEMBER}
EVERYONE = frozenset(Role)

QUERIES: Mapping[str, Roles] = {
    "viewer": EVERYONE,
    "node": EVERYONE,
    "nodes": EVERYONE,
    "customer": EVERYONE,
    "customers": EVERYONE,
    "subscription": EVERYONE,
    "subscriptions": EVERYONE,
    "products": EVERYONE,
    "availableNumbers": EVERYONE,
    "invoices": EVERYONE,
    "webhookEndpoints": EVERYONE,
    "previewProration": OF_A_PARTNER,
}

_BY_TIME: Roles = frozenset()
ACTIONS: Mapping[Action, Roles] = dict.fromkeys(Action, _BY_TIME) | {row.action: row.roles for row in ROWS}
"""Nobody may take an action that only time takes."""

MUTATIONS: Mapping[str, Roles] = {name: row.roles for name, row in BY_MUTATION.items()} | {
    "retryProvisioning": STAFF,
    "createCustomer": ADMIN,
    "updateCustomer": ADMIN,
    "createMember": ADMIN,
    "createContract": ADMIN,
    "setContractStatus": ADMIN,
    "saveProduct": ADMIN,
    "saveSku": ADMIN,
    "addNumbers": ADMIN,
    "updatePolicy": ADMIN,
    "registerWebhookEndpoint": ADMIN,
    "rotateWebhookSecret": ADMIN,
    "removeWebhookEndpoint": ADMIN,
    "advanceClock": ADMIN,
    "createPartner": PLATFORM,
}

SUBSCRIPTIONS: Mapping[str, Roles] = {"subscriptionChanged": OF_A_PARTNER}


def refusal(roles: Roles, role: Role) -> str | None:
    """Why the role may not use it; None if it may."""
    if role in roles:
        return None
    return f"This needs the role {', '.join(sorted(roles))}; yours is {role}."


def not_for_role(action: Action, role: Role) -> LifecycleError | None:
    """The refusal of the action for that role, as data; None if the role may take it."""
    message = refusal(ACTIONS[action], role)
    return LifecycleError(ErrorCode.FORBIDDEN, message) if message else None


def may_ask(field: str, role: Role) -> bool:
    """Whether the role may query the root field."""
    return role in QUERIES[field]


def guard(schema: GraphQLSchema) -> None:
    """Makes each root field answer only the roles of its row. Raises KeyError for a field without a row."""
    for name, field in _fields(schema.query_type):
        field.resolve = _guarded(field.resolve, QUERIES[name])
    for name, field in _fields(schema.mutation_type):
        field.resolve = _guarded(field.resolve, MUTATIONS[name])
    for name, field in _fields(schema.subscription_type):
        field.subscribe = _guarded(field.subscribe, SUBSCRIPTIONS[name])


def _fields(kind: GraphQLObjectType | None) -> list[tuple[str, Any]]:
    return list(kind.fields.items()) if kind else []


def _guarded(resolve: Callable[..., Any], roles: Roles) -> Callable[..., Any]:
    def guarded(root: Any, info: Any, **arguments: Any) -> Any:
        context: Context = info.context
        if message := refusal(roles, context.principal.role):
            raise forbidden(message)
        return resolve(root, info, **arguments)

    return guarded
