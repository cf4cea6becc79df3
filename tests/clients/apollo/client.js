// A client of Apollo's whose cache holds every object once, by its global id.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

// Different documents select different fields of these values.
const wholes = ["BillingModel", "BillingOptions", "BillingPolicy", "Money", "Term"];

const filtered = relayStylePagination(["filter", "orderBy"]);

// Objects with an id need no policy. A value without an id is kept inside the object that has it.
export const cacheOf = () =>
  new InMemoryCache({
    typePolicies: {
      Query: {
        fields: {
          subscriptions: filtered,
          customers: filtered,
          // An object of a list is already in the cache: do not load it again by its id.
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
