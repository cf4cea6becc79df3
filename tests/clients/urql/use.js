// Takes a JSON object: http, websocket, token, ids (of two subscriptions), after. Prints one JSON object.
import { CHANGE, ONE, PAGE, TERM, WATCH } from "./documents.js";
import { clientOf } from "./client.js";

const { ids, after, ...at } = JSON.parse(process.argv[2]);
const [first, second] = ids;
const { client, end } = clientOf(at);
const cached = { requestPolicy: "cache-only" };
const told = {};

const must = ({ data, error }) => {
  if (error) throw error;
  return data;
};
const rows = (data) => data.subscriptions.edges.map(({ node }) => [node.id, node.quantity]);
const page = async (variables, options) => must(await client.query(PAGE, variables, options).toPromise());
const one = async (by, options) => must(await client.query(ONE, { by }, options).toPromise())?.subscription;
const change = (by, subscriptionId, quantity) =>
  by.mutation(CHANGE, { input: { subscriptionId, quantity } }).toPromise().then(must);

const start = await page({ first: 1 });
told.firstPage = rows(start);
told.bothPages = rows(await page({ first: 1, after: start.subscriptions.pageInfo.endCursor }));
const known = await Promise.all(ids.map((id) => one({ id }, cached)));
told.byId = known.map(({ quantity }) => quantity);
const reference = known[1].reference;
told.byReference = (await one({ reference })).id;
must(await client.query(TERM, { by: { id: first } }).toPromise());
told.afterPart = (await one({ id: first }, cached))?.quantity;

await change(client, first, 5);
told.afterMutation = rows(await page({ first: 1 }, cached));

// Somebody else, whose answer this cache never sees, but for the live subscription.
const other = clientOf(at);
await change(other.client, second, 7);
told.unheard = rows(await page({ first: 1 }, cached));
await new Promise((done, fail) => {
  const { unsubscribe } = client.subscription(WATCH, { after }).subscribe(({ data, error }) => {
    if (error) fail(error);
    if (data?.subscriptionChanged.subscription.id !== second) return;
    done();
    setTimeout(() => unsubscribe());
  });
});
told.heard = rows(await page({ first: 1 }, cached));
told.heardByReference = (await one({ reference }, cached)).quantity;

console.log(JSON.stringify(told));
end();
other.end();
