// The lines of a quote: what a change charges and gives back, before it is confirmed.

import type { ChargeLine, Quote, Subscription } from './documents'
import { facts, h, table } from './dom'
import { day, days, isZero, money, moneyOrNull, readable } from './format'

/** 740.00 × 1 × 6/12 */
const calculation = ({ unitPrice, quantity, fraction: { numerator, denominator } }: ChargeLine) =>
  `${money(unitPrice)} × ${quantity} × ${numerator}/${denominator}`

export const linesTable = (caption: string, lines: readonly ChargeLine[]) =>
  table(caption, lines, [
    { title: 'For', of: ({ description }) => description },
    { title: 'Calculation', of: calculation, numeric: true },
    lines.some(({ cost }) => cost) && { title: 'Cost', of: ({ cost }) => moneyOrNull(cost), numeric: true },
    { title: 'Price', of: ({ price }) => money(price), numeric: true }
  ])

/** The API answers zero if there is no renewal. */
const renewal = (price: Quote['price']) => (isZero(price) ? 'none' : money(price))

export function quoteView(quote: Quote, { status, term }: Subscription): HTMLElement {
  const { lines, price, cost } = quote
  const [before, after] = [renewal(quote.renewalPriceBefore), renewal(quote.renewalPriceAfter)]
  const termAfter = days(quote.termAfter)
  return h(
    'div',
    {},
    h('h3', {}, 'Quote'),
    lines.length > 0 && linesTable('What is charged and given back', lines),
    facts([
      [
        price.amount.startsWith('-') ? 'Given back now' : 'Charged now',
        isZero(price) ? 'Nothing' : money(price)
      ],
      ['Its cost', isZero(price) ? null : moneyOrNull(cost)],
      ['Each renewal', before === after ? after : `${before} → ${after}`],
      quote.scheduledFor
        ? ['Scheduled for', day(quote.scheduledFor)]
        : ['Takes effect', day(quote.effectiveOn)],
      ['Term afterwards', termAfter === days(term) ? null : termAfter],
      ['Status afterwards', quote.statusAfter === status ? null : readable(quote.statusAfter)]
    ])
  )
}
