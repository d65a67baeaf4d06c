/** Where in its own refresh a process was when it was killed, in the order of time. */
export const GAPS = [
  'before the send',
  'between send and commit',
  'between commit and receipt',
  'between receipt and save',
  'after the save',
] as const

export type Gap = (typeof GAPS)[number]

/** Of a process that was killed while it had no refresh of its own, but waited for another one's, or came later. */
export const NO_REFRESH = 'while another one refreshed'

/** What was seen of a process that was killed, each by somebody else than the process itself where that is possible. */
export interface Seen {
  /** It had said that it refreshes (trace). */
  started: boolean
  /** The gate had its refresh, whole. */
  sent: boolean
  /** The AuthService had answered with new tokens, and logged that, and the gate had the answer. */
  committed: boolean
  /** It had said that this answer has come (trace). */
  received: boolean
  /** The refresh token of this answer lies in the store. */
  saved: boolean
}

/** @throws Error when what was seen can't all be true. */
export function gapOf({ started, sent, committed, received, saved }: Seen): Gap | typeof NO_REFRESH {
  const steps = [started, sent, committed, received, saved]
  const reached = steps.indexOf(false) === -1 ? steps.length : steps.indexOf(false)
  if (steps.slice(reached).includes(true)) throw new Error(`seen out of order: ${steps}`)
  return GAPS[reached - 1] ?? NO_REFRESH
}
