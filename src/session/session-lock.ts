import { AuthcliError } from '../errors.js'

/** Lets one process at a time change a stored session. */
export interface SessionLock {
  /**
   * Runs a job while no other process holds any of these names. The names are taken in order; holders that
   * need several must agree on it.
   * @throws AuthcliError LOCK_TIMEOUT, without having run the job, when another process does not let go.
   */
  hold<T>(names: readonly string[], job: () => Promise<T>): Promise<T>
}

/** Somebody else holds a name. */
export interface LockHolder {
  /** The process that says it holds it: a hint for a person, not to be believed. */
  pid(): number | undefined
  /** Resolves when the name may be free, at the latest when the signal is aborted. */
  gone(signal: AbortSignal): Promise<void>
}

/** The part of a lock that differs between operating systems. The kernel frees a name when its process ends. */
export interface LockNames {
  /** Takes a name, or says who has it. */
  take(name: string): Promise<{ release(): Promise<void> } | { holder: LockHolder }>
}

const WAIT_SECONDS = 30
const NOTICE_MS = 1000

/**
 * Makes the lock out of what the operating system has for names. There is no heartbeat, no guess about
 * whether a holder still lives, and no going on without the lock.
 * @param dependencies.uid the user: names of different users never meet
 * @param dependencies.signal ends the waiting, with its reason
 */
export function createSessionLock(
  dependencies: {
    names: LockNames
    uid: number | string
    talk: { say(line: string): void }
    signal: AbortSignal
  },
  options: { waitSeconds?: number } = {},
): SessionLock {
  const { names, uid, talk, signal } = dependencies
  const { waitSeconds = WAIT_SECONDS } = options

  async function hold<T>(wanted: readonly string[], job: () => Promise<T>): Promise<T> {
    const [first, ...rest] = wanted
    if (first === undefined) return await job()
    const taken = await take(await kernelName(uid, first))
    try {
      return await hold(rest, job)
    } finally {
      await taken.release()
    }
  }
  return { hold }

  async function take(name: string): Promise<{ release(): Promise<void> }> {
    signal.throwIfAborted()
    const attempt = await names.take(name)
    if ('release' in attempt) return attempt
    let { holder } = attempt
    const limit = AbortSignal.timeout(waitSeconds * 1000)
    const end = AbortSignal.any([limit, signal])
    const notice = setTimeout(() => {
      talk.say(`waiting for another authcli${withPid(holder)} to refresh`)
    }, NOTICE_MS)
    try {
      while (!end.aborted) {
        await holder.gone(end)
        signal.throwIfAborted()
        const again = await names.take(name)
        if ('release' in again) return again
        holder = again.holder
      }
    } finally {
      clearTimeout(notice)
    }
    throw new AuthcliError(
      'LOCK_TIMEOUT',
      `another authcli${withPid(holder)} has been busy with this session for ${waitSeconds} seconds`,
      { hint: 'try again; if that process hangs, end it' },
    )
  }
}

/** What the kernel knows a name by: nothing of a session can be read from it, and it is never too long. */
async function kernelName(uid: number | string, name: string): Promise<string> {
  // Loaded only where something is locked: it takes longer than a whole read of the keychain.
  const { createHash } = await import('node:crypto')
  return `authcli-${createHash('sha256').update(`${uid}\0${name}`).digest('hex')}`
}

function withPid(holder: LockHolder): string {
  const pid = holder.pid()
  return pid === undefined ? '' : ` (pid ${pid})`
}
