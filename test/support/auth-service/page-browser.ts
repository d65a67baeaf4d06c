import type { FastifyInstance } from 'fastify'
import { createCookieJar } from '../user-agent/cookie-jar.js'
import { type Button, type Document, type Form, parseDocument } from '../user-agent/forms.js'

/** What the AuthService answered last, after its own redirects. */
export interface PageVisit extends Document {
  status: number
  headers: Record<string, string | string[] | number | undefined>
  html: string
  path: string
  /** Where the browser was sent, if that is not a page of the AuthService. */
  sentTo: URL | undefined
  /** The status and path of every answer on the way here. */
  passed: { status: number; path: string; setCookie: string }[]
}

/** A person's way through a form: what they type, and the button that they press. */
export interface Gesture {
  fill?: Record<string, string>
  /** The label of the button; the first one without it. */
  press?: string
  /** Headers other than those that a browser sends for its own page. */
  headers?: Record<string, string>
}

/** A browser without JavaScript that talks to the application without a network, from an address of its own. */
export interface PageBrowser {
  /** Follows a link; `headers` say from where, without them somebody has typed the address. */
  open(path: string, headers?: Record<string, string>): Promise<PageVisit>
  submit(visit: PageVisit, gesture?: Gesture): Promise<PageVisit>
  /** Sends a form as it is. */
  post(path: string, form: URLSearchParams | string, headers?: Record<string, string>): Promise<PageVisit>
  cookies(): string[]
}

const MAX_REDIRECTS = 5
const FORM = 'application/x-www-form-urlencoded'

export function createPageBrowser(app: FastifyInstance, issuer: string, ip = '127.0.0.1'): PageBrowser {
  const { origin } = new URL(issuer)
  const jar = createCookieJar()

  async function send(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string>,
    payload?: string,
    passed: PageVisit['passed'] = [],
  ): Promise<PageVisit> {
    const url = new URL(path, origin)
    const cookie = jar.headerFor(url)
    const response = await app.inject({
      method,
      url: path,
      remoteAddress: ip,
      headers: { host: url.host, ...(cookie === undefined ? {} : { cookie }), ...headers },
      ...(payload === undefined ? {} : { payload }),
    })
    const setCookie = [response.headers['set-cookie'] ?? []].flat()
    jar.receive(url, setCookie)
    const step = { status: response.statusCode, path, setCookie: setCookie.join('\n') }
    const { location } = response.headers
    if (typeof location === 'string' && location.startsWith('/') && passed.length < MAX_REDIRECTS) {
      return send('GET', location, { 'sec-fetch-site': 'same-origin' }, undefined, [...passed, step])
    }
    return {
      ...parseDocument(response.body, url),
      status: response.statusCode,
      headers: response.headers,
      html: response.body,
      path,
      sentTo: typeof location === 'string' ? new URL(location) : undefined,
      passed: [...passed, step],
    }
  }

  const post: PageBrowser['post'] = (path, form, headers = { 'sec-fetch-site': 'same-origin' }) =>
    send('POST', path, { 'content-type': FORM, ...headers }, form.toString())

  return {
    open: (path, headers = { 'sec-fetch-site': 'none' }) => send('GET', path, headers),
    post,
    submit(visit, { fill = {}, press, headers } = {}) {
      const { form, button } = findForm(visit, press)
      const values = new URLSearchParams()
      for (const { name, value } of form.fields) values.append(name, fill[name] ?? value)
      if (button?.name !== undefined) values.append(button.name, button.value)
      return post(form.action.pathname, values, headers)
    },
    cookies: () => jar.values(),
  }
}

/** What the first form of a page would send as it is, without a button. */
export function fieldsOf(visit: PageVisit): URLSearchParams {
  const fields = new URLSearchParams()
  for (const { name, value } of visit.forms[0]?.fields ?? []) fields.append(name, value)
  return fields
}

function findForm(visit: PageVisit, press: string | undefined): { form: Form; button?: Button } {
  for (const form of visit.forms) {
    const button = form.buttons.find(({ label }) => label === press)
    if (button !== undefined) return { form, button }
    if (press === undefined) return { form }
  }
  throw new Error(`${visit.status} "${visit.title}" has no button ${press}`)
}
