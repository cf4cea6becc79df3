// A client of Apollo's whose cache holds every object once, by its global id.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

// Values of which different documents ask for different parts.
const wholes = ["BillingModel", "BillingOptions", "BillingPolicy", "Money", "Term"];

const filtered = relayStylePagination(["filter", "orderBy"]);

// Objects with an id are kept by it, without a word. What has none is kept inside what holds it.
export const cacheOf = () =>
  new InMemoryCache({
    typePolicies: {
      Query: {
        fields: {
          subscriptions: filtered,
          customers: filtered,
          // What a list has brought need not be asked for again by its id.
          subscription: {
            keyArgs: ["by"],
            read: (found, { args: { by }, toReference }) =>
              by.id ? toReference({ __typename: "CustomerSubscription", id: by.id }) : found,
          },
        },
      },
      CustomerSubscription: { fields: { history: relayStylePagination(["actions"]) } },
      Viewer: { keyFields: [] },
      ...Object.fromEntries(wholes.map((name) => [name, { merge: true }])),
    },
  });

export const clientOf = ({ http, websocket, token }) => {
  const headers = { Authorization: `Bearer ${token}` };
  const sockets = createClient({ url: websocket, webSocketImpl: WebSocket, connectionParams: headers });
  const link = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(sockets),
    new HttpLink({ uri: http, headers }),
  );
  return { client: new ApolloClient({ link, cache: cacheOf() }), end: () => sockets.dispose() };
};
