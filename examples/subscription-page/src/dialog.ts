// The dialog of every action: ask, quote, confirm.

import type { Action, Guard } from './action'
import type { Api } from './api'
import { Preview, type Read, type UserError } from './documents'
import { h } from './dom'
import { fieldset, showApplicable, showErrors, type Field } from './fields'
import { quoteView } from './quote'

const STALE = 'Something has changed since that quote. This is the new one.'
const WHY: Field = { kind: 'text', name: 'reason', label: 'Reason, for the history' }

/** Opens it. When the action is done, `done` gets its summary from the history. */
export function openDialog(api: Api, action: Action, read: Read, done: (summary: string) => void): void {
  const { subscription } = read
  const fields = [...action.fields(read), WHY]
  const problem = h('p', { className: 'error', role: 'alert' })
  const quoted = h('section', { aria: { live: 'polite' } })
  const ask = h('button', { type: 'submit' }, 'Get a quote')
  const confirm = h('button', { type: 'button', className: 'primary', onclick: () => run(send) }, 'Confirm')
  const close = h('button', { type: 'button', onclick: () => dialog.close() }, 'Close')
  const form = h(
    'form',
    {},
    h('h2', { id: 'dialog-title' }, action.title(subscription)),
    fieldset(fields),
    problem,
    quoted,
    h('footer', {}, close, action.change ? ask : null, confirm)
  )
  const dialog = h('dialog', { aria: { labelledby: 'dialog-title' } }, form)
  dialog.onclose = () => {
    dialog.remove()
    // The browser cannot do this: the button that opened it may have been replaced.
    document.getElementById(`action-${action.name}`)?.focus()
  }

  let guard: Guard | null = null
  let turn = 0
  const guardWith = (quoteToken?: string | null) => {
    // One key for each decision: if it is confirmed again after a lost answer, it is executed once.
    guard = { idempotencyKey: crypto.randomUUID(), ...(quoteToken ? { quoteToken } : {}) }
    confirm.hidden = false
  }
  const reset = () => {
    guard = null
    turn += 1
    problem.textContent = ''
    quoted.replaceChildren()
    showApplicable(form, fields)
    if (action.change) confirm.hidden = true
    else guardWith()
  }

  async function quote(): Promise<void> {
    if (!action.change) return
    reset()
    const quotedTurn = turn
    const { previewProration } = await api.ask(Preview, {
      change: action.change(new FormData(form), subscription)
    })
    // The form has changed meanwhile: the quote is for another input.
    if (quotedTurn !== turn) return
    const { quote, token, userErrors } = previewProration
    refused(userErrors)
    if (!quote) return
    quoted.replaceChildren(quoteView(quote, subscription))
    guardWith(token)
  }

  async function send(): Promise<void> {
    if (!guard) return
    const { userErrors, record } = await action.send(api, new FormData(form), subscription, guard)
    if (userErrors.some(({ code }) => code === 'QUOTE_STALE')) {
      await quote()
      problem.textContent ||= STALE
    } else if (userErrors.length) {
      reset()
      refused(userErrors)
    } else {
      dialog.close()
      done(record?.summary ?? '')
    }
  }

  const refused = (errors: readonly UserError[]) => {
    problem.textContent = showErrors(form, fields, errors).join(' ')
  }

  async function run(step: () => Promise<void>): Promise<void> {
    // Do not disable the buttons meanwhile: that would remove the keyboard focus.
    if (form.ariaBusy) return
    form.ariaBusy = 'true'
    try {
      await step()
    } catch (error) {
      problem.textContent = `${(error as Error).message} Nothing is done twice: you may try again.`
    }
    form.ariaBusy = null
  }

  form.oninput = reset
  form.onsubmit = (event) => {
    event.preventDefault()
    void run(quote)
  }
  reset()
  document.body.append(dialog)
  dialog.showModal()
}
