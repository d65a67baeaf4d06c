import type { Command } from 'commander'
import { audit } from '../../audit.js'
import { loadDataFile } from '../../data-file/load-data-file.js'
import { openDataFile } from '../../data-file/read-data-file.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { printRowCounts } from './row-counts.js'

/** `import FILE`: all of it into an empty database, or nothing. Logins go on, under the same secret and issuer. */
export function registerImport(program: Command, edges: Edges): void {
  const command = program
    .command('import')
    .description('put what was exported into an empty database; AUTH_SERVICE_SECRET stays the one of before')
    .argument('<file>', 'what `auth-service export` wrote')
    .option('--json', 'print JSON')
    .action(async (path: string, flags: { json?: true }, command: Command) => {
      const file = await openDataFile(path)
      if (file.header.kind !== 'export') {
        throw new OperatorError(`${path} is a backup: what has happened since then is not in it`, {
          hint: 'auth-service restore',
        })
      }
      await withStoreAndAudit(edges, command, async (store, log) => {
        const counts = await loadDataFile(store, file)
        audit(log, 'data-imported', { reason: `of ${new Date(file.header.writtenAt).toISOString()}` })
        printRowCounts(edges.stdout, counts, { json: flags.json === true })
      })
    })
  withAuditOptions(command)
}
