import { NAMES_COMMAND } from './cases.js'
import type { CompletedCommand, CompletedOption, CompletedProgram, CompletedValue } from './tree.js'

/** The completion of fish, with descriptions: to be sourced, or put into its folder `completions`. */
export function fishCompletion(program: CompletedProgram): string {
  const { globalOptions, commands } = program
  const lines = [
    ...globalOptions.map((option) => optionLine(option)),
    ...commands.flatMap((command) => commandLines(command)),
  ]
  return `# Completion of authcli for fish; in ~/.config/fish/config.fish: authcli completion fish | source
function __authcli_at --description 'Whether the words before the cursor are this command, and so many arguments'
    set -l words (commandline -opc)
    set -e words[1]
    set -l at ''
    set -l option ''
    set -l ended ''
    set -l count 0
    for word in $words
        if test -n "$option"
            set option ''
            continue
        end
        if test -n "$ended"
            set count (math $count + 1)
            continue
        end
        switch "$at:$word"
            case '*:--'
                set ended 1
${valuedFlags(program)
  .map((pattern) => `            case ${pattern}\n                set option $word\n`)
  .join('')}            case '*:-*'
${commands
  .flatMap(({ path, subcommands }) =>
    subcommands.map(
      ({ name }) =>
        `            case ${quoted(`${path}:${name}`)}\n                set at ${quoted(`${path} ${name}`.trim())}\n`,
    ),
  )
  .join('')}            case '*'
                set count (math $count + 1)
        end
    end
    test "$at" = "$argv[1]"; or return
    test (count $argv) -lt 2; and return
    test $count = $argv[2]; and return
    test (count $argv) -gt 2; and test $count -gt $argv[2]
end

complete -c authcli -e
complete -c authcli -f
${lines.join('\n')}
`
}

function commandLines(command: CompletedCommand): string[] {
  const { path, subcommands, options, isVariadic } = command
  const at = (place: string) => `-n ${quoted(`__authcli_at ${quoted(path)}${place}`)}`
  const lastIndex = command.arguments.length - 1
  return [
    ...subcommands.map(
      ({ name, description }) =>
        `complete -c authcli ${at(' 0')} -a ${quoted(name)} -d ${quoted(description)}`,
    ),
    ...options.map((option) => optionLine(option, at(''))),
    ...command.arguments.map((value, index) =>
      `complete -c authcli ${at(` ${index}`)} ${proposing(value)}`.trimEnd(),
    ),
    // Behind a command there are its own arguments: files, as far as anybody knows.
    ...(isVariadic ? [`complete -c authcli ${at(` ${lastIndex + 1} more`)} -F`] : []),
  ]
}

function optionLine({ flag, description, value }: CompletedOption, condition = ''): string {
  const words = ['complete -c authcli', condition, `-l ${flag.slice(2)}`]
  if (value !== undefined) words.push(value.kind === 'file' ? '-r' : '-x', proposing(value))
  return [...words, `-d ${quoted(description)}`].filter((word) => word !== '').join(' ')
}

function proposing(value: CompletedValue): string {
  switch (value.kind) {
    case 'choices':
      return `-a ${quoted(value.choices.join(' '))}`
    case 'profile':
      return `-a ${quoted(`(${NAMES_COMMAND})`)}`
    case 'file':
      return '-F'
    case 'command':
      return `-a ${quoted('(__fish_complete_command)')}`
    case 'text':
      return ''
  }
}

function valuedFlags({ globalOptions, commands }: CompletedProgram): string[] {
  const valued = (options: readonly CompletedOption[]) => options.filter(({ value }) => value !== undefined)
  return [
    ...valued(globalOptions).map(({ flag }) => quoted(`*:${flag}`)),
    ...commands.flatMap(({ path, options }) => valued(options).map(({ flag }) => quoted(`${path}:${flag}`))),
  ]
}

/** A text as one word of fish, whatever stands in it. */
function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, (character) => `\\${character}`)}'`
}
