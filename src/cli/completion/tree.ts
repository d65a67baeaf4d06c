import type { Argument, Command, Option } from 'commander'

/** What can stand where a value is expected. */
export type CompletedValue =
  | { kind: 'choices'; choices: readonly string[] }
  | { kind: 'profile' }
  | { kind: 'file' }
  | { kind: 'command' }
  /** Anything: nothing can be proposed. */
  | { kind: 'text' }

export interface CompletedOption {
  flag: string
  description: string
  /** Absent where the flag takes none. */
  value?: CompletedValue
}

/** A command, or a group of commands, as a shell completes it. */
export interface CompletedCommand {
  /** The words after `authcli`: `profile use`; empty for authcli itself. */
  path: string
  subcommands: readonly { name: string; description: string }[]
  /** The flags that only this command knows. */
  options: readonly CompletedOption[]
  arguments: readonly CompletedValue[]
  /** The last argument may be repeated. */
  isVariadic: boolean
}

/** A whole command line, as a shell completes it. */
export interface CompletedProgram {
  /** The flags that every command knows. */
  globalOptions: readonly CompletedOption[]
  /** Every command and group; authcli itself comes first. */
  commands: readonly CompletedCommand[]
}

/** Lists the commands of a program, with all that its help shows of them. */
export function completedCommands(program: Command): CompletedProgram {
  const help = program.createHelp()
  const isForAll = (option: Option) => option.long !== '--version'
  return {
    globalOptions: help.visibleOptions(program).filter(isForAll).map(completedOption),
    commands: commandsBelow(program, ''),
  }
}

function commandsBelow(command: Command, path: string): CompletedCommand[] {
  const help = command.createHelp()
  const subcommands = help.visibleCommands(command).filter((each) => each.name() !== 'help')
  const own = help.visibleOptions(command).filter(({ long }) => long !== '--help')
  const itself: CompletedCommand = {
    path,
    subcommands: subcommands.map((each) => ({ name: each.name(), description: each.description() })),
    options: (path === '' ? own.filter(({ long }) => long === '--version') : own).map(completedOption),
    arguments: command.registeredArguments.map(completedValue),
    isVariadic: command.registeredArguments.at(-1)?.variadic === true,
  }
  return [itself, ...subcommands.flatMap((each) => commandsBelow(each, `${path} ${each.name()}`.trim()))]
}

function completedOption(option: Option): CompletedOption {
  const { long, short, description } = option
  const takesValue = option.required || option.optional
  return { flag: long ?? short ?? '', description, ...(takesValue && { value: completedValue(option) }) }
}

function completedValue(declared: Option | Argument): CompletedValue {
  if (declared.argChoices !== undefined) return { kind: 'choices', choices: declared.argChoices }
  const name = declared.name()
  if (name === 'profile' || name === 'command') return { kind: name }
  return { kind: 'flags' in declared && declared.flags.endsWith('<file>') ? 'file' : 'text' }
}
