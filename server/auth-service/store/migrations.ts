import { begin } from './migrations/begin.js'
import { addClientAccess } from './migrations/client-access.js'
import { indexCodesUnderway } from './migrations/codes-underway.js'
import { addDeviceAuthorizations } from './migrations/device-authorizations.js'
import { addGrantPlaces } from './migrations/grant-places.js'
import { addKeyLives } from './migrations/key-lives.js'
import type { Migration } from './migrations/migration.js'
import { addPasswordLinks } from './migrations/password-links.js'
import { addPasswordlessAccounts } from './migrations/passwordless-accounts.js'
import { addProvenSignIns } from './migrations/proven-sign-ins.js'
import { addProviders } from './migrations/providers.js'
import { addRestoredGrants } from './migrations/restored-grants.js'
import { addRetriesEnded } from './migrations/retries-ended.js'
import { addSecurityEvents } from './migrations/security-events.js'
import { indexSignInInstants } from './migrations/sign-in-instants.js'

/** Oldest first; `schema.ts` describes what they add up to. */
export const migrations: readonly Migration[] = [
  { name: '001-begin', up: begin },
  { name: '002-device-authorizations', up: addDeviceAuthorizations },
  { name: '003-client-access', up: addClientAccess },
  { name: '004-retries-ended', up: addRetriesEnded },
  { name: '005-passwordless-accounts', up: addPasswordlessAccounts },
  { name: '006-providers', up: addProviders },
  { name: '007-grant-places', up: addGrantPlaces },
  { name: '008-security-events', up: addSecurityEvents },
  { name: '009-password-links', up: addPasswordLinks },
  { name: '010-key-lives', up: addKeyLives },
  { name: '011-restored-grants', up: addRestoredGrants },
  { name: '012-sign-in-instants', up: indexSignInInstants },
  { name: '013-codes-underway', up: indexCodesUnderway },
  { name: '014-proven-sign-ins', up: addProvenSignIns },
]
