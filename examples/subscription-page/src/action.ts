// An action: the text of its button, the fields of its form, and the input to send.

import type { TadaDocumentNode, VariablesOf } from 'gql.tada'
import type { Api } from './api'
import type { Payload, Preview, Read, Subscription } from './documents'
import type { Field } from './fields'

type Change = VariablesOf<typeof Preview>['change']

interface Common {
  reason?: string | null
  idempotencyKey?: string | null
}

interface Shown {
  name: Subscription['actions'][number]['action']
  title: (subscription: Subscription) => string
  /** It ends something: its button is set apart. */
  ends?: true
  fields: (read: Read) => Field[]
}

interface Entry<Input extends Common> extends Shown {
  input: (form: Values, subscription: Subscription) => Input
  /** The input of the quote; absent if no money can move. */
  change?: (input: Input) => Change
  mutation: TadaDocumentNode<{ done: Payload }, { input: Input }>
}

export interface Action extends Shown {
  change: ((form: FormData, subscription: Subscription) => Change) | null
  send: (api: Api, form: FormData, subscription: Subscription, guard: Guard) => Promise<Payload>
}

/** Sent with the input, so that it is charged as quoted and only once. */
export interface Guard {
  idempotencyKey: string
  quoteToken?: string
}

/** The values of a form by field name. */
export class Values {
  constructor(private readonly data: FormData) {}

  text = <T extends string>(name: string): T => String(this.data.get(name) ?? '') as T
  number = (name: string): number => Number(this.data.get(name))
  /** A list with the chosen value, or an empty one. */
  list = (name: string): string[] => [this.text(name)].filter((chosen) => chosen)
}

export function action<Input extends Common>({ change, input, mutation, ...shown }: Entry<Input>): Action {
  const inputOf = (data: FormData, subscription: Subscription) => {
    const form = new Values(data)
    return { ...input(form, subscription), reason: form.text('reason') || null }
  }
  return {
    ...shown,
    change: change ? (form, subscription) => change(inputOf(form, subscription)) : null,
    send: async (api, form, subscription, guard) =>
      (await api.ask(mutation, { input: { ...inputOf(form, subscription), ...guard } })).done
  }
}
