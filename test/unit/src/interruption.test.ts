import { describe, expect, it } from 'vitest'
import { createInterruption } from '../../../src/interruption.js'

function setUp() {
  const wish = new AbortController()
  let told = 0
  const interruption = createInterruption(wish.signal, () => {
    told += 1
  })
  return { wish, interruption, told: () => told }
}

/** A job that runs until it is told to end. */
function createJob() {
  let finish = () => {}
  const job = () => new Promise<void>((resolve) => (finish = resolve))
  return { job, finish: () => finish() }
}

describe('createInterruption', () => {
  it('passes a wish on at once, with its reason, when nothing is held back', () => {
    const { wish, interruption, told } = setUp()
    wish.abort('enough')
    expect(interruption.signal).toMatchObject({ aborted: true, reason: 'enough' })
    expect(told()).toBe(0)
  })

  it('knows a wish that came before it', () => {
    expect(createInterruption(AbortSignal.abort('early')).signal.reason).toBe('early')
  })

  it('holds a wish back until the last job is done, and tells the person', async () => {
    const { wish, interruption, told } = setUp()
    const [first, second] = [createJob(), createJob()]
    const running = [interruption.holdBack(first.job), interruption.holdBack(second.job)]
    wish.abort()
    expect(told()).toBe(1)
    first.finish()
    await running[0]
    expect(interruption.signal.aborted).toBe(false)
    second.finish()
    await running[1]
    expect(interruption.signal.aborted).toBe(true)
  })

  it('passes it on after a job that failed, too', async () => {
    const { wish, interruption } = setUp()
    const failed = interruption.holdBack(async () => {
      wish.abort()
      throw new Error('on purpose')
    })
    await expect(failed).rejects.toThrow('on purpose')
    expect(interruption.signal.aborted).toBe(true)
  })

  it('begins no job after it', async () => {
    const { wish, interruption } = setUp()
    wish.abort(new Error('enough'))
    await expect(interruption.holdBack(async () => 1)).rejects.toThrow('enough')
  })
})
