import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { providerRedirectUri } from '../../endpoint-urls.js'
import { createHttp } from '../../http.js'
import { OperatorError } from '../../operator-error.js'
import { decryptProviderSecret } from '../../providers/client-secret.js'
import type { TriedStep } from '../../providers/provider-trial.js'
import { withDatabaseOptions, withStoreAndSecret } from '../database.js'
import { findIssuer, withIssuerOption } from '../issuer.js'
import { requireProvider } from './existing-provider.js'

/** `providers test NAME`: the way to the provider, step by step, as far as it goes without a person. */
export function registerProvidersTest(providers: Command, edges: Edges): void {
  const command = providers
    .command('test')
    .description('try the way to a provider, step by step, and say which fails and why')
    .argument('<name>')
    .option('--json', 'print JSON')
    .action((name: string, { json }: { json?: true }, command: Command) =>
      withStoreAndSecret(edges, command, async (store, secret) => {
        const provider = await requireProvider(store.read, name)
        const clientSecret = decryptProviderSecret(secret, provider)
        const issuer = findIssuer(edges, command) ?? LIKELY_ISSUER
        const http = createHttp()
        try {
          // Loaded here: no other command needs what speaks to providers.
          const { tryProvider } = await import('../../providers/try-provider.js')
          const redirectUri = providerRedirectUri(issuer, name)
          const steps = tryProvider({ http, clientSecret, redirectUri }, provider)
          await report(edges, name, steps, json === true)
        } finally {
          await http.close()
        }
      }),
    )
  withDatabaseOptions(withIssuerOption(command))
}

/** Where the service listens unless it is told otherwise. */
const LIKELY_ISSUER = 'http://127.0.0.1:9000'

/** @throws OperatorError when one of them fails. */
async function report(
  { stdout }: Edges,
  name: string,
  steps: AsyncIterable<TriedStep>,
  isJson: boolean,
): Promise<void> {
  const tried: TriedStep[] = []
  for await (const step of steps) {
    tried.push(step)
    if (!isJson) stdout.write(`${step.step.padEnd(15)}${step.outcome.padEnd(9)}${printable(step.detail)}\n`)
  }
  if (isJson) stdout.write(`${JSON.stringify(tried, null, 2)}\n`)
  const last = tried.at(-1)
  if (last?.outcome !== 'fails') return
  const options = last.hint === undefined ? {} : { hint: last.hint }
  throw new OperatorError(`nobody can sign in at ${name}: the step ${last.step} fails`, options)
}

// Some of it was said by somebody else.
function printable(detail: string): string {
  return detail.replace(/\p{C}/gu, '?').slice(0, 500)
}
