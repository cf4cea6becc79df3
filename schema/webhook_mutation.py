"""The mutations about telling third parties. Who may: `permissions.py`."""

import strawberry

from actions.setup.webhook_endpoints import (
    RegisterEndpoint,
    Secret,
    register_endpoint,
    remove_endpoint,
    rotate_secret,
)
from domain.errors import LifecycleError
from resolvers.context import Info
from resolvers.ids import to_global_id
from resolvers.setup import carry_out
from schema.fields import Given
from schema.inputs.ids import input_key
from schema.types.errors import user_error
from schema.types.webhooks import (
    RemoveWebhookEndpointPayload,
    RetryProvisioningPayload,
    WebhookSecretPayload,
)
from webhooks.deliveries import retry_event


@strawberry.input(description="Where to tell, and what.")
class RegisterWebhookEndpointInput:
    url: str = strawberry.field(
        description="Where requests go: https, on the public internet, without credentials; at most 2,000 "
        "characters."
    )
    kinds: list[str] | None = strawberry.field(
        default=None, description="Kinds of provisioning actions, such as CHANGE_PLAN; all where left out."
    )


@strawberry.input(description="Which endpoint gets a new secret.")
class RotateWebhookSecretInput:
    id: strawberry.ID = strawberry.field(description="The global id of a `WebhookEndpoint`.")


@strawberry.input(description="Which endpoint is told no more.")
class RemoveWebhookEndpointInput:
    id: strawberry.ID = strawberry.field(description="The global id of a `WebhookEndpoint`.")


@strawberry.input(description="What to send again.")
class RetryProvisioningInput:
    id: strawberry.ID = strawberry.field(description="The global id of a `ProvisioningAction`.")


def _with_secret(made: Secret) -> WebhookSecretPayload:
    return WebhookSecretPayload(key=made.endpoint_id, secret=made.secret, user_errors=[])


def _no_secret(error: LifecycleError) -> WebhookSecretPayload:
    return WebhookSecretPayload(key=None, secret=None, user_errors=[user_error(error)])


@strawberry.type
class WebhookMutation:
    @strawberry.mutation(
        description="Tells this URL too; a partner may have 20. What was not told to anyone yet "
        "is told first."
    )
    async def register_webhook_endpoint(
        self, info: Info, input: Given[RegisterWebhookEndpointInput]
    ) -> WebhookSecretPayload:
        command = RegisterEndpoint(input.url, None if input.kinds is None else tuple(input.kinds))
        try:
            # Alone, so that two at once cannot both be the last that is allowed.
            insecure = info.context.webhooks_insecure
            made = await carry_out(
                info.context, lambda tx: register_endpoint(tx, command, insecure=insecure), exclusive=True
            )
        except LifecycleError as error:
            return _no_secret(error)
        return _with_secret(made)

    @strawberry.mutation(
        description="Gives an endpoint a new secret; for 24 hours both it and the one before sign."
    )
    async def rotate_webhook_secret(
        self, info: Info, input: Given[RotateWebhookSecretInput]
    ) -> WebhookSecretPayload:
        try:
            key, now = input_key(input.id, "WebhookEndpoint", "id"), info.context.clock()
            made = await carry_out(info.context, lambda tx: rotate_secret(tx, key, now))
        except LifecycleError as error:
            return _no_secret(error)
        return _with_secret(made)

    @strawberry.mutation(
        description="Tells an endpoint no more. What it alone had yet to be told waits for the next one."
    )
    async def remove_webhook_endpoint(
        self, info: Info, input: Given[RemoveWebhookEndpointInput]
    ) -> RemoveWebhookEndpointPayload:
        try:
            key, now = input_key(input.id, "WebhookEndpoint", "id"), info.context.clock()
            await carry_out(info.context, lambda tx: remove_endpoint(tx, key, now))
        except LifecycleError as error:
            return RemoveWebhookEndpointPayload(removed_id=None, user_errors=[user_error(error)])
        removed = strawberry.ID(to_global_id("WebhookEndpoint", key))
        return RemoveWebhookEndpointPayload(removed_id=removed, user_errors=[])

    @strawberry.mutation(
        description="Sends a FAILED provisioning action again, with ten attempts, to those "
        "endpoints where it failed."
    )
    async def retry_provisioning(
        self, info: Info, input: Given[RetryProvisioningInput]
    ) -> RetryProvisioningPayload:
        try:
            key = input_key(input.id, "ProvisioningAction", "id")
            await carry_out(info.context, lambda tx: retry_event(tx, key))
        except LifecycleError as error:
            return RetryProvisioningPayload(key=None, user_errors=[user_error(error)])
        return RetryProvisioningPayload(key=key, user_errors=[])
