import { type Html, html } from './html.js'

/** One thing that a client may do when it is allowed to. */
export interface ScopeWords {
  what: Html | string
  more?: string
}

const KNOWN: Readonly<Record<string, ScopeWords>> = {
  openid: { what: 'Recognise you', more: 'by an id that says nothing else about you' },
  profile: { what: 'See your name and username' },
  email: { what: 'See your email address' },
  'items:read': { what: 'See your items' },
  'items:write': { what: 'Add and delete items for you' },
}

const STAY_CONNECTED: ScopeWords = {
  what: 'Stay signed in for you',
  more: 'until you log out there, so that you don’t have to come back each time',
}

/**
 * What the person is asked to allow, in plain words and in the order of the request. A scope that has none is shown
 * by its name.
 *
 * @param options.staysSignedIn whether the client gets a refresh token, whatever it asked for.
 */
export function scopeWords(
  scopes: readonly string[],
  { staysSignedIn }: { staysSignedIn: boolean },
): ScopeWords[] {
  const named = scopes
    .filter((scope) => scope !== 'offline_access')
    .map((scope) => KNOWN[scope] ?? { what: html`Use <code>${scope}</code>` })
  return staysSignedIn || scopes.includes('offline_access') ? [...named, STAY_CONNECTED] : named
}
