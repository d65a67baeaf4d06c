import { type Arm, argumentArms, armLines, NAMES_COMMAND, quoted, valueArms, wordArms } from './cases.js'
import type { CompletedProgram, CompletedValue } from './tree.js'

/**
 * The completion of bash, from 3.2 on: a function that walks over the words before the cursor, and then knows
 * which command, which flag or which argument it is about.
 */
export function bashCompletion(program: CompletedProgram): string {
  const { globalOptions, commands } = program
  const flags = commands.map(({ path, options }): Arm => {
    const all = [...options, ...globalOptions].map(({ flag }) => flag)
    return [quoted(path), proposeAll(all)]
  })
  const names = commands
    .filter(({ subcommands }) => subcommands.length > 0)
    .map(
      ({ path, subcommands }): Arm => [quoted(`${path}:0`), proposeAll(subcommands.map(({ name }) => name))],
    )
  return `# Completion of authcli for bash; in ~/.bashrc: eval "$(authcli completion bash)"
_authcli() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at='' option='' ended='' word='' proposals='' i count=0
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # bash takes --flag=value and https://host for several words.
    if [[ $word == [=:]* ]]; then
      if ((++i < COMP_CWORD)); then option=''; fi
      continue
    fi
    if [[ -n $option ]]; then option=''; continue; fi
    if [[ -n $ended ]]; then count=$((count + 1)); continue; fi
    case "$at:$word" in
${armLines(wordArms(program))}
    esac
  done
  COMPREPLY=()
  if [[ -n $option ]]; then
    if [[ $cur == = ]]; then cur=''; fi
    case "$at:$option" in
${armLines(valueArms(program, propose))}
    esac
  elif [[ $cur == -* && -z $ended ]]; then
    case "$at" in
${armLines(flags)}
    esac
  else
    case "$at:$count" in
${armLines([...names, ...argumentArms(program, propose)])}
    esac
  fi
  while IFS='' read -r word; do
    if [[ -n $word ]]; then COMPREPLY+=("$word"); fi
  done < <(compgen -W "$proposals" -- "$cur")
}
complete -F _authcli authcli
`
}

function proposeAll(words: readonly string[]): string {
  return `proposals=${quoted(words.join(' '))}`
}

function propose(value: CompletedValue): string {
  switch (value.kind) {
    case 'choices':
      return proposeAll(value.choices)
    case 'profile':
      return `proposals=$(${NAMES_COMMAND})`
    case 'file':
      // The shell's own completion of files; bash 3.2 has no compopt, and then nothing is proposed.
      return 'compopt -o default 2> /dev/null'
    case 'command':
      return 'proposals=$(compgen -c -- "$cur")'
    case 'text':
      return ':'
  }
}
