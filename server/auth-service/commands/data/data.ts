import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { registerBackup } from './backup.js'
import { registerExport } from './export.js'
import { registerImport } from './import.js'
import { registerRestore } from './restore.js'

/** The commands that take everything out of a database, or put it into one. */
export function registerData(program: Command, edges: Edges): void {
  registerBackup(program, edges)
  registerRestore(program, edges)
  registerExport(program, edges)
  registerImport(program, edges)
}
