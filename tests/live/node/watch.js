// Asks, watches one subscription and errs, over one socket of npm's graphql-ws.
// Takes a JSON object: url, token, subscription, after, count. Prints one JSON object a line.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const { url, token, subscription, after, count } = JSON.parse(process.argv[2]);
const say = (word) => console.log(JSON.stringify(word));
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { Authorization: `Bearer ${token}` },
  lazy: false, // one socket for all
  onNonLazyError: () => {},
  retryAttempts: 0,
  on: { closed: (event) => say({ closed: event.code }) },
});
const query = `subscription ($id: ID, $after: ID) {
  subscriptionChanged(subscriptionId: $id, after: $after) { id reason }
}`;

async function main() {
  for await (const { data } of client.iterate({ query: "{ viewer { role } }" })) say(data);
  let seen = 0;
  for await (const result of client.iterate({ query, variables: { id: subscription, after } })) {
    say(result);
    if (result.errors || ++seen === count) break;
  }
  for await (const result of client.iterate({ query: "{ viewer { secret } }" })) say(result);
}

main()
  .catch((error) => say(Array.isArray(error) ? { errors: error } : { failed: error.code ?? String(error) }))
  .finally(() => client.dispose());
