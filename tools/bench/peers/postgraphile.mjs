// PostGraphile 5 over the tables as they are: its amber preset, reading only.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { grafserv } from "postgraphile/grafserv/node";
import { jsonPgSmartTags } from "postgraphile/utils";

// The type cannot be named Subscription: that is the root of live updates.
const renamed = jsonPgSmartTags({
  version: 1,
  config: { class: { subscription: { tags: { name: "customer_subscription" } } } },
});

const served = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [renamed],
  pgServices: [makePgService({ connectionString: process.env.DATABASE_URL, schemas: ["public"], poolConfig: { idleTimeoutMillis: 0 } })],
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
}).createServ(grafserv);
const server = createServer();
await served.addTo(server);
server.keepAliveTimeout = 0;
server.listen(Number(process.env.PORT), "127.0.0.1");
