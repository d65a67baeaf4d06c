import { PassThrough } from 'node:stream'
import type { Command } from 'commander'
import { createProgram } from '../../../src/cli/program.js'
import { testDependencies } from './run-authcli.js'

/** A command, or a group of commands, as the program knows it. */
export interface NamedCommand {
  /** The words after `authcli`: `profile use`; empty for authcli itself. */
  path: string
  command: Command
}

/** Every command and group of the program, authcli itself first. A new one is in it without further ado. */
export async function commandTree(): Promise<NamedCommand[]> {
  const home = { path: '/nowhere', env: {}, remove: () => {} }
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() }
  const program = await createProgram(testDependencies(home, ['--help'], streams), {
    openContext() {
      throw new Error('no command is run')
    },
    printHelp: () => {},
  })
  return below(program, '')
}

/** Every command that does something by itself. */
export async function leafCommands(): Promise<NamedCommand[]> {
  return (await commandTree()).filter(({ command }) => command.commands.length === 0)
}

function below(command: Command, path: string): NamedCommand[] {
  const subcommands = command.commands.filter((each) => each.name() !== 'help')
  return [{ path, command }, ...subcommands.flatMap((each) => below(each, `${path} ${each.name()}`.trim()))]
}
