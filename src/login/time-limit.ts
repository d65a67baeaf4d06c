import { AuthcliError } from '../errors.js'

/**
 * Waits for a person, but not for ever. What is under way when the limit passes gets its chance to be what is
 * waited for.
 * @param underWay resolves when that has ended
 * @throws AuthcliError LOGIN_TIMEOUT when the limit passes first, INTERRUPTED when the signal comes first.
 */
export async function withinTimeLimit<Value>(
  waitedFor: Promise<Value>,
  limitSeconds: number,
  signal: AbortSignal,
  underWay: () => Promise<unknown> = async () => {},
): Promise<Value> {
  let stop = () => {}
  const end = new Promise<never>((_resolve, reject) => {
    const interrupt = () => reject(new AuthcliError('INTERRUPTED', 'the login was interrupted'))
    const giveUp = () => reject(timedOut(limitSeconds))
    const timer = setTimeout(() => underWay().then(giveUp, giveUp), limitSeconds * 1000)
    signal.addEventListener('abort', interrupt, { once: true })
    stop = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', interrupt)
    }
    if (signal.aborted) interrupt()
  })
  return await Promise.race([waitedFor, end]).finally(() => stop())
}

function timedOut(limitSeconds: number): AuthcliError {
  return new AuthcliError('LOGIN_TIMEOUT', `nobody finished the login within ${inWords(limitSeconds)}`, {
    hint: 'run `authcli login` again, with `--timeout SECONDS` for more time',
  })
}

/** A time limit as a person says it: "5 minutes", "90 seconds". */
export function inWords(seconds: number): string {
  const [count, unit] = seconds >= 60 && seconds % 60 === 0 ? [seconds / 60, 'minute'] : [seconds, 'second']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
