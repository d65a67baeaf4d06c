import type { OutputStream } from './run-dependencies.js'
import { createStyle, type Style } from './style.js'
import { visibleText } from './visible-text.js'

/** What authcli says to a person, on stderr. Never data. */
export interface Talk {
  style: Style
  /** Something good to know; nothing with `--quiet`. */
  say(line?: string): void
  /** Something that the person needs in order to go on; also with `--quiet`. */
  insist(line?: string): void
  /** Something that did not work, after which the command goes on. */
  warn(message: string): void
  /** Why the command ends, and what to do about it. */
  fail(message: string, hint?: string): void
}

/**
 * The writer of everything that is not data. `say` and `insist` print their line as it is: texts from
 * outside go through `visibleText` first. `warn` and `fail` do that themselves.
 */
export function createTalk(options: {
  stderr: OutputStream
  env: Readonly<Record<string, string | undefined>>
  isQuiet: boolean
}): Talk {
  const { stderr, env, isQuiet } = options
  const style = createStyle(stderr, env)
  const print = (line: string) => stderr.write(`${line}\n`)
  return {
    style,
    say(line = '') {
      if (!isQuiet) print(line)
    },
    insist(line = '') {
      print(line)
    },
    warn(message) {
      print(`authcli: ${style.yellow('warning:')} ${visibleText(message)}`)
    },
    fail(message, hint) {
      print(`${style.red('authcli:')} ${visibleText(message)}`)
      if (hint !== undefined) print(`authcli: ${style.dim('hint:')} ${visibleText(hint)}`)
    },
  }
}
