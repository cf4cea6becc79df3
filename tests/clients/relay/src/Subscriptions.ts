// A page of a customer's subscriptions, as Relay's components ask for it: fragments, a connection that is paged,
// a mutation that puts what it made into that connection, a live subscription.
import { graphql } from "relay-runtime";

export const row = graphql`
  fragment Subscriptions_row on CustomerSubscription {
    id
    reference
    status
    quantity
    price {
      amount
      currency
    }
    term {
      startsOn
      endsOn
    }
    actions {
      action
      allowed
      reason {
        code
        message
      }
    }
  }
`;

export const list = graphql`
  fragment Subscriptions_list on Customer
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    filter: { type: "SubscriptionFilter" }
  )
  @refetchable(queryName: "SubscriptionsPageQuery") {
    subscriptions(first: $first, after: $after, filter: $filter)
      @connection(key: "Subscriptions_subscriptions", filters: ["filter"]) {
      __id
      edges {
        node {
          ...Subscriptions_row
        }
      }
    }
  }
`;

export const historyOf = graphql`
  fragment Subscriptions_history on CustomerSubscription
  @argumentDefinitions(last: { type: "Int", defaultValue: 10 }, before: { type: "String" })
  @refetchable(queryName: "SubscriptionsHistoryQuery") {
    history(last: $last, before: $before) @connection(key: "Subscriptions_history") {
      edges {
        node {
          summary
          changes {
            field
            before
            after
          }
        }
      }
    }
  }
`;

export const page = graphql`
  query SubscriptionsQuery($customer: CustomerKey!) {
    customer(by: $customer) {
      ...Subscriptions_list
    }
  }
`;

export const create = graphql`
  mutation SubscriptionsCreateMutation($input: CreateSubscriptionInput!, $connections: [ID!]!) {
    createSubscription(input: $input) {
      subscription @appendNode(connections: $connections, edgeTypeName: "SubscriptionEdge") {
        ...Subscriptions_row
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`;

export const removeEndpoint = graphql`
  mutation SubscriptionsRemoveEndpointMutation($input: RemoveWebhookEndpointInput!) {
    removeWebhookEndpoint(input: $input) {
      removedId @deleteRecord
      userErrors {
        code
      }
    }
  }
`;

export const changed = graphql`
  subscription SubscriptionsChangedSubscription($after: ID) {
    subscriptionChanged(after: $after) {
      summary
      subscription {
        ...Subscriptions_row
        ...Subscriptions_history
      }
    }
  }
`;
