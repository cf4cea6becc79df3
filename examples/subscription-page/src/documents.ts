// The documents that the page reads and watches, and the fields of a quote.

import type { ResultOf } from 'gql.tada'
import { graphql } from './graphql'

const Line = graphql(`
  fragment Line on ChargeLine {
    kind
    description
    quantity
    fraction { numerator denominator }
    periodStartsOn
    periodEndsOn
    unitPrice { amount currency }
    price { amount currency }
    unitCost { amount currency }
    cost { amount currency }
  }
`)

const Quoted = graphql(
  `
    fragment Quoted on Quote {
      effectiveOn
      scheduledFor
      statusAfter
      termAfter { startsOn endsOn }
      price { amount currency }
      cost { amount currency }
      renewalPriceBefore { amount currency }
      renewalPriceAfter { amount currency }
      lines { ...Line }
    }
  `,
  [Line]
)

export const Preview = graphql(
  `
    query Preview($change: SubscriptionChange!) {
      previewProration(change: $change) {
        token
        quote { ...Quoted }
        userErrors { code message field }
      }
    }
  `,
  [Quoted]
)

/** The answer of every action. The page itself is read again. */
export const Done = graphql(`
  fragment Done on SubscriptionPayload {
    record { summary }
    userErrors { code message field }
  }
`)

const Shown = graphql(
  `
    fragment Shown on CustomerSubscription {
      id
      reference
      status
      plan {
        code
        name
        addOns { code name prices { cycle price { amount currency } } }
      }
      customer { name timeZone }
      contract { title reference }
      term { number startsOn endsOn }
      endedOn
      quantity
      billingModel { cycle multiplier }
      autoRenewal
      purchasedOn
      price { amount currency }
      cost { amount currency }
      nextRenewal { on price { amount currency } cost { amount currency } }
      addOns { id code name quantity status endsOn }
      numbers(first: 100) { edges { node { id e164 skuCode } } }
      assignees(first: 100) { totalCount edges { node { id name email } } }
      scheduledChanges { id action effectiveOn summary }
      invoices(first: 10) {
        totalCount
        edges {
          node { id number status issuedOn dueToIssueOn price { amount currency } cost { amount currency } }
        }
      }
      history(first: 50) {
        totalCount
        edges { node { id at actor reason summary lines { ...Line } } }
      }
      actions { action allowed reason { message } }
    }
  `,
  [Line]
)

export const Page = graphql(
  `
    query Page($reference: String!) {
      viewer { name role now }
      subscription(by: { reference: $reference }) { ...Shown }
      products(first: 100) {
        edges { node { plans { code name prices { cycle price { amount currency } } } } }
      }
      availableNumbers(first: 50) { edges { node { id e164 skuCode } } }
    }
  `,
  [Shown]
)

export const Changed = graphql(`
  subscription Changed($subscriptionId: ID!, $after: ID) {
    subscriptionChanged(subscriptionId: $subscriptionId, after: $after) { id actor summary }
  }
`)

export type Subscription = ResultOf<typeof Shown>
export type Read = Omit<ResultOf<typeof Page>, 'subscription'> & { subscription: Subscription }
export type Quote = ResultOf<typeof Quoted>
export type ChargeLine = ResultOf<typeof Line>
export type Payload = ResultOf<typeof Done>
export type UserError = Payload['userErrors'][number]
