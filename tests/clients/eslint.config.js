// The recommended and the Relay rules of graphql-eslint, over the SDL that the server exports.
// The two that eslint-suppressions.json lets through once each say that `subscriptionChanged` repeats the name
// of its root type: it is named for what it tells of, a customer's subscription.
import graphql from "@graphql-eslint/eslint-plugin";

import { values } from "./values.js";

const { rules: recommended } = graphql.configs["flat/schema-recommended"];
const { rules: relay } = graphql.configs["flat/schema-relay"];
const everything = ["types", "rootField", "FieldDefinition", "InputValueDefinition", "EnumValueDefinition"];

export default [
  {
    files: ["**/schema.graphql"],
    plugins: { "@graphql-eslint": graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: "schema/schema.graphql" } },
    },
    rules: {
      ...recommended,
      ...relay,
      // Stricter than recommended, but for directives: the one that is printed, @oneOf, is GraphQL's own.
      "@graphql-eslint/require-description": ["error", Object.fromEntries(everything.map((one) => [one, true]))],
      "@graphql-eslint/strict-id-in-types": [
        "error",
        { exceptions: { types: [...values, "PageInfo"], suffixes: ["Payload", "Connection", "Edge"] } },
      ],
      // Lists that are short by nature have no pages, so their types need no edges.
      "@graphql-eslint/relay-edge-types": ["error", { withEdgeSuffix: true, listTypeCanWrapOnlyEdgeType: false }],
    },
  },
];
