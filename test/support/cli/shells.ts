import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from '../child.js'

/** The shells that authcli completes for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/**
 * What a shell proposes for a command line that ends at the cursor, sorted.
 * @param script the completion, as authcli writes it
 * @param env PATH leads to the authcli that is asked for the names of profiles
 */
export function proposals(
  shell: Shell,
  script: string,
  line: string,
  options: { folder: string; env: Record<string, string> },
): string[] {
  const file = join(options.folder, `completion.${shell}`)
  writeFileSync(file, script)
  const words = line.split(' ')
  const source = SOURCES[shell](file, words, line)
  const env = { HOME: options.folder, ...options.env }
  const { status, stdout, stderr } = spawnSync(shell, [...NO_STARTUP_FILES[shell], '-c', source], {
    env,
    cwd: options.folder,
    encoding: 'utf8',
  })
  if (status !== 0 || stderr !== '') throw new Error(`${shell} ended with ${status}: ${stderr}`)
  const proposed = stdout.split('\n').map((each) => each.split('\t')[0] ?? '')
  return [...new Set(proposed)].filter((each) => each !== '').sort()
}

const NO_STARTUP_FILES: Record<Shell, string[]> = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] }

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

const SOURCES: Record<Shell, (file: string, words: readonly string[], line: string) => string> = {
  // bash takes `=` and `:` for words of their own.
  bash(file, words) {
    const split = words.flatMap((word) => (word === '' ? [word] : word.split(/([=:]+)/).filter(Boolean)))
    return [
      'set -u',
      `source ${quoted(file)}`,
      `COMP_WORDS=(${split.map(quoted).join(' ')})`,
      `COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))`,
      'compopt() { printf "%s\\n" "(files)"; }',
      '_authcli',
      `for word in \${COMPREPLY[@]+"\${COMPREPLY[@]}"}; do printf "%s\\n" "$word"; done`,
    ].join('\n')
  },
  // The parts of its completion system that zsh has in an interactive shell only, as far as they are used.
  zsh: (file, words) =>
    [
      'compdef() { :; }',
      `compset() { PREFIX=\${PREFIX#*=}; }`,
      `show() { for each in "$@"; do if [[ $each == $PREFIX* ]]; then print -r -- \${each%%:*}; fi; done; }`,
      'compadd() { shift; show "$@"; }',
      `_describe() { show "\${(@P)@[-1]}"; }`,
      '_files() { print -r -- "(files)"; }',
      '_command_names() { print -r -- "(commands)"; }',
      `source ${quoted(file)}`,
      `words=(${words.map(quoted).join(' ')}); CURRENT=$#words; PREFIX=$words[-1]`,
      '_authcli',
    ].join('\n'),
  fish: (file, _words, line) => `source ${quoted(file)}; complete -C ${quoted(line)}`,
}

/** A shell on a terminal of its own, with the completion of authcli, at its prompt. */
export interface InteractiveShell {
  /** Types what a person would type. */
  type(keys: string): void
  /** Resolves as soon as the terminal shows a text. */
  shows(text: string): Promise<void>
  /** Leaves it as a person would, and waits for its end. */
  end(): Promise<void>
}

const PROMPT = 'ready: '

/** Starts a shell as somebody has it who set up the completion as `authcli completion --help` says. */
export async function startInteractiveShell(
  shell: Shell,
  options: { folder: string; env: Record<string, string> },
): Promise<InteractiveShell> {
  const { folder, env } = options
  const startup = join(folder, STARTUP_FILES[shell].name)
  writeFileSync(startup, STARTUP_FILES[shell].text)
  const command = STARTUP_FILES[shell].command(startup)
  const child = startChild('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    env: { ...env, HOME: folder, ZDOTDIR: folder, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  let shown = ''
  const listeners = new Set<() => void>()
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    for (const listener of listeners) listener()
  })
  const interactive: InteractiveShell = {
    type: (keys) => void child.stdin?.write(keys),
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!shown.includes(text)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        child.once('exit', () => reject(new Error(`${shell} ended; it showed: ${shown}`)))
        look()
      }),
    async end() {
      const ended = once(child, 'close')
      child.stdin?.write('exit\r')
      await ended
    },
  }
  await interactive.shows(PROMPT)
  return interactive
}

const STARTUP_FILES: Record<Shell, { name: string; text: string; command: (file: string) => string }> = {
  bash: {
    name: 'bashrc',
    text: `PS1='${PROMPT}'\neval "$(authcli completion bash)"\n`,
    command: (file) => `bash --noprofile --rcfile '${file}' -i`,
  },
  zsh: {
    name: '.zshrc',
    text: `PROMPT='${PROMPT}'\nautoload -Uz compinit\ncompinit -u -D\nsource <(authcli completion zsh)\n`,
    command: () => 'zsh -d -i',
  },
  fish: {
    name: 'config.fish',
    text: `function fish_prompt; echo -n '${PROMPT}'; end\nauthcli completion fish | source\n`,
    command: (file) => `fish --no-config --init-command 'source ${file}' -i`,
  },
}
