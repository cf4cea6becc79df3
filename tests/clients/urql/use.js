// Takes a JSON object: http, websocket, token, ids (of two subscriptions), after. Prints one JSON object.
import { CHANGE, ONE, PAGE, TERM, WATCH } from "./documents.js";
import { clientOf } from "./client.js";

const { ids, after, ...at } = JSON.parse(process.argv[2]);
const [first, second] = ids;
const { client, end } = clientOf(at);
const cached = { requestPolicy: "cache-only" };
const result = {};

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
result.firstPage = rows(start);
result.bothPages = rows(await page({ first: 1, after: start.subscriptions.pageInfo.endCursor }));
const known = await Promise.all(ids.map((id) => one({ id }, cached)));
result.byId = known.map(({ quantity }) => quantity);
const reference = known[1].reference;
result.byReference = (await one({ reference })).id;
must(await client.query(TERM, { by: { id: first } }).toPromise());
result.afterPart = (await one({ id: first }, cached))?.quantity;

await change(client, first, 5);
result.afterMutation = rows(await page({ first: 1 }, cached));

// Another client makes a change. This cache learns of it only by the live subscription.
const other = clientOf(at);
await change(other.client, second, 7);
result.beforeUpdate = rows(await page({ first: 1 }, cached));
await new Promise((done, fail) => {
  const { unsubscribe } = client.subscription(WATCH, { after }).subscribe(({ data, error }) => {
    if (error) fail(error);
    if (data?.subscriptionChanged.subscription.id !== second) return;
    done();
    setTimeout(() => unsubscribe());
  });
});
result.afterUpdate = rows(await page({ first: 1 }, cached));
result.afterUpdateByReference = (await one({ reference }, cached)).quantity;

console.log(JSON.stringify(result));
end();
other.end();
