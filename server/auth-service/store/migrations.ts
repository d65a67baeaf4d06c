import {
  type ColumnDataType,
  type ColumnDefinitionBuilder,
  type CreateTableBuilder,
  type Kysely,
  sql,
} from 'kysely'

/** One step of the schema's history. Once released, a migration is never changed: the next step is a new one. */
export interface Migration {
  name: string
  up(db: Kysely<never>, dialect: Dialect): Promise<void>
}

export type Dialect = 'sqlite' | 'postgres'

/** Oldest first; `schema.ts` describes what they add up to. */
export const migrations: readonly Migration[] = [
  { name: '001-begin', up: begin },
  { name: '002-device-authorizations', up: addDeviceAuthorizations },
  { name: '003-client-access', up: addClientAccess },
  { name: '004-retries-ended', up: addRetriesEnded },
]

async function begin(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const integer: ColumnDataType = dialect === 'sqlite' ? 'integer' : 'bigint'
  const table = (name: string) => strict(db.schema.createTable(name), dialect)

  await table('accounts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('username', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('email', 'text')
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('password_changed_at', integer, (column) => column.notNull())
    .addColumn('disabled_at', integer)
    .addColumn('created_at', integer, (column) => column.notNull())
    .execute()

  await table('clients')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('secret_hash', 'text')
    .addColumn('redirect_uris', 'text', (column) => column.notNull())
    .addColumn('post_logout_redirect_uris', 'text', (column) => column.notNull())
    .addColumn('require_pkce', integer, (column) => column.notNull())
    .addColumn('id_token_signed_response_alg', 'text', (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .execute()

  await table('resources')
    .addColumn('url', 'text', (column) => column.primaryKey())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('introspection_client_id', 'text', (column) => column.notNull().unique())
    .addColumn('introspection_secret_hash', 'text', (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .execute()

  await table('grants')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', ofAccount)
    .addColumn('client_id', 'text', ofClient)
    .addColumn('resource', 'text')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('auth_time', integer, (column) => column.notNull())
    .addColumn('generation', integer, (column) => column.notNull())
    .addColumn('nonce', 'text')
    .addColumn('advanced_at', 'text', (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('last_used_at', integer, (column) => column.notNull())
    .addColumn('revoked_at', integer)
    .addColumn('revoked_reason', 'text')
    .execute()

  await table('authorization_codes')
    .addColumn('code_hash', 'text', (column) => column.primaryKey())
    .addColumn('grant_id', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', ofAccount)
    .addColumn('client_id', 'text', ofClient)
    .addColumn('redirect_uri', 'text', (column) => column.notNull())
    .addColumn('code_challenge', 'text')
    .addColumn('nonce', 'text')
    .addColumn('resource', 'text')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('auth_time', integer, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addColumn('redeemed_at', integer)
    .execute()

  await table('revoked_access_tokens')
    .addColumn('jti', 'text', (column) => column.primaryKey())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .execute()

  await table('browser_sessions')
    .addColumn('id_hash', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', ofAccount)
    .addColumn('authenticated_at', integer, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .execute()

  await table('consents')
    .addColumn('account_id', 'text', ofAccount)
    .addColumn('client_id', 'text', ofClient)
    .addColumn('resource', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('granted_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('consents_pkey', ['account_id', 'client_id', 'resource'])
    .execute()

  await table('throttles')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('failures', integer, (column) => column.notNull())
    .addColumn('window_started_at', integer, (column) => column.notNull())
    .addColumn('blocked_until', integer, (column) => column.notNull())
    .execute()

  await table('keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('alg', 'text', (column) => column.notNull())
    .addColumn('public_jwk', 'text')
    .addColumn('encrypted_private', 'text', (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('retired_at', integer)
    .execute()

  // What ends with its account or its client, and what expires. Nothing that a refresh changes is indexed.
  await index(db, 'grants', 'account_id')
  await index(db, 'grants', 'client_id')
  await index(db, 'authorization_codes', 'account_id')
  await index(db, 'authorization_codes', 'client_id')
  await index(db, 'browser_sessions', 'account_id')
  await index(db, 'consents', 'client_id')
  await index(db, 'authorization_codes', 'expires_at')
  await index(db, 'revoked_access_tokens', 'expires_at')
  await index(db, 'browser_sessions', 'expires_at')
  await index(db, 'throttles', 'window_started_at')
}

/** Logins on devices without a browser. Of the clients that are there, only the built-in one may ask for them. */
async function addDeviceAuthorizations(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const integer: ColumnDataType = dialect === 'sqlite' ? 'integer' : 'bigint'

  await db.schema.alterTable('clients').addColumn('device_scopes', 'text').execute()
  await sql`update clients set device_scopes = '"any"' where id = 'authcli'`.execute(db)

  await strict(db.schema.createTable('device_authorizations'), dialect)
    .addColumn('device_code_hash', 'text', (column) => column.primaryKey())
    .addColumn('user_code_hash', 'text', (column) => column.notNull().unique())
    .addColumn('grant_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', ofClient)
    .addColumn('resource', 'text')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('interval_seconds', integer, (column) => column.notNull())
    .addColumn('polled_at', integer)
    .addColumn('claimed_by', 'text')
    .addColumn('account_id', 'text', (column) => column.references('accounts.id').onDelete('cascade'))
    .addColumn('auth_time', integer)
    .addColumn('approved_at', integer)
    .addColumn('denied_at', integer)
    .addColumn('redeemed_at', integer)
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .execute()

  for (const column of ['client_id', 'account_id', 'claimed_by', 'expires_at']) {
    await index(db, 'device_authorizations', column)
  }
}

/** What clients may do for themselves. */
async function addClientAccess(db: Kysely<never>, dialect: Dialect): Promise<void> {
  await strict(db.schema.createTable('client_access'), dialect)
    .addColumn('client_id', 'text', (column) =>
      column.primaryKey().references('clients.id').onDelete('cascade'),
    )
    .addColumn('resource', 'text', (column) =>
      column.notNull().references('resources.url').onDelete('cascade'),
    )
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('created_at', dialect === 'sqlite' ? 'integer' : 'bigint', (column) => column.notNull())
    .execute()
  await index(db, 'client_access', 'resource')
}

/** So that no clock and no longer setting brings back a refresh token that was refused. */
async function addRetriesEnded(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const integer: ColumnDataType = dialect === 'sqlite' ? 'integer' : 'bigint'
  await db.schema.alterTable('grants').addColumn('retries_ended_at', integer).execute()
}

const ofAccount = (column: ColumnDefinitionBuilder) =>
  column.notNull().references('accounts.id').onDelete('cascade')

const ofClient = (column: ColumnDefinitionBuilder) =>
  column.notNull().references('clients.id').onDelete('cascade')

// STRICT makes SQLite refuse what PostgreSQL would refuse; WITHOUT ROWID saves the second tree under a text key.
function strict<T extends string, C extends string>(
  table: CreateTableBuilder<T, C>,
  dialect: Dialect,
): CreateTableBuilder<T, C> {
  return dialect === 'sqlite' ? table.modifyEnd(sql`strict, without rowid`) : table
}

async function index(db: Kysely<never>, table: string, column: string): Promise<void> {
  await db.schema.createIndex(`${table}_${column}`).on(table).column(column).execute()
}
