import type { Command } from 'commander'
import { type AuditLog, audit } from '../audit.js'
import { readDatabaseConfiguration } from '../configuration.js'
import type { Edges } from '../edges.js'
import { openLog } from '../log-file.js'
import { OPTIONS } from '../options.js'
import type { EndedGrant } from '../store/grants.js'
import type { Store } from '../store/store.js'
import { configurationSources, withDatabaseOptions, withStore } from './database.js'

/** As `withDatabaseOptions`, for a command that ends logins: it can be told where the log of the server is. */
export function withAuditOptions(command: Command): Command {
  const { flag } = OPTIONS.logFile
  if (flag !== undefined)
    command.option(flag, 'append the audit lines there instead of writing them to stderr')
  return withDatabaseOptions(command)
}

/**
 * As `withStore`, with a log for audit lines: the file that is named for the log of the server, or else stderr, because
 * stdout is what the command has to say.
 */
export async function withStoreAndAudit(
  edges: Edges,
  command: Command,
  work: (store: Store, log: AuditLog) => Promise<void>,
): Promise<void> {
  const { stderr, now } = edges
  const { logFile } = readDatabaseConfiguration(configurationSources(edges, command))
  const log = openLog(logFile, { stdout: stderr, stderr })
  try {
    await withStore(edges, command, (store) =>
      work(store, {
        // As Fastify's logger writes it for the server, so that one search finds both.
        info: (fields, msg) =>
          log.write(
            `${JSON.stringify({ level: 30, time: now(), service: 'auth-service', ...fields, msg })}\n`,
          ),
      }),
    )
  } finally {
    await log.close()
  }
}

/** One audit line for each grant that a command has ended. */
export function auditEndedGrants(log: AuditLog, grants: readonly EndedGrant[], reason: string): void {
  for (const { id, accountId, clientId } of grants) {
    audit(log, 'grant-revoked', { grantId: id, accountId, clientId, reason })
  }
}
