// What an application does with the types that GraphQL Code Generator's client preset makes.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";

import { getFragmentData, graphql, type FragmentType } from "./gql";
import type { SubscriptionChange, UserErrorCode } from "./gql/graphql";

const Row = graphql(`
  fragment Row on CustomerSubscription {
    id
    reference
    quantity
    status
    price {
      amount
      currency
    }
    cost {
      amount
    }
    trialEndsOn
  }
`);

const Page = graphql(`
  query Page($first: Int, $after: String) {
    subscriptions(first: $first, after: $after) {
      edges {
        node {
          id
          ...Row
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const Preview = graphql(`
  query Preview($change: SubscriptionChange!) {
    previewProration(change: $change) {
      token
      userErrors {
        code
        message
        field
      }
    }
  }
`);

type Ask = <R, V>(document: TypedDocumentNode<R, V>, variables: V) => Promise<R>;

function labelOf(masked: FragmentType<typeof Row>): string {
  const row = getFragmentData(Row, masked);
  const price: string = row.price.amount;
  const cost: string | undefined = row.cost?.amount;
  const trial: string | null | undefined = row.trialEndsOn;
  return `${row.reference}: ${row.quantity} at ${price} ${row.price.currency} ${cost ?? ""} ${trial ?? ""}`;
}

export async function labels(ask: Ask): Promise<string[]> {
  const found: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof one>> = await one(ask, after);
    found.push(...page.edges.map(({ node }) => labelOf(node)));
    after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
  } while (after);
  return found;
}

const one = async (ask: Ask, after: string | null) => (await ask(Page, { first: 100, after })).subscriptions;

export async function quote(ask: Ask, subscriptionId: string): Promise<string | UserErrorCode[]> {
  const change: SubscriptionChange = { changePlan: { subscriptionId, planCode: "business" } };
  const { previewProration: found } = await ask(Preview, { change });
  return found.token ?? found.userErrors.map(({ code }) => code);
}

// @ts-expect-error exactly one of the changes may be given
export const two: SubscriptionChange = { changePlan: { subscriptionId: "", planCode: "" }, terminate: { subscriptionId: "" } };

// @ts-expect-error there is no such code
export const none: UserErrorCode = "NOT_A_CODE";
