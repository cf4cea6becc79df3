"""The mutations about webhooks. `permissions.py` declares who may use them."""

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
from schema.fields import InputOf
from schema.inputs.bases import input_key
from schema.types.errors import user_error
from schema.types.webhooks import (
    RemoveWebhookEndpointPayload,
    RetryProvisioningPayload,
    WebhookSecretPayload,
)
from webhooks.deliveries import retry_event


@strawberry.input(description="A URL, and what it receives.")
class RegisterWebhookEndpointInput:
    url: str = strawberry.field(
        description="Where requests go: https, on the public internet, without credentials. At most 2,000 "
        "characters."
    )
    kinds: list[str] | None = strawberry.field(
        default=None, description="Kinds of provisioning actions, such as CHANGE_PLAN. Default: all."
    )


@strawberry.input(description="The endpoint to give a new secret.")
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
        description="Registers a URL, at most 20 per partner. It first receives earlier actions that still "
        "wait for an endpoint. See rules §8."
    )
    async def register_webhook_endpoint(
        self, info: Info, input: InputOf[RegisterWebhookEndpointInput]
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
        description="Creates a new secret for an endpoint. For 24 hours the old secret also signs requests."
    )
    async def rotate_webhook_secret(
        self, info: Info, input: InputOf[RotateWebhookSecretInput]
    ) -> WebhookSecretPayload:
        try:
            key, now = input_key(input.id, "WebhookEndpoint", "id"), info.context.clock()
            made = await write(info.context, lambda tx: rotate_secret(tx, key, now))
        except LifecycleError as error:
            return _no_secret(error)
        return _with_secret(made)

    @strawberry.mutation(
        description="Removes an endpoint. Its undelivered actions wait for the next registration if no "
        "other endpoint receives them."
    )
    async def remove_webhook_endpoint(
        self, info: Info, input: InputOf[RemoveWebhookEndpointInput]
    ) -> RemoveWebhookEndpointPayload:
        try:
            key, now = input_key(input.id, "WebhookEndpoint", "id"), info.context.clock()
            await write(info.context, lambda tx: remove_endpoint(tx, key, now))
        except LifecycleError as error:
            return RemoveWebhookEndpointPayload(removed_id=None, user_errors=[user_error(error)])
        removed = strawberry.ID(to_global_id("WebhookEndpoint", key))
        return RemoveWebhookEndpointPayload(removed_id=removed)

    @strawberry.mutation(
        description="Sends a FAILED provisioning action again, with ten attempts, to the endpoints where "
        "it failed. See rules §8."
    )
    async def retry_provisioning(
        self, info: Info, input: InputOf[RetryProvisioningInput]
    ) -> RetryProvisioningPayload:
        try:
            key = input_key(input.id, "ProvisioningAction", "id")
            await write(info.context, lambda tx: retry_event(tx, key))
        except LifecycleError as error:
            return RetryProvisioningPayload(key=None, user_errors=[user_error(error)])
        return RetryProvisioningPayload(key=key)
