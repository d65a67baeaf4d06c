import Libsql from 'libsql'

/** What oidc-provider keeps, whatever it is: its own fields, of which these are looked for. */
interface Payload {
  grantId?: string
  userCode?: string
  uid?: string
  consumed?: number
}

const SCHEMA = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  create table things (
    id text primary key, payload text not null, expires_at integer,
    grant_id text, user_code text, uid text, consumed_at integer
  ) without rowid;
  create index things_grant on things (grant_id) where grant_id is not null;
  create index things_user_code on things (user_code) where user_code is not null;
  create index things_uid on things (uid) where uid is not null;
`

/**
 * An adapter for oidc-provider as its documentation asks for one, that is as durable as the AuthService: SQLite in WAL
 * mode, synced at every commit, statements prepared once, and a commit for each call that changes something.
 *
 * @see https://github.com/panva/node-oidc-provider/blob/main/example/my_adapter.js
 */
export function openSqliteAdapter(file: string): {
  adapter: (model: string) => object
  /** Runs some work in one transaction: for what is prepared, and not measured. */
  together<T>(work: () => Promise<T>): Promise<T>
} {
  const db = new Libsql(file)
  db.exec(SCHEMA)
  const find = db.prepare('select payload, consumed_at, expires_at from things where id = ?')
  const findByUid = db.prepare('select payload, consumed_at, expires_at from things where uid = ?')
  const findByUserCode = db.prepare('select payload, consumed_at, expires_at from things where user_code = ?')
  const upsert = db.prepare(`
    insert into things (id, payload, expires_at, grant_id, user_code, uid, consumed_at) values (?, ?, ?, ?, ?, ?, null)
    on conflict (id) do update set payload = excluded.payload, expires_at = excluded.expires_at,
      grant_id = excluded.grant_id, user_code = excluded.user_code, uid = excluded.uid`)
  const consume = db.prepare('update things set consumed_at = ? where id = ?')
  const destroy = db.prepare('delete from things where id = ?')
  const revoke = db.prepare('delete from things where grant_id = ?')

  const adapter = (model: string) => {
    const key = (id: string) => `${model}:${id}`
    return {
      upsert: async (id: string, payload: Payload, expiresIn: number | undefined) => {
        const expiresAt = expiresIn === undefined ? null : now() + expiresIn
        const { grantId = null, userCode = null, uid = null } = payload
        upsert.run(key(id), JSON.stringify(payload), expiresAt, grantId, userCode, uid)
      },
      find: async (id: string) => read(find.get(key(id))),
      findByUid: async (uid: string) => read(findByUid.get(uid)),
      findByUserCode: async (userCode: string) => read(findByUserCode.get(userCode)),
      consume: async (id: string) => void consume.run(now(), key(id)),
      destroy: async (id: string) => void destroy.run(key(id)),
      revokeByGrantId: async (grantId: string) => void revoke.run(grantId),
    }
  }
  return {
    adapter,
    together: async (work) => {
      db.exec('begin')
      const result = await work()
      db.exec('commit')
      return result
    },
  }
}

function read(row: unknown): Payload | undefined {
  if (row === undefined) return undefined
  const { payload, consumed_at, expires_at } = row as {
    payload: string
    consumed_at: number | null
    expires_at: number | null
  }
  if (expires_at !== null && expires_at <= now()) return undefined
  const parsed: Payload = JSON.parse(payload)
  return consumed_at === null ? parsed : { ...parsed, consumed: consumed_at }
}

/** Epoch seconds. */
function now(): number {
  return Math.floor(Date.now() / 1000)
}
