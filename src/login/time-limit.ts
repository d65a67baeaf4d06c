import { AuthcliError } from '../errors.js'

/**
 * Waits for a person, but not for ever.
 * @throws AuthcliError LOGIN_TIMEOUT when the limit passes first, INTERRUPTED when the signal comes first.
 */
export async function withinTimeLimit<Value>(
  waitedFor: Promise<Value>,
  limitSeconds: number,
  signal: AbortSignal,
): Promise<Value> {
  let stop = () => {}
  const end = new Promise<never>((_resolve, reject) => {
    const interrupt = () => reject(new AuthcliError('INTERRUPTED', 'the login was interrupted'))
    const timer = setTimeout(() => reject(timedOut(limitSeconds)), limitSeconds * 1000)
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
