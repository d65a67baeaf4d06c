import type { Command } from 'commander'
import { type AuditLog, audit } from '../../audit.js'
import type { Edges } from '../../edges.js'
import { loadKeyRing } from '../../tokens/key-ring.js'
import { type KeyDependencies, publishNextKeys, replaceLeakedKeys } from '../../tokens/key-rotation.js'
import { withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { requireSecret } from '../database.js'

/** `keys rotate`: the next keys ahead of their time, which nobody notices; with `--leaked` at once, which all do. */
export function registerKeysRotate(keys: Command, edges: Edges): void {
  const command = keys
    .command('rotate')
    .description('make the next keys now; they are published at once and in use an hour later')
    .option(
      '--leaked',
      'the keys are known to others: stop using them at once; everybody has to log in again',
    )
    .action((flags: { leaked?: true }, command: Command) => {
      const secret = requireSecret(edges, command)
      return withStoreAndAudit(edges, command, async (store, log) => {
        const { now } = edges
        // Keys under another secret could never be read.
        await loadKeyRing(store, secret, now)
        const said = await (flags.leaked ? replaceAll : publishNext)({ store, secret, now }, log)
        edges.stdout.write(`${said}\n`)
      })
    })
  withAuditOptions(command)
}

async function publishNext(dependencies: KeyDependencies, log: AuditLog): Promise<string> {
  const published = await publishNextKeys(dependencies, { inUseForMs: 0 })
  for (const { id } of published) audit(log, 'key-published', { keyId: id, reason: 'keys rotate' })
  const [first] = published
  if (first === undefined) return 'the next keys are published already; see `auth-service keys list`'
  return `${published.length} keys are published, and in use from ${new Date(first.active_from).toISOString()}`
}

async function replaceAll(dependencies: KeyDependencies, log: AuditLog): Promise<string> {
  const { made, removed } = await replaceLeakedKeys(dependencies)
  for (const { id } of removed) audit(log, 'key-removed', { keyId: id, reason: 'leaked' })
  for (const { id } of made) audit(log, 'key-published', { keyId: id, reason: 'leaked' })
  return `${made.length} new keys are in use, and ${removed.length} keys are gone; every AuthService knows it within a minute, and who keeps /jwks within six`
}
