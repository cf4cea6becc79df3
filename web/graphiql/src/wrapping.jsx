import { useGraphiQL } from '@graphiql/react'
import { useEffect } from 'react'

/** Long lines go on in the next, instead of out of sight. */
export function Wrapping() {
  const query = useGraphiQL((state) => state.queryEditor)
  const response = useGraphiQL((state) => state.responseEditor)
  useEffect(() => {
    query?.updateOptions({ wordWrap: 'on' })
    response?.updateOptions({ wordWrap: 'on' })
  }, [query, response])
  return null
}
