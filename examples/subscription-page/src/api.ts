// The API over HTTP, and live updates over graphql-transport-ws.

import type { ResultOf, TadaDocumentNode } from 'gql.tada'
import { print } from 'graphql'
import { createClient } from 'graphql-ws'
import { Changed } from './documents'

type Change = ResultOf<typeof Changed>['subscriptionChanged']

/** The API does not accept the token, or no longer accepts it. */
export class SignedOut extends Error {}

const EXPIRED = 4403

const isExpired = (why: unknown): boolean => why instanceof CloseEvent && why.code === EXPIRED

const messages = (errors: readonly { message: string }[]): string =>
  errors.map(({ message }) => message).join(' ')

/** Why live updates ended: the socket was closed for good, or the subscription was refused. */
function reasonOf(why: unknown): Error {
  if (isExpired(why)) return new SignedOut('The token is no longer taken.')
  if (Array.isArray(why)) return new Error(messages(why))
  return why instanceof Error ? why : new Error('Live updates have ended: load the page again.')
}

export class Api {
  constructor(private readonly token: string) {}

  async ask<R, V>(document: TadaDocumentNode<R, V>, variables: V): Promise<R> {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${this.token}` },
      body: JSON.stringify({ query: print(document), variables })
    })
    if (response.status === 401) throw new SignedOut('The API does not take this token.')
    const answer = await response.json().catch(() => ({}))
    if (answer.errors) throw new Error(messages(answer.errors))
    if (!answer.data) throw new Error(`The API cannot be reached (status ${response.status}).`)
    return answer.data
  }

  /**
   * Sends each record after `after` to `seen`, until the returned function is called. It reconnects by itself
   * and misses none.
   */
  watch(
    variables: { subscriptionId: string; after: string | null },
    seen: (change: Change) => void,
    live: (is: boolean) => void,
    failed: (error: Error) => void
  ): () => void {
    const client = createClient({
      url: new URL('/graphql', location.href).href.replace(/^http/, 'ws'),
      connectionParams: { Authorization: `Bearer ${this.token}` },
      retryAttempts: Infinity,
      shouldRetry: (why) => !isExpired(why),
      on: { connected: () => live(true), closed: () => live(false) }
    })
    client.subscribe<ResultOf<typeof Changed>>(
      { query: print(Changed), variables },
      {
        next: ({ data }) => {
          if (!data) return
          // These variables are sent again after a reconnect.
          variables.after = data.subscriptionChanged.id
          seen(data.subscriptionChanged)
        },
        error: (why) => failed(reasonOf(why)),
        complete: () => undefined
      }
    )
    return () => void client.dispose()
  }
}
