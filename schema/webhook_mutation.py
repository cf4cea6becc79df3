"""The mutations about webhooks. Who may use them: `permissions.py`."""

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
from resolvers.run import write, write_exclusively
from schema.arguments import Given
from schema.inputs.bases import input_key
from schema.types.errors import user_error
from schema.types.webhooks import (
    RemoveWebhookEndpointPayload,
    RetryProvisioningPayload,
    WebhookSecretPayload,
)
from webhooks.deliveries import retry_event


@strawberry.input(description="Where to send events, and which.")
class RegisterWebhookEndpointInput:
    url: str = strawberry.field(
        description="Where requests go: https, on the public internet, without credentials; at most 2,000 "
        "characters."
    )
    kinds: list[str] | None = strawberry.field(
        default=None, description="Kinds of provisioning actions, such as CHANGE_PLAN; all where left out."
    )


@strawberry.input(description="The endpoint that gets a new secret.")
class RotateWebhookSecretInput:
    id: strawberry.ID = strawberry.field(description="The global id of a `WebhookEndpoint`.")


@strawberry.input(description="The endpoint that receives nothing more.")
class RemoveWebhookEndpointInput:
    id: strawberry.ID = strawberry.field(description="The global id of a `WebhookEndpoint`.")


@strawberry.input(description="The provisioning action to send again.")
class RetryProvisioningInput:
    id: strawberry.ID = strawberry.field(description="The global id of a `ProvisioningAction`.")


def _with_secret(made: Secret) -> WebhookSecretPayload:
    return WebhookSecretPayload(key=made.endpoint_id, secret=made.secret)


def _no_secret(error: LifecycleError) -> WebhookSecretPayload:
    return WebhookSecretPayload(key=None, secret=None, user_errors=[user_error(error)])


@strawberry.type
class WebhookMutation:
    @strawberry.mutation(
        description="Registers a URL for events; a partner may have 20. Events that no endpoint has "
        "received yet are sent to it first."
    )
    async def register_webhook_endpoint(
        self, info: Info, input: Given[RegisterWebhookEndpointInput]
    ) -> WebhookSecretPayload:
        command = RegisterEndpoint(input.url, None if input.kinds is None else tuple(input.kinds))
        try:
            insecure = info.context.webhooks_insecure
            made = await write_exclusively(
                info.context, lambda tx: register_endpoint(tx, command, insecure=insecure)
            )
        except LifecycleError as error:
            return _no_secret(error)
        return _with_secret(made)

    @strawberry.mutation(
        description="Gives an endpoint a new secret. For 24 hours requests are signed with the previous "
        "secret too."
    )
    async def rotate_webhook_secret(
        self, info: Info, input: Given[RotateWebhookSecretInput]
    ) -> WebhookSecretPayload:
        try:
            key, now = input_key(input.id, "WebhookEndpoint", "id"), info.context.clock()
            made = await write(info.context, lambda tx: rotate_secret(tx, key, now))
        except LifecycleError as error:
            return _no_secret(error)
        return _with_secret(made)

    @strawberry.mutation(
        description="Sends an endpoint nothing more. Events that only it still had to receive wait for "
        "another endpoint."
    )
    async def remove_webhook_endpoint(
        self, info: Info, input: Given[RemoveWebhookEndpointInput]
    ) -> RemoveWebhookEndpointPayload:
        try:
            key, now = input_key(input.id, "WebhookEndpoint", "id"), info.context.clock()
            await write(info.context, lambda tx: remove_endpoint(tx, key, now))
        except LifecycleError as error:
            return RemoveWebhookEndpointPayload(removed_id=None, user_errors=[user_error(error)])
        removed = strawberry.ID(to_global_id("WebhookEndpoint", key))
        return RemoveWebhookEndpointPayload(removed_id=removed)

    @strawberry.mutation(
        description="Sends a FAILED provisioning action again, with ten new attempts, to the "
        "endpoints where it failed."
    )
    async def retry_provisioning(
        self, info: Info, input: Given[RetryProvisioningInput]
    ) -> RetryProvisioningPayload:
        try:
            key = input_key(input.id, "ProvisioningAction", "id")
            await write(info.context, lambda tx: retry_event(tx, key))
        except LifecycleError as error:
            return RetryProvisioningPayload(key=None, user_errors=[user_error(error)])
        return RetryProvisioningPayload(key=key)
