// The operations of both programs.
export const ROW = "id reference quantity version price { amount currency } term { startsOn endsOn }";

export const PAGE = `query ($first: Int, $after: String) {
  subscriptions(first: $first, after: $after) {
    edges { cursor node { ${ROW} } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

export const ONE = `query ($by: SubscriptionKey!) { subscription(by: $by) { ${ROW} } }`;

// The cache already has other fields of this term.
export const TERM = `query ($by: SubscriptionKey!) { subscription(by: $by) { id term { number } } }`;

export const CHANGE = `mutation ($input: ChangeQuantityInput!) {
  changeQuantity(input: $input) { userErrors { code message field } subscription { ${ROW} } }
}`;

export const WATCH = `subscription ($after: ID) {
  subscriptionChanged(after: $after) { id summary subscription { ${ROW} } }
}`;
