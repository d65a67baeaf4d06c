import type { UserAgent, Visit } from './scripted-user-agent.js'

/** Who signs in. */
export interface Credentials {
  username: string
  password: string
}

const ALLOW = /^(allow|continue|approve|yes)\b/i
const MAX_PAGES = 5

/**
 * Goes to an authorization request and does what a person does there: signs in where a password is asked for
 * and allows where consent is asked for, until the browser is sent elsewhere. Gives the page it ends on, which
 * is the client's own.
 */
export async function signIn(
  agent: UserAgent,
  authorizationUrl: string | URL,
  credentials: Credentials,
): Promise<Visit> {
  const { origin } = new URL(authorizationUrl)
  let visit = await agent.open(authorizationUrl)
  for (let page = 0; visit.url.origin === origin; page++) {
    if (visit.status >= 400 || page === MAX_PAGES)
      throw new Error(
        `the sign-in stopped at ${visit.url.pathname}: ${visit.status} ${visit.title}: ${visit.text}`,
      )
    const asksForPassword = visit.forms.some(({ fields }) => fields.some(({ type }) => type === 'password'))
    visit = await agent.submit(visit, asksForPassword ? { fill: { ...credentials } } : { press: ALLOW })
  }
  return visit
}
