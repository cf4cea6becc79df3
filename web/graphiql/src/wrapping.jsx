import { useGraphiQL } from '@graphiql/react'
import { useEffect } from 'react'

/** Wraps long lines. */
export function Wrapping() {
  const query = useGraphiQL((state) => state.queryEditor)
  const response = useGraphiQL((state) => state.responseEditor)
  useEffect(() => {
    query?.updateOptions({ wordWrap: 'on' })
    response?.updateOptions({ wordWrap: 'on' })
  }, [query, response])
  return null
}
