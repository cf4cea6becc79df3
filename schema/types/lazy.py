"""References to types that GraphQL makes circular. Lazy, so that imports point one way."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.types.ledger import Invoice
    from schema.types.subscription import CustomerSubscription

LazyInvoice = Annotated["Invoice", strawberry.lazy("schema.types.ledger")]
LazySubscription = Annotated["CustomerSubscription", strawberry.lazy("schema.types.subscription")]
