import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { listProviders } from '../../store/providers.js'
import { withDatabaseOptions, withStore } from '../database.js'
import { printTable } from '../table.js'
import { signUpRuleWords } from './sign-up-rule.js'

/** `providers list` */
export function registerProvidersList(providers: Command, edges: Edges): void {
  const command = providers
    .command('list')
    .description('list the services at which people sign in')
    .option('--json', 'print JSON')
    .action((flags: { json?: true }, command: Command) =>
      withStore(edges, command, async (store) => {
        const rows = (await listProviders(store.read)).map((provider) => ({
          name: provider.name,
          label: provider.label,
          kind: provider.kind,
          issuer: provider.issuer,
          clientId: provider.clientId,
          scope: provider.scope,
          newAccounts: signUpRuleWords(provider.signUpRule),
          onlyWay: provider.isOnlyWay ? 'yes' : 'no',
        }))
        const columns = ['name', 'label', 'kind', 'issuer', 'clientId', 'scope', 'newAccounts', 'onlyWay']
        printTable(edges.stdout, rows, { columns, json: flags.json === true })
      }),
    )
  withDatabaseOptions(command)
}
