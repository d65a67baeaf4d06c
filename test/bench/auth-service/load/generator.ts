/**
 * The load generator: a process that gets plans from its parent, runs each and answers what it saw. It lives as long
 * as the bench, so that its own code is warm.
 */
import { type Connection, openConnection } from './connection.js'
import { logIn } from './login.js'
import type { Outcome, Plan, Script } from './plan.js'
import { refreshRequest, username } from './requests.js'

/** One turn of a script; false where there is nothing left to do. */
type Turn = (connection: Connection) => Promise<boolean>

process.on('message', ({ id, plan }: { id: number; plan: Plan }) => {
  run(plan).then(
    (outcome) => process.send?.({ id, outcome }),
    (error: Error) => process.send?.({ id, error: error.message }),
  )
})
process.once('disconnect', () => process.exit())

async function run({ port, connections, warmUpSeconds, seconds, script }: Plan): Promise<Outcome> {
  const refreshTokens = script.kind === 'refresh' ? [...script.refreshTokens] : []
  const turns = turnsOf(script, connections, refreshTokens)
  const opened = await Promise.all(turns.map(() => openConnection(port)))
  const times: number[] = []
  const countsFrom = performance.now() + warmUpSeconds * 1000
  const endsAt = countsFrom + seconds * 1000
  let countsUntil = endsAt
  let done = 0

  await Promise.all(
    turns.map(async (turn, index) => {
      const connection = opened[index]
      if (connection === undefined) return
      // The last turn of each connection is finished, so that its chain can go on, and not counted.
      for (let from = performance.now(); from < endsAt; ) {
        if (!(await turn(connection))) {
          countsUntil = Math.min(countsUntil, from)
          break
        }
        const now = performance.now()
        done += 1
        if (now >= countsFrom && now < endsAt) times.push(now - from)
        from = now
      }
      connection.close()
    }),
  )
  const counted = (countsUntil - countsFrom) / 1000
  return { times: Float64Array.from(times), seconds: counted, turns: done, refreshTokens }
}

function turnsOf(script: Script, connections: number, refreshTokens: string[]): Turn[] {
  switch (script.kind) {
    case 'requests': {
      const turn = requestsInTurn(script.requests, script.repeats)
      return Array.from({ length: connections }, () => turn)
    }
    case 'refresh':
      return Array.from({ length: connections }, (_, index) => refreshing(script.path, refreshTokens, index))
    case 'login':
      return Array.from({ length: connections }, (_, index) => async (connection) => {
        await logIn(connection, username(index), script.pages)
        return true
      })
  }
}

function requestsInTurn(requests: readonly string[], repeats: boolean): Turn {
  let next = 0
  return async (connection) => {
    const request = requests[repeats ? next % requests.length : next]
    next += 1
    if (request === undefined) return false
    const { status, body } = await connection.exchange(request)
    if (status !== 200) throw new Error(`${request.split('\r\n', 1)[0]} was answered with ${status}: ${body}`)
    return true
  }
}

function refreshing(path: string, refreshTokens: string[], index: number): Turn {
  return async (connection) => {
    const { status, body } = await connection.exchange(refreshRequest(path, refreshTokens[index] ?? ''))
    const next = /"refresh_token":"([^"]+)"/.exec(body)?.[1]
    if (status !== 200 || next === undefined)
      throw new Error(`a refresh was answered with ${status}: ${body}`)
    refreshTokens[index] = next
    return true
  }
}
