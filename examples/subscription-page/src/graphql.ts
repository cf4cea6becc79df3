// Documents are typed by the SDL: `npm run types` makes schema.d.ts of it.

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
