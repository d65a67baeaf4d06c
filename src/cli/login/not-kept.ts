import { type RevocationOutcome, revokeRefreshToken } from '../../session/revocation.js'
import type { Session } from '../../session/session.js'
import { displayName } from '../display-name.js'
import type { SessionEdges } from '../session-edges.js'
import type { LoginSettings } from '../settings.js'
import type { Talk } from '../talk.js'
import { visibleText } from '../visible-text.js'

/** Ends the grant of a login of which nothing is to be kept: nobody will ever have its tokens again. */
export async function endLoginNotKept({ http }: SessionEdges, session: Session): Promise<RevocationOutcome> {
  const { issuer, clientId, refreshToken } = session
  if (refreshToken === undefined) return 'nothing-to-revoke'
  return await revokeRefreshToken({ http }, { issuer, clientId, refreshToken })
}

/** Says that a login works, that nothing of it is kept, and what commands go by instead. */
export function sayNotKept(
  talk: Talk,
  settings: LoginSettings,
  session: Session,
  revocation: RevocationOutcome | undefined,
): void {
  const { bold, dim, green } = talk.style
  const profile = settings.profile === 'default' ? '' : ` (profile ${settings.profile})`
  const ended = revocation === 'revoked' ? `, and it is ended at ${visibleText(session.issuer)}` : ''
  talk.say()
  talk.say(`${green('✓')} the login of ${bold(visibleText(displayName(session.account)))} works${profile}`)
  talk.say(dim(`  Nothing of it is kept, as --store none says${ended}.`))
  talk.say(dim('  Commands go by AUTHCLI_TOKEN, or by AUTHCLI_CLIENT_ID and AUTHCLI_CLIENT_SECRET.'))
  if (revocation !== 'unreachable' && revocation !== 'refused') return
  talk.warn(
    `the login could not be ended at ${session.issuer}: nobody has its tokens, and it will end by itself`,
  )
}
