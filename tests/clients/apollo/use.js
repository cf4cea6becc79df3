// Takes a JSON object: http, websocket, token, ids (of two subscriptions), after. Prints one JSON object.
import { gql } from "@apollo/client";

import { CHANGE, ONE, PAGE, TERM, WATCH } from "./documents.js";
import { clientOf } from "./client.js";

const { ids, after, ...at } = JSON.parse(process.argv[2]);
const [first, second] = ids;
const { client, end } = clientOf(at);
const result = {};

const rows = (data) => data.subscriptions.edges.map(({ node }) => [node.id, node.quantity]);
const cached = (text, variables) => client.cache.readQuery({ query: gql(text), variables });
const change = (by, subscriptionId, quantity) =>
  by.mutate({ mutation: gql(CHANGE), variables: { input: { subscriptionId, quantity } } });

const listed = { query: gql(PAGE), variables: { first: 1 } };
const start = (await client.query(listed)).data;
result.firstPage = rows(start);
const list = client.watchQuery(listed);
const watched = list.subscribe(() => {});
await list.fetchMore({ variables: { after: start.subscriptions.pageInfo.endCursor } });
result.bothPages = rows(cached(PAGE, { first: 1 }));
const known = ids.map((id) => cached(ONE, { by: { id } }).subscription);
result.byId = known.map(({ quantity }) => quantity);
const by = { reference: known[1].reference };
result.byReference = (await client.query({ query: gql(ONE), variables: { by } })).data.subscription.id;
await client.query({ query: gql(TERM), variables: { by: { id: first } } });
result.afterPart = cached(ONE, { by: { id: first } })?.subscription.quantity;

await change(client, first, 5);
result.afterMutation = rows(cached(PAGE, { first: 1 }));

// Another client makes a change. This cache learns of it only by the live subscription.
const other = clientOf(at);
await change(other.client, second, 7);
result.beforeUpdate = rows(cached(PAGE, { first: 1 }));
await new Promise((done, fail) => {
  const watching = client.subscribe({ query: gql(WATCH), variables: { after } }).subscribe({
    next: ({ data, error }) => {
      if (error) fail(error);
      if (data?.subscriptionChanged.subscription.id !== second) return;
      done();
      setTimeout(() => watching.unsubscribe());
    },
    error: fail,
  });
});
result.afterUpdate = rows(cached(PAGE, { first: 1 }));
result.afterUpdateByReference = cached(ONE, { by }).subscription.quantity;

console.log(JSON.stringify(result));
watched.unsubscribe();
end();
other.end();
