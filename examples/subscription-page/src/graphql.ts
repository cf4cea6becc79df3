// The SDL types the documents: `npm run types` generates schema.d.ts from it.

import { initGraphQLTada } from 'gql.tada'
import type { introspection } from './schema'

export const graphql = initGraphQLTada<{
  introspection: introspection
  disableMasking: true
  scalars: {
    CurrencyCode: string
    Date: string
    DateTime: string
    Decimal: string
    JSON: unknown
    UUID: string
  }
}>()
