import { type Arm, argumentArms, armLines, NAMES_COMMAND, quoted, valueArms, wordArms } from './cases.js'
import type { CompletedProgram, CompletedValue } from './tree.js'

/** The completion of zsh, with descriptions: to be sourced, or put into a folder of `fpath` as `_authcli`. */
export function zshCompletion(program: CompletedProgram): string {
  const { globalOptions, commands } = program
  const flags = commands.map(({ path, options }): Arm => {
    const all = [...options, ...globalOptions].map(({ flag, description }) => [flag, description] as const)
    return [quoted(path), `${entries(all)}; _describe -o option entries`]
  })
  const names = commands
    .filter(({ subcommands }) => subcommands.length > 0)
    .map(({ path, subcommands }): Arm => {
      const all = subcommands.map(({ name, description }) => [name, description] as const)
      return [quoted(`${path}:0`), `${entries(all)}; _describe command entries`]
    })
  return `#compdef authcli
# Completion of authcli for zsh; in ~/.zshrc, below compinit: source <(authcli completion zsh)
_authcli() {
  local at='' option='' ended='' word=''
  local -a entries
  integer i count=0
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $option ]]; then option=''; continue; fi
    if [[ -n $ended ]]; then count=$((count + 1)); continue; fi
    case "$at:$word" in
${armLines(wordArms(program))}
    esac
  done
  if [[ -z $option && -z $ended && $PREFIX == --*=* ]]; then
    option=\${PREFIX%%=*}
    compset -P '*='
  fi
  if [[ -n $option ]]; then
    case "$at:$option" in
${armLines(valueArms(program, propose))}
    esac
  elif [[ $PREFIX == -* && -z $ended ]]; then
    case "$at" in
${armLines(flags)}
    esac
  else
    case "$at:$count" in
${armLines([...names, ...argumentArms(program, propose)])}
    esac
  fi
}
if [[ $funcstack[1] == _authcli ]]; then _authcli; else compdef _authcli authcli; fi
`
}

/** The first colon ends a name; ours have none. */
function entries(described: readonly (readonly [name: string, description: string])[]): string {
  return `entries=(${described.map((each) => quoted(each.join(':'))).join(' ')})`
}

function propose(value: CompletedValue): string {
  switch (value.kind) {
    case 'choices':
      return `compadd -- ${value.choices.map(quoted).join(' ')}`
    case 'profile':
      return `compadd -- \${(f)"$(${NAMES_COMMAND})"}`
    case 'file':
      return '_files'
    case 'command':
      return '_command_names -e'
    case 'text':
      return ':'
  }
}
