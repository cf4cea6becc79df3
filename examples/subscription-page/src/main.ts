// Opens the page and keeps it up to date: it is read again after every new record of the subscription.

import { Api, SignedOut } from './api'
import { openDialog } from './dialog'
import { Page, type Read } from './documents'
import { h } from './dom'
import { page } from './page'
import { forgetSession, signIn, storedSession, type Session } from './sign_in'
import './style.css'

const place = document.getElementById('page')!
const news = document.getElementById('news')!

function show(...elements: HTMLElement[]): void {
  const focused = document.activeElement?.id
  place.replaceChildren(...elements)
  if (focused) document.getElementById(focused)?.focus()
}

const announce = (text: string) => {
  // A new element each time, because it fades out.
  news.replaceChildren(text && h('span', {}, text))
}

/** Everything that belongs to one token and one subscription. */
class Opened {
  private readonly api: Api
  private read: Read | null = null
  private lastRequest = 0
  private live = false
  private stop = () => {}

  constructor(private readonly session: Session) {
    this.api = new Api(session.token)
  }

  async start(): Promise<void> {
    await this.refresh()
    if (!this.read) return
    const { id, history } = this.read.subscription
    this.stop = this.api.watch(
      { subscriptionId: id, after: history.edges[0]?.node.id ?? null },
      ({ actor, summary }) => this.changed(`${actor}: ${summary}`),
      (is) => this.showLive(is),
      (error) => this.failed(error)
    )
  }

  private async refresh(): Promise<void> {
    const request = ++this.lastRequest
    try {
      const { subscription, ...others } = await this.api.ask(Page, { reference: this.session.reference })
      // Answers may arrive out of order: only the last request is shown.
      if (request !== this.lastRequest) return
      if (!subscription) return this.end('There is no such subscription, or it is not yours.')
      this.read = { subscription, ...others }
      this.show(this.read)
    } catch (error) {
      if (request === this.lastRequest) this.failed(error as Error)
    }
  }

  private show(read: Read): void {
    document.title = `${read.subscription.reference} · ${read.subscription.plan.name}`
    show(
      ...page(read, {
        act: (action) => openDialog(this.api, action, this.read ?? read, (summary) => this.changed(summary)),
        signOut: () => this.end('')
      })
    )
    this.showLive(this.live)
  }

  private changed(text: string): void {
    announce(text)
    void this.refresh()
  }

  private showLive(is: boolean): void {
    this.live = is
    const sign = document.getElementById('live')
    if (sign) sign.textContent = is ? 'Live' : 'Connecting …'
    sign?.classList.toggle('on', is)
  }

  private failed(error: Error): void {
    if (error instanceof SignedOut || !this.read) this.end(error.message)
    else announce(error.message)
  }

  private end(problem: string): void {
    this.lastRequest += 1
    this.stop()
    if (!problem) forgetSession()
    show(signIn(open, problem))
  }
}

function open(session: Session): void {
  announce('')
  void new Opened(session).start()
}

const session = storedSession()
if (session) open(session)
else show(signIn(open))
