import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { registerKeysList } from './list.js'
import { registerKeysRotate } from './rotate.js'

/** `auth-service keys …`: the keys with which tokens are made. */
export function registerKeys(program: Command, edges: Edges): void {
  const keys = program.command('keys').description('the keys with which tokens are made')
  registerKeysList(keys, edges)
  registerKeysRotate(keys, edges)
}
