// A client of urql's whose cache holds every object once, by its global id.
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { values } from "./values.js";

// What has no id is kept inside what holds it.
const keys = Object.fromEntries(values.map((name) => [name, () => null]));

const resolvers = {
  Query: {
    subscriptions: relayPagination(),
    customers: relayPagination(),
    // What a list has brought need not be asked for again by its id.
    subscription: (_, { by }, cache, info) =>
      by.id
        ? { __typename: "CustomerSubscription", id: by.id }
        : cache.resolve(info.parentKey, info.fieldName, { by }),
  },
  CustomerSubscription: { history: relayPagination() },
};

export const clientOf = ({ http, websocket, token }) => {
  const headers = { Authorization: `Bearer ${token}` };
  const sockets = createClient({ url: websocket, webSocketImpl: WebSocket, connectionParams: headers });
  const client = new Client({
    url: http,
    preferGetMethod: false,
    fetchOptions: { headers },
    exchanges: [
      cacheExchange({ keys, resolvers }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  });
  return { client, end: () => sockets.dispose() };
};
