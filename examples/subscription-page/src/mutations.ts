// The mutations. Each aliases its payload as `done`, so that all answers have one shape.

import { Done } from './documents'
import { graphql } from './graphql'

export const ChangePlan = graphql(
  `mutation ChangePlan($input: ChangePlanInput!) {
    done: changePlan(input: $input) { ...Done }
  }`,
  [Done]
)

export const ChangeQuantity = graphql(
  `mutation ChangeQuantity($input: ChangeQuantityInput!) {
    done: changeQuantity(input: $input) { ...Done }
  }`,
  [Done]
)

export const ChangeAddOns = graphql(
  `mutation ChangeAddOns($input: ChangeAddOnsInput!) {
    done: changeAddOns(input: $input) { ...Done }
  }`,
  [Done]
)

export const CancelAddOn = graphql(
  `mutation CancelAddOn($input: CancelAddOnInput!) {
    done: cancelAddOn(input: $input) { ...Done }
  }`,
  [Done]
)

export const ChangeNumbers = graphql(
  `mutation ChangeNumbers($input: ChangeNumbersInput!) {
    done: changeNumbers(input: $input) { ...Done }
  }`,
  [Done]
)

export const ChangeBillingModel = graphql(
  `mutation ChangeBillingModel($input: ChangeBillingModelInput!) {
    done: changeBillingModel(input: $input) { ...Done }
  }`,
  [Done]
)

export const SetAutoRenewal = graphql(
  `mutation SetAutoRenewal($input: SetAutoRenewalInput!) {
    done: setAutoRenewal(input: $input) { ...Done }
  }`,
  [Done]
)

export const Extend = graphql(
  `mutation Extend($input: ExtendSubscriptionInput!) {
    done: extendSubscription(input: $input) { ...Done }
  }`,
  [Done]
)

export const Cancel = graphql(
  `mutation Cancel($input: CancelSubscriptionInput!) {
    done: cancelSubscription(input: $input) { ...Done }
  }`,
  [Done]
)

export const Terminate = graphql(
  `mutation Terminate($input: TerminateSubscriptionInput!) {
    done: terminateSubscription(input: $input) { ...Done }
  }`,
  [Done]
)

export const Revoke = graphql(
  `mutation Revoke($input: RevokeScheduledChangeInput!) {
    done: revokeScheduledChange(input: $input) { ...Done }
  }`,
  [Done]
)
