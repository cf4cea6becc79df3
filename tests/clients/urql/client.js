// A client of urql's whose cache holds every object once, by its global id.
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { values } from "./values.js";

// A value without an id is kept inside the object that has it.
const keys = Object.fromEntries(values.map((name) => [name, () => null]));

const resolvers = {
  Query: {
    subscriptions: relayPagination(),
    customers: relayPagination(),
    // An object of a list is already in the cache: do not load it again by its id.
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
