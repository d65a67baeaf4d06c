import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { registerResourcesAdd } from './add.js'
import { registerResourcesList } from './list.js'
import { registerResourcesRemove } from './remove.js'

/** `auth-service resources …`: the APIs that tokens are for. */
export function registerResources(program: Command, edges: Edges): void {
  const resources = program.command('resources').description('the APIs that tokens are for')
  registerResourcesAdd(resources, edges)
  registerResourcesList(resources, edges)
  registerResourcesRemove(resources, edges)
}
