/** What a check found. */
export interface Outcome {
  /** `unchecked`: there is nothing to check, or it does not matter here. */
  state: 'ok' | 'broken' | 'unchecked'
  /** One line that anybody may read. */
  says: string
  /** One line that mends it. */
  mend?: string
}

/** One thing that can be looked at by itself. */
export interface Check {
  name: string
  /** After this time it counts as broken, whatever it is still waiting for. */
  limitSeconds: number
  look(): Promise<Outcome> | Outcome
}

export type Finding = Outcome & { name: string }

export function ok(says: string): Outcome {
  return { state: 'ok', says }
}

export function broken(says: string, mend: string): Outcome {
  return { state: 'broken', says, mend }
}

export function unchecked(says: string): Outcome {
  return { state: 'unchecked', says }
}

/** After this time a person is told what they are waiting for. */
const NOTICE_MS = 2000

/**
 * Carries out all checks at once, each within its time limit, and gives back what they found in their order.
 * @param onSlow told the names of those that take long
 */
export async function carryOut(
  checks: readonly Check[],
  onSlow: (names: readonly string[]) => void,
): Promise<Finding[]> {
  const unfinished = new Set(checks.map(({ name }) => name))
  const notice = setTimeout(() => onSlow([...unfinished]), NOTICE_MS)
  try {
    return await Promise.all(
      checks.map(async (check) => {
        const outcome = await within(check)
        unfinished.delete(check.name)
        return { name: check.name, ...outcome }
      }),
    )
  } finally {
    clearTimeout(notice)
  }
}

async function within({ limitSeconds, look }: Check): Promise<Outcome> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<Outcome>((resolve) => {
    const says = `took longer than ${limitSeconds} seconds`
    timer = setTimeout(
      () => resolve(broken(says, 'try again; if it stays so, report it')),
      limitSeconds * 1000,
    )
  })
  try {
    return await Promise.race([look(), limit])
  } catch (error) {
    // The text of an error that nobody expected may hold anything.
    const name = error instanceof Error ? error.name : typeof error
    return broken(`failed in a way that authcli did not expect (${name})`, 'report it')
  } finally {
    clearTimeout(timer)
  }
}
