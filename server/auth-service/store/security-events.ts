import { randomUUID } from 'node:crypto'
import type { DeleteResult } from 'kysely'
import { prepareQuery } from './prepared-query.js'
import type { SecurityEventsTable } from './schema.js'
import type { Reader, Writer } from './store.js'

/** What a person is told of: what happened to their account, and what somebody tried. */
export type SecurityEventKind = SecurityEventsTable['event']

/** One of them. */
export interface SecurityEvent {
  accountId: string
  kind: SecurityEventKind
  /** Epoch milliseconds. */
  at: number
  /** The address that it came from; null for what an operator does. */
  source: string | null
  clientId: string | null
  /** The name of the provider. */
  provider: string | null
}

/** Longer than the time in which most people look. */
export const SECURITY_EVENTS_KEPT_MS = 90 * 86_400_000

/** Of one kind, per account: so nobody fills the database, and no number of wrong passwords hides anything else. */
const SECURITY_EVENTS_PER_KIND = 50

/** No address is longer; what a proxy forwards may be anything. */
const MAX_SOURCE_CHARACTERS = 64

/** What leads to one event, for whoever has to take it back. */
export type SecurityEventKey = Pick<SecurityEventsTable, 'account_id' | 'event' | 'at' | 'id'>

const insert = prepareQuery((db, row: SecurityEventsTable) => db.insertInto('security_events').values(row))

const removeOldest = prepareQuery((db, { account, kind }: { account: string; kind: SecurityEventKind }) =>
  db
    .deleteFrom('security_events')
    .where('account_id', '=', account)
    .where('event', '=', kind)
    .where('at', '<', (events) =>
      events
        .selectFrom('security_events as kept')
        .select('kept.at')
        .where('kept.account_id', '=', account)
        .where('kept.event', '=', kind)
        .orderBy('kept.at', 'desc')
        .limit(1)
        .offset(SECURITY_EVENTS_PER_KIND - 1),
    ),
)

/** Notes what happened, in the write of what happened, and forgets the oldest of its kind where there are too many. */
export async function noteSecurityEvent(
  db: Writer,
  event: Pick<SecurityEvent, 'accountId' | 'kind' | 'at'> & {
    source?: string | null | undefined
    clientId?: string | null | undefined
    provider?: string | null | undefined
  },
): Promise<SecurityEventKey> {
  const { accountId, kind, at, source = null, clientId = null, provider = null } = event
  const key = { account_id: accountId, event: kind, at, id: randomUUID() }
  const shortSource = source?.slice(0, MAX_SOURCE_CHARACTERS) ?? null
  await insert(db, { ...key, source: shortSource, client_id: clientId, provider })
  await removeOldest(db, { account: accountId, kind })
  return key
}

const remove = prepareQuery((db, key: SecurityEventKey) =>
  db
    .deleteFrom('security_events')
    .where('account_id', '=', key.account_id)
    .where('event', '=', key.event)
    .where('at', '=', key.at)
    .where('id', '=', key.id),
)

/** Takes an event back: it was noted before it was sure, and did not happen. */
export async function takeBackSecurityEvent(db: Writer, key: SecurityEventKey): Promise<void> {
  await remove(db, key)
}

/**
 * As many statements as `noteSecurityEvent` takes, which change nothing: so that an answer takes as long for a username
 * that nobody has.
 */
export async function noteNothing(db: Writer, kind: SecurityEventKind): Promise<void> {
  const account = ''
  await remove(db, { account_id: account, event: kind, at: 0, id: '' })
  await removeOldest(db, { account, kind })
}

/**
 * What happened to an account, the newest first. What anybody can bring about has a limit of its own, so that nothing
 * else is pushed out by it.
 */
export async function listSecurityEvents(
  db: Reader,
  accountId: string,
  limits: { failed: number; other: number },
): Promise<SecurityEvent[]> {
  const ofAccount = db
    .selectFrom('security_events')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('at', 'desc')
    .orderBy('id')
  const failed = await ofAccount.where('event', '=', 'sign-in-failed').limit(limits.failed).execute()
  const other = await ofAccount.where('event', '<>', 'sign-in-failed').limit(limits.other).execute()
  const rows = [...other, ...failed].sort((one, another) => another.at - one.at)
  return rows.map((row) => ({
    accountId: row.account_id,
    kind: row.event,
    at: row.at,
    source: row.source,
    clientId: row.client_id,
    provider: row.provider,
  }))
}

/** Forgets events of this instant and before, at most so many. */
export async function removeSecurityEvents(db: Writer, until: number, limit: number): Promise<DeleteResult> {
  return db
    .deleteFrom('security_events')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('account_id', 'event', 'at', 'id'),
        'in',
        selectFrom('security_events as old')
          .select(['old.account_id', 'old.event', 'old.at', 'old.id'])
          .where('old.at', '<=', until)
          .limit(limit)
          .$asTuple('account_id', 'event', 'at', 'id'),
      ),
    )
    .executeTakeFirst()
}
