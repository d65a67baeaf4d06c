import type { IncomingHttpHeaders } from 'node:http'
import { createCookieJar } from './user-agent/cookie-jar.js'
import { type Button, type Document, type Form, parseDocument } from './user-agent/forms.js'
import { sendRequest, type WireResponse } from './user-agent/request.js'

/** A page that the agent came to, after all redirects. */
export interface Visit extends Document {
  url: URL
  status: number
  headers: IncomingHttpHeaders
  html: string
  /** Every address on the way here, the first one included, the page's own not. */
  passed: URL[]
}

/** What a person does with a page: fill in some fields by name and press the button with this label. */
export interface Submission {
  fill?: Record<string, string>
  press?: RegExp
}

/** A small browser without JavaScript: cookies, redirects, and real forms filled in and posted. */
export interface UserAgent {
  /** Goes to an address as if a person had typed it. */
  open(url: string | URL): Promise<Visit>
  /** Fills in the first form of the page that has all these fields and such a button, and submits it. */
  submit(visit: Visit, submission: Submission): Promise<Visit>
  /** The values of its cookies. */
  cookies(): string[]
}

const MAX_REDIRECTS = 10
const FORM = 'application/x-www-form-urlencoded'

interface Navigation {
  method: 'GET' | 'POST'
  url: URL
  body?: string
  /** The page that started it; absent when a person typed the address. */
  from?: Visit
}

/**
 * A new agent with no cookies.
 * @param options.cannotReach addresses that do not load where this browser runs: a visit ends there, with status 0
 */
export function createUserAgent(options: { cannotReach?: (url: URL) => boolean } = {}): UserAgent {
  const jar = createCookieJar()

  async function send({ method, url, body, from }: Navigation, chain: readonly URL[]): Promise<WireResponse> {
    const cookie = jar.headerFor(url)
    const response = await sendRequest(url, {
      method,
      headers: {
        host: url.host,
        accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
        'user-agent': 'scripted-user-agent',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        'sec-fetch-user': '?1',
        'sec-fetch-site': siteOf(from, [...chain, url]),
        ...(cookie ? { cookie } : {}),
        ...(method === 'POST' ? { origin: originHeader(from), 'content-type': FORM } : {}),
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      ...(body === undefined ? {} : { body }),
    })
    jar.receive(url, response.headers['set-cookie'] ?? [])
    return response
  }

  async function navigate(first: Navigation): Promise<Visit> {
    const passed: URL[] = []
    for (let navigation = first; passed.length <= MAX_REDIRECTS; ) {
      const { url } = navigation
      if (options.cannotReach?.(url)) {
        return { ...parseDocument('', url), url, status: 0, headers: {}, html: '', passed }
      }
      const { status, headers, body } = await send(navigation, passed)
      if (!isRedirect(status) || headers.location === undefined)
        return { ...parseDocument(body, url), url, status, headers, html: body, passed }
      passed.push(url)
      const next = new URL(headers.location, url)
      // 307 and 308 send the same thing again, password and all; a browser does, so that a test can see it.
      navigation = status >= 307 ? { ...navigation, url: next } : follow(navigation, next)
    }
    throw new Error(`more than ${MAX_REDIRECTS} redirects from ${first.url.origin}${first.url.pathname}`)
  }

  return {
    open: (url) => navigate({ method: 'GET', url: new URL(url) }),
    submit: (visit, submission) => {
      const { form, button } = chooseForm(visit, submission)
      const values = new URLSearchParams()
      for (const { name, value } of form.fields) values.append(name, submission.fill?.[name] ?? value)
      if (button?.name !== undefined) values.append(button.name, button.value)
      if (form.method === 'POST')
        return navigate({ method: 'POST', url: form.action, body: values.toString(), from: visit })
      const url = new URL(form.action)
      url.search = values.toString()
      return navigate({ method: 'GET', url, from: visit })
    },
    cookies: () => jar.values(),
  }
}

function follow({ from }: Navigation, url: URL): Navigation {
  return from ? { method: 'GET', url, from } : { method: 'GET', url }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

function chooseForm(visit: Visit, { fill = {}, press }: Submission): { form: Form; button?: Button } {
  for (const form of visit.forms) {
    const hasFields = Object.keys(fill).every((name) => form.fields.some((field) => field.name === name))
    const button = press ? form.buttons.find(({ label }) => press.test(label)) : form.buttons[0]
    if (hasFields && (button || !press)) return button ? { form, button } : { form }
  }
  const seen = visit.forms.map(({ fields, buttons }) => [
    ...fields.map(({ name }) => name),
    ...buttons.map(({ label }) => `[${label}]`),
  ])
  throw new Error(
    `${visit.status} "${visit.title}" has no form with ${Object.keys(fill).join(', ')} and a button ${press}; it has ${JSON.stringify(seen)}`,
  )
}

/** `Sec-Fetch-Site`: over the whole chain of redirects, and without regard to the port for the same site. */
function siteOf(from: Visit | undefined, chain: readonly URL[]): string {
  if (!from) return 'none'
  if (chain.every(({ origin }) => origin === from.url.origin)) return 'same-origin'
  const isSameSite = chain.every(
    ({ protocol, hostname }) => protocol === from.url.protocol && hostname === from.url.hostname,
  )
  return isSameSite ? 'same-site' : 'cross-site'
}

/** A page that sends no referrer does not tell its origin either: a browser then sends `null` (Fetch §3.2). */
function originHeader(from: Visit | undefined): string {
  return from && from.headers['referrer-policy'] !== 'no-referrer' ? from.url.origin : 'null'
}
