// The token and the subscription. The browser keeps them for this tab until it is closed.

import { h } from './dom'

export interface Session {
  token: string
  reference: string
}

const KEY = 'tenure:session'

export const storedSession = (): Session | null => JSON.parse(sessionStorage.getItem(KEY) ?? 'null')

export const forgetSession = (): void => sessionStorage.removeItem(KEY)

const sessionOf = (form: HTMLFormElement): Session => {
  const data = new FormData(form)
  return { token: String(data.get('token')).trim(), reference: String(data.get('reference')).trim() }
}

/** A form for both; `problem` says why it appears again. */
export function signIn(start: (session: Session) => void, problem = ''): HTMLElement {
  const form = h(
    'form',
    { id: 'sign-in' },
    h('h1', {}, 'A subscription’s page'),
    h(
      'p',
      { className: 'quiet' },
      'Built on the API. On the demo, ',
      h('code', {}, 'make run'),
      ' prints a token for each role.'
    ),
    h(
      'label',
      {},
      'Token',
      h('input', { name: 'token', type: 'password', required: true, autocomplete: 'off' })
    ),
    h(
      'label',
      {},
      'Subscription',
      h('input', { name: 'reference', required: true, value: storedSession()?.reference ?? 'S-000001' })
    ),
    h('p', { className: 'error', role: 'alert' }, problem),
    h('button', { className: 'primary' }, 'Open')
  )
  form.onsubmit = (event) => {
    event.preventDefault()
    const session = sessionOf(form)
    sessionStorage.setItem(KEY, JSON.stringify(session))
    start(session)
  }
  return form
}
