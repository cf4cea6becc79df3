// The page of one subscription, from one answer of the API.

import { ACTIONS } from './actions'
import type { Action } from './action'
import type { Read } from './documents'
import { facts, h, nodes, table } from './dom'
import { day, days, every, moment, money, moneyOrNull, readable } from './format'
import { linesTable } from './quote'
import { timeline } from './timeline'

export interface Handlers {
  act: (action: Action) => void
  signOut: () => void
}

export const page = (read: Read, handlers: Handlers): HTMLElement[] => [
  header(read, handlers),
  h(
    'main',
    {},
    h(
      'div',
      { className: 'column' },
      summary(read),
      timeline(read),
      holdings(read),
      invoices(read),
      history(read)
    ),
    actions(read, handlers)
  )
]

function header({ viewer, subscription }: Read, { signOut }: Handlers): HTMLElement {
  const { plan, reference, status, customer } = subscription
  return h(
    'header',
    {},
    h(
      'div',
      {},
      h('p', { className: 'quiet' }, `${customer.name} · ${reference}`),
      h('h1', {}, plan.name, ' ', h('span', { className: `badge ${status}` }, readable(status)))
    ),
    h(
      'p',
      { className: 'quiet' },
      h('span', { id: 'live' }),
      ` · ${viewer.name}, ${readable(viewer.role)} `,
      h('button', { type: 'button', id: 'sign-out', onclick: signOut }, 'Sign out')
    )
  )
}

function summary({ subscription }: Read): HTMLElement {
  const { term, contract, billingModel, nextRenewal, price, cost, autoRenewal, endedOn } = subscription
  return h(
    'section',
    { id: 'summary', aria: { label: 'Summary' } },
    facts([
      ['Price', `${money(price)} ${every(billingModel)}`],
      ['Cost', cost && `${money(cost)} ${every(billingModel)}`],
      ['Term', days(term)],
      ['Licences', `${subscription.quantity}`],
      ['Auto-renewal', autoRenewal ? 'On' : 'Off'],
      ['Next renewal', nextRenewal && `${day(nextRenewal.on)}, ${money(nextRenewal.price)}`],
      ['Bought on', day(subscription.purchasedOn)],
      ['Ended on', endedOn && day(endedOn)],
      ['Contract', contract ? `${contract.title} (${contract.reference})` : 'None']
    ])
  )
}

function section(id: string, title: string, ...content: (Node | string | false)[]): HTMLElement {
  return h(
    'section',
    { id, aria: { labelledby: `${id}-title` } },
    h('h2', { id: `${id}-title` }, title),
    ...content
  )
}

const list = (items: readonly string[]) =>
  items.length
    ? h('ul', {}, ...items.map((item) => h('li', {}, item)))
    : h('p', { className: 'quiet' }, 'None')

function holdings({ subscription }: Read): HTMLElement {
  const { addOns, numbers, assignees, quantity, scheduledChanges } = subscription
  const kept = addOns.filter(({ quantity }) => quantity > 0)
  const ending = (endsOn: string | null) => (endsOn ? `, until ${day(endsOn)}` : '')
  return h(
    'div',
    { className: 'cards' },
    section(
      'add-ons',
      'Add-ons',
      list(kept.map(({ name, quantity, endsOn }) => `${quantity} × ${name}${ending(endsOn)}`))
    ),
    section('numbers', 'Numbers', list(nodes(numbers).map(({ e164 }) => e164))),
    section(
      'assignees',
      `Assigned, ${assignees.totalCount} of ${quantity}`,
      list(nodes(assignees).map(({ name }) => name))
    ),
    section(
      'scheduled',
      'Scheduled',
      list(scheduledChanges.map(({ summary, effectiveOn }) => `${day(effectiveOn)}: ${summary}`))
    )
  )
}

function invoices({ subscription: { invoices, cost } }: Read): HTMLElement {
  return section(
    'invoices',
    'Invoices',
    table(newest(invoices, 'invoices'), nodes(invoices), [
      { title: 'Number', of: ({ number }) => number ?? '–' },
      { title: 'Status', of: ({ status }) => readable(status) },
      {
        title: 'Issued',
        of: ({ issuedOn, dueToIssueOn }) =>
          issuedOn ? day(issuedOn) : dueToIssueOn && `due ${day(dueToIssueOn)}`
      },
      cost && { title: 'Cost', of: ({ cost }) => moneyOrNull(cost), numeric: true },
      { title: 'Price', of: ({ price }) => money(price), numeric: true }
    ])
  )
}

const newest = ({ edges, totalCount }: { edges: readonly unknown[]; totalCount: number }, noun: string) =>
  edges.length < totalCount
    ? `The newest ${edges.length} of ${totalCount} ${noun}`
    : `All ${noun}, the newest first`

function history({ subscription: { history, customer } }: Read): HTMLElement {
  return section(
    'history',
    'History',
    h('p', { className: 'quiet' }, newest(history, 'records')),
    h(
      'ol',
      {},
      ...nodes(history).map(({ at, actor, reason, summary, lines }) =>
        h(
          'li',
          {},
          h('p', {}, summary),
          h(
            'p',
            { className: 'quiet' },
            `${moment(at, customer.timeZone)}, ${actor}${reason ? `: ${reason}` : ''}`
          ),
          lines.length > 0 && h('details', {}, h('summary', {}, 'Lines'), linesTable('Lines', lines))
        )
      )
    )
  )
}

/** A button for each entry of the table; the API says which are enabled, and why others are not. */
function actions({ subscription }: Read, { act }: Handlers): HTMLElement {
  const found = ACTIONS.map(({ name }) => subscription.actions.find(({ action }) => action === name))
  const item = (action: Action, index: number) => {
    const reason = found[index]?.reason?.message ?? ''
    const disabled = !found[index]?.allowed
    const sameAsNext = reason === found[index + 1]?.reason?.message
    return h(
      'li',
      { className: action.ends ? 'ends' : '' },
      h(
        'button',
        { type: 'button', id: `action-${action.name}`, disabled, title: reason, onclick: () => act(action) },
        action.title(subscription)
      ),
      h('p', { className: 'quiet' }, sameAsNext ? '' : reason)
    )
  }
  return h(
    'nav',
    { aria: { labelledby: 'actions-title' } },
    h('h2', { id: 'actions-title' }, 'Actions'),
    h('ul', {}, ...ACTIONS.map(item))
  )
}
