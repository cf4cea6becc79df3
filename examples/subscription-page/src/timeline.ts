// The running term as a timeline: which days were charged, what is scheduled, what follows.

import type { Read } from './documents'
import { h, nodes } from './dom'
import { day, dayNumber, dayOf, days, fromDayNumber, money, toDayNumber, readable } from './format'

/** Whole days, both included, as the API gives them. */
interface Bar {
  label: string
  note: string
  kind: 'term' | 'charge' | 'refund' | 'scheduled' | 'next' | 'end'
  from: string
  to?: string
}

const AFTER = 1.2 // what follows the term is shown for a fifth of its length
const LABELS = 6 // months named on the axis, at most

function bars({
  subscription: { term, status, endedOn, history, scheduledChanges, nextRenewal }
}: Read): Bar[] {
  const charged = nodes(history)
    .toReversed()
    .flatMap(({ lines }) => lines)
    .filter(
      ({ periodStartsOn, periodEndsOn }) => periodEndsOn >= term.startsOn && periodStartsOn <= term.endsOn
    )
  return [
    {
      kind: 'term',
      label: `${term.number ? `Term ${term.number}` : 'Trial'}, ${days(term)}`,
      note: '',
      from: term.startsOn,
      to: term.endsOn
    },
    ...charged.map(({ description, price, periodStartsOn, periodEndsOn }): Bar => ({
      kind: price.amount.startsWith('-') ? 'refund' : 'charge',
      label: description,
      note: money(price),
      from: periodStartsOn,
      to: periodEndsOn
    })),
    ...scheduledChanges.map(({ summary, effectiveOn }): Bar => ({
      kind: 'scheduled',
      label: summary,
      note: day(effectiveOn),
      from: effectiveOn
    })),
    ...(endedOn
      ? [{ kind: 'end', label: readable(status), note: day(endedOn), from: endedOn } as const]
      : []),
    ...(nextRenewal
      ? [
          {
            kind: 'next',
            label: `Renewal on ${day(nextRenewal.on)}`,
            note: money(nextRenewal.price),
            from: nextRenewal.on
          } as const
        ]
      : [])
  ]
}

export function timeline(read: Read): HTMLElement {
  const { term, customer } = read.subscription
  const start = dayNumber(term.startsOn)
  const length = dayNumber(term.endsOn) + 1 - start
  const at = (date: number) => Math.min(100, Math.max(0, ((date - start) / (length * AFTER)) * 100))
  const today = dayOf(read.viewer.now, customer.timeZone)

  const row = ({ kind, label, note, from, to }: Bar) => {
    const left = at(dayNumber(from))
    const width = kind === 'next' ? 100 - left : to ? at(dayNumber(to) + 1) - left : 0
    return h(
      'li',
      { className: kind },
      h('span', { className: 'label' }, label),
      h(
        'span',
        { className: 'track' },
        h('span', { className: 'bar', style: `left: ${left}%; width: ${width}%` })
      ),
      h('span', { className: 'note' }, note)
    )
  }
  return h(
    'section',
    {
      id: 'timeline',
      aria: { labelledby: 'timeline-title' },
      style: `--today: ${at(dayNumber(today) + 0.5)}%`
    },
    h('h2', { id: 'timeline-title' }, 'The term'),
    axis(start, length * AFTER, at),
    h('ol', {}, ...bars(read).map(row)),
    h('p', { className: 'today' }, `Today is ${day(today)}.`)
  )
}

/** The first days of the months, some with a name. Screen readers skip it: the rows say the same. */
function axis(start: number, length: number, at: (day: number) => number): HTMLElement {
  const first = fromDayNumber(start)
  const firsts = Array.from({ length: Math.ceil(length / 28) }, (_, index) =>
    Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1 + index)
  ).filter((date) => toDayNumber(date) < start + length * 0.97)
  const step = Math.ceil(firsts.length / LABELS)
  const name = new Intl.DateTimeFormat('en-GB', { month: 'short', year: '2-digit', timeZone: 'UTC' })
  const named = firsts.filter((_, index) => index % step === 0)
  return h(
    'div',
    { className: 'axis', aria: { hidden: 'true' } },
    ...named.map((date) => h('span', { style: `left: ${at(toDayNumber(date))}%` }, name.format(date)))
  )
}
