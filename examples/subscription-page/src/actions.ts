// The table of actions. A new action is one entry: dialog.ts quotes it, confirms it and shows refusals.

import { action, type Action, type Values } from './action'
import type { Read } from './documents'
import { nodes } from './dom'
import type { Field } from './fields'
import { day, dayOf, every, money } from './format'
import * as mutations from './mutations'

const NOW = 'IMMEDIATE'
const PAST_DAY = 'SPECIFIC_DATE'
const PERIOD_END = 'END_OF_BILLING_PERIOD'

const cycles: readonly [string, string][] = [
  ['MONTHLY', 'month'],
  ['YEARLY', 'year']
]

const today = ({ viewer, subscription }: Read) => dayOf(viewer.now, subscription.customer.timeZone)

/** When the change takes effect, and the day for SPECIFIC_DATE. */
const timing = (read: Read, label: string): Field[] => {
  const { startsOn, endsOn } = read.subscription.term
  return [
    {
      kind: 'select',
      name: 'when.at',
      label,
      options: [
        [PERIOD_END, `At the end of the period, ${day(endsOn)}`],
        [NOW, 'Now'],
        [PAST_DAY, 'On a past day']
      ]
    },
    {
      kind: 'date',
      name: 'when.date',
      label: 'Day',
      value: today(read),
      min: startsOn,
      where: ['when.at', PAST_DAY]
    }
  ]
}

const when = (form: Values) => {
  const at = form.text<typeof NOW | typeof PAST_DAY | typeof PERIOD_END>('when.at')
  return { at, date: at === PAST_DAY ? form.text('when.date') : null }
}

const choice = (name: string, label: string, options: readonly [string, string][], value = ''): Field => ({
  kind: 'select',
  name,
  label,
  options,
  value
})

const none: [string, string] = ['', 'None']

/** The numbers of the subscription, and the free ones. */
const ownNumbers = ({ subscription }: Read) =>
  nodes(subscription.numbers).map(({ id, e164 }): [string, string] => [id, e164])
const freeNumbers = ({ availableNumbers }: Read) =>
  nodes(availableNumbers).map(({ id, e164, skuCode }): [string, string] => [id, `${e164} (${skuCode})`])

export const ACTIONS: readonly Action[] = [
  action({
    name: 'CHANGE_PLAN',
    title: () => 'Change plan',
    fields: ({ subscription: { plan, billingModel }, products }) => [
      choice(
        'planCode',
        'New plan',
        nodes(products)
          .filter(({ plans }) => plans.some(({ code }) => code === plan.code))
          .flatMap(({ plans }) => plans)
          .filter(({ code }) => code !== plan.code)
          .map(({ code, name, prices }) => {
            const price = prices.find(({ cycle }) => cycle === billingModel.cycle)
            return [
              code,
              price ? `${name}, ${money(price.price)} ${every({ cycle: price.cycle, multiplier: 1 })}` : name
            ]
          })
      )
    ],
    input: (form, { id }) => ({ subscriptionId: id, planCode: form.text('planCode') }),
    change: (input) => ({ changePlan: input }),
    mutation: mutations.ChangePlan
  }),
  action({
    name: 'CHANGE_QUANTITY',
    title: () => 'Change quantity',
    fields: (read) => [
      { kind: 'number', name: 'quantity', label: 'Licences', value: read.subscription.quantity, min: 1 },
      ...timing(read, 'Fewer take effect')
    ],
    input: (form, { id }) => ({ subscriptionId: id, quantity: form.number('quantity'), when: when(form) }),
    change: (input) => ({ changeQuantity: input }),
    mutation: mutations.ChangeQuantity
  }),
  action({
    name: 'CHANGE_ADD_ONS',
    title: () => 'Change add-ons',
    fields: (read) => {
      const { plan, addOns } = read.subscription
      const has = (code: string) => addOns.find((addOn) => addOn.code === code)?.quantity ?? 0
      return [
        choice(
          'addOns',
          'Add-on',
          plan.addOns.map(({ code, name }) => [code, `${name} (now ${has(code)})`])
        ),
        { kind: 'number', name: 'addOns.quantity', label: 'New quantity', value: 1, min: 0 },
        ...timing(read, 'Fewer take effect')
      ]
    },
    input: (form, { id }) => ({
      subscriptionId: id,
      addOns: [{ code: form.text('addOns'), quantity: form.number('addOns.quantity') }],
      when: when(form)
    }),
    change: (input) => ({ changeAddOns: input }),
    mutation: mutations.ChangeAddOns
  }),
  action({
    name: 'CHANGE_NUMBERS',
    title: () => 'Change numbers',
    fields: (read) => [
      choice('addNumberIds', 'Add', [none, ...freeNumbers(read)]),
      choice('removeNumberIds', 'Give back', [none, ...ownNumbers(read)]),
      choice('swap', 'Swap', [none, ...ownNumbers(read)]),
      choice('swap.toNumberId', 'Swapped for', freeNumbers(read))
    ],
    input: (form, { id }) => ({
      subscriptionId: id,
      addNumberIds: form.list('addNumberIds'),
      removeNumberIds: form.list('removeNumberIds'),
      swap: form
        .list('swap')
        .map((fromNumberId) => ({ fromNumberId, toNumberId: form.text('swap.toNumberId') }))
    }),
    change: (input) => ({ changeNumbers: input }),
    mutation: mutations.ChangeNumbers
  }),
  action({
    name: 'CHANGE_BILLING_MODEL',
    title: () => 'Change billing',
    fields: ({ subscription: { billingModel } }) => [
      { kind: 'number', name: 'multiplier', label: 'Billed every', value: billingModel.multiplier, min: 1 },
      choice('cycle', 'Months or years', cycles, billingModel.cycle)
    ],
    input: (form, { id }) => ({
      subscriptionId: id,
      cycle: form.text<'MONTHLY' | 'YEARLY'>('cycle'),
      multiplier: form.number('multiplier')
    }),
    change: (input) => ({ changeBillingModel: input }),
    mutation: mutations.ChangeBillingModel
  }),
  action({
    name: 'SET_AUTO_RENEWAL',
    title: ({ autoRenewal }) => (autoRenewal ? 'Turn auto-renewal off' : 'Turn auto-renewal on'),
    fields: () => [],
    input: (_, { id, autoRenewal }) => ({ subscriptionId: id, on: !autoRenewal }),
    change: (input) => ({ setAutoRenewal: input }),
    mutation: mutations.SetAutoRenewal
  }),
  action({
    name: 'EXTEND',
    title: () => 'Extend',
    fields: ({ subscription: { term, billingModel } }) => [
      choice('how', 'How', [
        ['quick', 'By months or years'],
        ['until', 'Until a day']
      ]),
      {
        kind: 'number',
        name: 'by.quick.count',
        label: 'How many',
        value: 1,
        min: 1,
        where: ['how', 'quick']
      },
      { ...choice('by.quick.cycle', 'Of what', cycles, billingModel.cycle), where: ['how', 'quick'] },
      { kind: 'date', name: 'by.until', label: 'New last day', value: term.endsOn, where: ['how', 'until'] }
    ],
    input: (form, { id }) => ({
      subscriptionId: id,
      by:
        form.text('how') === 'until'
          ? { until: form.text('by.until') }
          : {
              quick: {
                count: form.number('by.quick.count'),
                cycle: form.text<'MONTHLY' | 'YEARLY'>('by.quick.cycle')
              }
            }
    }),
    change: (input) => ({ extend: input }),
    mutation: mutations.Extend
  }),
  action({
    name: 'REVOKE_SCHEDULED_CHANGE',
    title: () => 'Revoke scheduled change',
    fields: ({ subscription: { scheduledChanges } }) => [
      choice(
        'scheduledChangeId',
        'Which',
        scheduledChanges.map(({ id, summary }) => [id, summary])
      )
    ],
    input: (form) => ({ scheduledChangeId: form.text('scheduledChangeId') }),
    mutation: mutations.Revoke
  }),
  action({
    name: 'CANCEL_ADD_ON',
    title: () => 'Cancel an add-on',
    ends: true,
    fields: (read) => [
      choice(
        'addOnId',
        'Add-on',
        read.subscription.addOns
          .filter(({ status }) => status === 'ACTIVE')
          .map(({ id, name, quantity }) => [id, `${name} (${quantity})`])
      ),
      ...timing(read, 'When')
    ],
    input: (form) => ({ addOnId: form.text('addOnId'), when: when(form) }),
    change: (input) => ({ cancelAddOn: input }),
    mutation: mutations.CancelAddOn
  }),
  action({
    name: 'CANCEL',
    title: () => 'Cancel',
    ends: true,
    fields: (read) => timing(read, 'When'),
    input: (form, { id }) => ({ subscriptionId: id, when: when(form) }),
    change: (input) => ({ cancel: input }),
    mutation: mutations.Cancel
  }),
  action({
    name: 'TERMINATE',
    title: () => 'Terminate',
    ends: true,
    fields: () => [],
    input: (_, { id }) => ({ subscriptionId: id }),
    change: (input) => ({ terminate: input }),
    mutation: mutations.Terminate
  })
]
