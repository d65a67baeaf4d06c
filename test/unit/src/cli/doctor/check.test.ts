import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Check, carryOut, ok } from '../../../../../src/cli/doctor/check.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const check = (name: string, look: Check['look'], limitSeconds = 5): Check => ({ name, limitSeconds, look })
const silent = () => {}
const never = () => new Promise<never>(() => {})

describe('carryOut', () => {
  it('begins all checks at once, and tells what they found in their order', async () => {
    const begun: string[] = []
    const slow = check('slow', async () => {
      begun.push('slow')
      await new Promise((resolve) => setTimeout(resolve, 1000))
      return ok('late')
    })
    const quick = check('quick', () => {
      begun.push('quick')
      return ok('early')
    })
    const findings = carryOut([slow, quick], silent)
    expect(begun).toEqual(['slow', 'quick'])
    await vi.advanceTimersByTimeAsync(1000)
    expect((await findings).map(({ name, says }) => [name, says])).toEqual([
      ['slow', 'late'],
      ['quick', 'early'],
    ])
  })

  it('waits for none longer than its limit', async () => {
    const findings = carryOut([check('a', never, 5), check('b', never, 7)], silent)
    await vi.advanceTimersByTimeAsync(7000)
    expect(await findings).toMatchObject([
      { state: 'broken', says: 'took longer than 5 seconds' },
      { state: 'broken', says: 'took longer than 7 seconds' },
    ])
  })

  it('goes on after one that fails, without passing on what its error says', async () => {
    const findings = await carryOut(
      [
        check('a', () => {
          throw new TypeError('/home/ada is not a function')
        }),
        check('b', () => ok('fine')),
      ],
      silent,
    )
    expect(findings).toMatchObject([{ state: 'broken' }, { state: 'ok' }])
    expect(JSON.stringify(findings)).not.toContain('ada')
  })

  it('tells after a while which of them are waited for, and nothing when all is quick', async () => {
    const slow: (readonly string[])[] = []
    const note = (names: readonly string[]) => void slow.push(names)
    await carryOut([check('quick', () => ok('early'))], note)
    const findings = carryOut([check('quick', () => ok('early')), check('hanging', never)], note)
    await vi.advanceTimersByTimeAsync(5000)
    await findings
    expect(slow).toEqual([['hanging']])
  })
})
