"""Who may do what: one table. What is seen of it follows the principal: `resolvers/edges.py`.

A row is a root field or an action; a mutation that takes an action has the action's row.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema

from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.principal import PARTNER_ROLES, Role
from resolvers.context import Context
from resolvers.errors import forbidden

Roles = frozenset[Role]

NOBODY: Roles = frozenset()
PLATFORM = frozenset({Role.PLATFORM_OPERATOR})
ADMIN = frozenset({Role.PARTNER_ADMIN})
STAFF = PARTNER_ROLES
ACTING = STAFF | {Role.CUSTOMER_ADMIN}
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

ACTIONS: Mapping[Action, Roles] = {
    Action.CREATE: ACTING,
    Action.CHANGE_OWNERSHIP: ACTING,
    Action.ASSIGN_MEMBERS: ACTING,
    Action.UNASSIGN_MEMBERS: ACTING,
    Action.LINK_CONTRACT: ACTING,
    Action.UNLINK_CONTRACT: ACTING,
    Action.CHANGE_PLAN: ACTING,
    Action.CHANGE_ADD_ONS: ACTING,
    Action.CANCEL_ADD_ON: ACTING,
    Action.CHANGE_NUMBERS: ACTING,
    Action.CHANGE_QUANTITY: ACTING,
    Action.CHANGE_BILLING_MODEL: ACTING,
    Action.SET_AUTO_RENEWAL: ACTING,
    Action.EXTEND: ACTING,
    Action.CANCEL: ACTING,
    # Irreversible, and gives back what was charged: staff does not decide it for its partner.
    Action.TERMINATE: ACTING - {Role.PARTNER_STAFF},
    Action.REVOKE_SCHEDULED_CHANGE: ACTING,
    Action.UPDATE_SETTINGS: ACTING,
    # What time brings, nobody does.
    Action.RENEW: NOBODY,
    Action.EXPIRE: NOBODY,
    Action.CONVERT_TRIAL: NOBODY,
}

TAKEN_BY: Mapping[str, Action] = {
    "createSubscription": Action.CREATE,
    "changeOwnership": Action.CHANGE_OWNERSHIP,
    "assignMembers": Action.ASSIGN_MEMBERS,
    "unassignMembers": Action.UNASSIGN_MEMBERS,
    "linkContract": Action.LINK_CONTRACT,
    "unlinkContract": Action.UNLINK_CONTRACT,
    "changePlan": Action.CHANGE_PLAN,
    "changeAddOns": Action.CHANGE_ADD_ONS,
    "cancelAddOn": Action.CANCEL_ADD_ON,
    "changeNumbers": Action.CHANGE_NUMBERS,
    "changeQuantity": Action.CHANGE_QUANTITY,
    "changeBillingModel": Action.CHANGE_BILLING_MODEL,
    "setAutoRenewal": Action.SET_AUTO_RENEWAL,
    "extendSubscription": Action.EXTEND,
    "cancelSubscription": Action.CANCEL,
    "terminateSubscription": Action.TERMINATE,
    "revokeScheduledChange": Action.REVOKE_SCHEDULED_CHANGE,
    "updateSettings": Action.UPDATE_SETTINGS,
}
"""The action by the mutation that takes it."""

MUTATIONS: Mapping[str, Roles] = {name: ACTIONS[action] for name, action in TAKEN_BY.items()} | {
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
    """Why someone in that role may not; None where it may."""
    if role in roles:
        return None
    return f"This needs the role {', '.join(sorted(roles))}; yours is {role}."


def not_for_role(action: Action, role: Role) -> LifecycleError | None:
    """What a mutation says to that role about the action, as data; None where the role may take it."""
    words = refusal(ACTIONS[action], role)
    return LifecycleError(ErrorCode.FORBIDDEN, words) if words else None


def may_ask(field: str, role: Role) -> bool:
    """Whether a query in that role may have that root field."""
    return role in QUERIES[field]


def guard(schema: GraphQLSchema) -> None:
    """Lets each root field answer those alone whom its row names. Raises KeyError for one without a row."""
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
        if words := refusal(roles, context.principal.role):
            raise forbidden(words)
        return resolve(root, info, **arguments)

    return guarded
