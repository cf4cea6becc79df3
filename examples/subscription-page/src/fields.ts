// The fields of a form, each from its description.

import { h } from './dom'
import type { UserError } from './documents'

/** `name` is the path below the mutation's `input`, with dots, as in `userErrors`. */
interface Named {
  name: string
  label: string
  /** Shown and sent only while that other field has that value. */
  where?: [name: string, value: string]
}

export type Field = Named &
  (
    | { kind: 'select'; options: readonly [value: string, label: string][]; value?: string }
    | { kind: 'number'; value: number; min: number }
    | { kind: 'date'; value: string; min?: string; max?: string }
    | { kind: 'text' }
  )

function control(field: Field): HTMLInputElement | HTMLSelectElement {
  const { name, kind } = field
  const named = { name, id: `field-${name}`, aria: { describedby: `error-${name}` } }
  switch (kind) {
    case 'select': {
      const options = field.options.map(([value, label]) =>
        h('option', { value, selected: value === field.value }, label)
      )
      return h('select', named, ...options)
    }
    case 'number':
      return h('input', {
        ...named,
        type: 'number',
        required: true,
        min: `${field.min}`,
        value: `${field.value}`
      })
    case 'date': {
      const { value, min = '', max = '' } = field
      return h('input', { ...named, type: 'date', required: true, min, max, value })
    }
    case 'text':
      return h('input', { ...named, type: 'text', maxLength: 10_000, autocomplete: 'off' })
  }
}

export const fieldset = (fields: readonly Field[]): HTMLElement =>
  h(
    'div',
    { className: 'fields' },
    ...fields.map((field) =>
      h(
        'div',
        { className: 'field' },
        h('label', { htmlFor: `field-${field.name}` }, field.label),
        control(field),
        h('p', { className: 'error', id: `error-${field.name}` })
      )
    )
  )

/** Hides the fields that do not apply now, and leaves them out of the form. */
export function showApplicable(form: HTMLFormElement, fields: readonly Field[]): void {
  for (const { name, where } of fields) {
    if (!where) continue
    const applies = new FormData(form).get(where[0]) === where[1]
    const input = inputOf(form, name)
    input.disabled = !applies
    input.closest<HTMLElement>('.field')!.hidden = !applies
  }
}

/** Puts each error beside its field; returns the errors without a field. */
export function showErrors(
  form: HTMLFormElement,
  fields: readonly Field[],
  errors: readonly UserError[]
): string[] {
  for (const { name } of fields) mark(form, name, '')
  return errors.flatMap(({ field, message }) => {
    const name = field?.join('.') ?? ''
    const found = fields.find((each) => each.name === name)
    if (!found) return [message]
    mark(form, name, message)
    return []
  })
}

function mark(form: HTMLFormElement, name: string, message: string): void {
  const input = inputOf(form, name)
  input.setAttribute('aria-invalid', `${message !== ''}`)
  input.nextElementSibling!.textContent = message
  if (message) input.focus()
}

const inputOf = (form: HTMLFormElement, name: string) =>
  form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement
