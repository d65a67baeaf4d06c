import { expect, it } from 'vitest'
import {
  decideRotation,
  type RotationDecision,
  type RotationState,
} from '../../../../../server/auth-service/grants/refresh-rotation.js'
import {
  type ModelToken,
  type ModelVerdict,
  RotationModel,
} from '../../../../support/auth-service/rotation-model.js'

const SECOND = 1000
const DAY = 86_400 * SECOND
const AT = Date.UTC(2026, 0, 1)
const LATE_MS = 60 * SECOND

/** How long after the step before: also at and just before the instants at which the table turns. */
const PAUSES = [0, SECOND, 60 * SECOND, 61 * SECOND, DAY, 7 * DAY - 1, 7 * DAY, 8 * DAY]
/** The first is the one possible use of the first token. */
const USES = 5

/** A token as the AuthService writes it, and as the model knows it. */
interface Token {
  generation: number
  nonce: string
  model: ModelToken
}

/** One step: after this pause, this one of the tokens that are out is presented. */
type Step = readonly [pause: number, token: number]

/** Replays a history with the AuthService's rule and the model side by side, and tells where they part. */
function replay(steps: readonly Step[], retryMs: number) {
  const model = new RotationModel({ retryMs, lateMs: LATE_MS })
  let row: RotationState = {
    generation: 0,
    nonce: null,
    retriesEndedAt: null,
    advancedAt: [],
    restoredAt: null,
  }
  let isRevoked = false
  let now = AT
  let last: ModelVerdict | undefined
  const tokens: Token[] = [{ generation: 1, nonce: 'login', model: model.login() }]
  for (const [pause, at] of steps) {
    now += pause
    const token = tokens[at]
    if (token === undefined) throw new Error('there is no such token yet')
    const { verdict, successor } = model.present(token.model, now)
    const decision: RotationDecision = isRevoked ? REFUSE : decideRotation(row, token, { retryMs, now })
    if (VERDICTS[decision.action] !== verdict) {
      const difference = `${JSON.stringify(steps)}: ${decision.action}, not ${verdict}`
      return { tokens: tokens.length, last, difference }
    }
    last = verdict
    if (decision.action === 'advance') row = { ...row, ...decision.next }
    if (decision.action === 'refuse' && decision.retriesEndedAt !== undefined) {
      row = { ...row, retriesEndedAt: decision.retriesEndedAt }
    }
    isRevoked ||= decision.action === 'revoke'
    if (successor) {
      const { generation } = successor
      tokens.push({ generation, nonce: `nonce ${tokens.length}`, model: successor })
    }
  }
  return { tokens: tokens.length, last, difference: undefined }
}

const REFUSE: RotationDecision = { action: 'refuse', reason: 'the grant is revoked' }
const VERDICTS = {
  advance: 'successor',
  rejoin: 'successor',
  reissue: 'successor',
  refuse: 'refused',
  revoke: 'grant ended',
} as const

/** Every history of so many uses: each time any token that is out, after any of the pauses. */
function* histories(retryMs: number, steps: readonly Step[] = [[0, 0]]): Generator<readonly Step[]> {
  if (steps.length === USES) {
    yield steps
    return
  }
  const { tokens } = replay(steps, retryMs)
  for (let token = 0; token < tokens; token++) {
    for (const pause of PAUSES) yield* histories(retryMs, [...steps, [pause, token]])
  }
}

it.each([
  ['for 7 days', 7 * DAY],
  ['for a minute', 60 * SECOND],
  ['not at all', 0],
])(
  'every history of five uses, of any token after any pause, ends as the table says; retries: %s (57) (58) (59)',
  (_howLong, retryMs) => {
    const verdicts = new Set<ModelVerdict | undefined>()
    const differences: string[] = []
    let count = 0
    for (const history of histories(retryMs)) {
      const { difference, last } = replay(history, retryMs)
      if (difference !== undefined) differences.push(difference)
      verdicts.add(last)
      count++
    }
    expect(differences.slice(0, 3)).toEqual([])
    expect(count).toBeGreaterThan(50_000)
    expect(verdicts).toEqual(new Set(['successor', 'refused', 'grant ended']))
  },
)
