import type { CompletedProgram, CompletedValue } from './tree.js'

/** A pattern of `case` in bash and zsh, and what is done about what it fits. */
export type Arm = readonly [pattern: string, action: string]

/** Prints the names of the profiles, one a line: reads the configuration file and nothing else. */
export const NAMES_COMMAND = 'authcli profile list --names 2> /dev/null'

/** The lines of a `case`. */
export function armLines(arms: readonly Arm[]): string {
  return arms.map(([pattern, action]) => `      ${pattern}) ${action} ;;`).join('\n')
}

/** A text as one word of bash or zsh, whatever stands in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** For `COMMAND:WORD`: remembers a flag that takes a value, passes over others, and enters a command. */
export function wordArms(program: CompletedProgram): Arm[] {
  const flags = flagValues(program).map(([pattern]): Arm => [pattern, 'option=$word'])
  const names = program.commands.flatMap(({ path, subcommands }) =>
    subcommands.map(({ name }): Arm => [quoted(`${path}:${name}`), `at=${quoted(`${path} ${name}`.trim())}`]),
  )
  return [
    ['*:--', 'ended=1'],
    ['*:--*=*', ':'],
    ...flags,
    ['*:-*', ':'],
    ...names,
    ['*', 'count=$((count + 1))'],
  ]
}

/** For `COMMAND:FLAG`: proposes what the flag can be set to. */
export function valueArms(program: CompletedProgram, propose: (value: CompletedValue) => string): Arm[] {
  return proposals(flagValues(program), propose)
}

/** For `COMMAND:NUMBER`: proposes what an argument can be. */
export function argumentArms(
  { commands }: CompletedProgram,
  propose: (value: CompletedValue) => string,
): Arm[] {
  const values = commands.flatMap(({ path, arguments: ofCommand, isVariadic }) => [
    ...ofCommand.map((value, index) => [quoted(`${path}:${index}`), value] as const),
    // Behind a command there are its own arguments: files, as far as anybody knows.
    ...(isVariadic ? [[`${quoted(`${path}:`)}*`, { kind: 'file' }] as const] : []),
  ])
  return proposals(values, propose)
}

type PatternAndValue = readonly [pattern: string, value: CompletedValue]

function proposals(values: readonly PatternAndValue[], propose: (value: CompletedValue) => string): Arm[] {
  return values
    .filter(([, { kind }]) => kind !== 'text')
    .map(([pattern, value]): Arm => [pattern, propose(value)])
}

function flagValues({ globalOptions, commands }: CompletedProgram): PatternAndValue[] {
  const ofAll = globalOptions.flatMap(({ flag, value }) =>
    value === undefined ? [] : [[`*:${quoted(flag)}`, value] as const],
  )
  const ofOne = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flag, value }) =>
      value === undefined ? [] : [[quoted(`${path}:${flag}`), value] as const],
    ),
  )
  return [...ofAll, ...ofOne]
}
