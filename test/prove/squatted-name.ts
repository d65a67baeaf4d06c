import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { endChild, startChild } from '../support/child.js'
import { firstLine } from './first-line.js'
import { type Login, sessionOf } from './logins.js'
import { count, noOutcomes, type Outcomes, refreshLater } from './outcome.js'
import type { Stage } from './stage.js'

/** The user whom nothing belongs to. */
const NOBODY = 65_534
const SETPRIV = '/usr/bin/setpriv'

/** Takes the name in the abstract namespace of the kernel, says so, and accepts everybody who comes. */
const SQUAT = `
const { createServer } = require('node:net')
createServer((socket) => socket.on('error', () => {})).listen('\\0' + process.argv[1], () => {
  console.log(process.getuid())
})`

export interface SquattedName {
  /** The user who had it. Only root can start a process of another one. */
  squatter: number
  outcomes: Outcomes
  /** What a later refresh came to, when the name was free. */
  afterwards: Outcomes
}

/**
 * Lets another user take the name of a session's lock, and authcli run meanwhile: until it says that it waits, or,
 * when asked to, until it gives up by itself (30 s). The login's access token must have expired.
 */
export async function squatName(
  stage: Stage,
  login: Login,
  options: { toTheEnd: boolean },
): Promise<SquattedName> {
  const uid = process.getuid?.() ?? 0
  const { lockId } = await sessionOf(login)
  const name = `authcli-${createHash('sha256').update(`${uid}\0${lockId}`).digest('hex')}`
  const isOther = uid === 0 && existsSync(SETPRIV)
  const asNobody = [SETPRIV, `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--']
  const [command = '', ...args] = [...(isOther ? asNobody : []), process.execPath, '-e', SQUAT, name]
  const squatter = startChild(command, args, { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'inherit'] })
  const owner = Number(await firstLine(squatter))
  const outcomes = noOutcomes()
  try {
    const run = stage.runs.getItems(login)
    const isWaiting = await run.says(/waiting for another authcli to refresh/)
    if (!isWaiting) throw new Error(`nobody waited for the name: ${run.output.stderr}`)
    if (!options.toTheEnd) await endChild(squatter)
    await count(outcomes, run)
  } finally {
    await endChild(squatter)
  }
  return { squatter: owner, outcomes, afterwards: await refreshLater(stage, login) }
}
