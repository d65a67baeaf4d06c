import type { RunDependencies } from '../run-dependencies.js'
import type { Style } from '../style.js'
import { visibleText } from '../visible-text.js'
import type { Finding } from './check.js'

const NAME_WIDTH = 15

/** What `doctor` says to a person: a line for each check, and below it the line that mends what is broken. */
export function reportLines(findings: readonly Finding[], style: Style): string[] {
  const marks = { ok: style.green('✓'), broken: style.red('✗'), unchecked: style.dim('–') }
  return findings.flatMap(({ name, state, says, mend }) => {
    const line = `${marks[state]} ${style.dim(name.padEnd(NAME_WIDTH))} ${visibleText(says)}`
    return mend === undefined ? [line] : [line, `  ${' '.repeat(NAME_WIDTH)} → ${visibleText(mend)}`]
  })
}

/** The same for a program. */
export function reportDocument(
  findings: readonly Finding[],
  system: Pick<RunDependencies, 'version' | 'nodeVersion' | 'platform' | 'architecture'>,
): Record<string, unknown> {
  const { version, nodeVersion, platform, architecture } = system
  return {
    ok: findings.every(({ state }) => state !== 'broken'),
    versions: { authcli: version, node: nodeVersion, platform, architecture },
    checks: findings.map(({ name, state, says, mend = null }) => ({
      name,
      state,
      says: visibleText(says),
      mend,
    })),
  }
}
