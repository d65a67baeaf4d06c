import type { ChildProcess } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAbstractSocketNames } from '../../../src/session/abstract-socket-names.js'
import { createSessionLock } from '../../../src/session/session-lock.js'
import { type BundledProgram, bundleProgram } from '../../support/bundle-program.js'
import { endChild, startChild } from '../../support/child.js'

let program: BundledProgram
beforeAll(async () => {
  program = await bundleProgram('test/integration/session/lock-holder.ts')
})
afterAll(() => program.remove())

const running = new Set<ChildProcess>()
afterEach(async () => {
  await Promise.all([...running].map((child) => endChild(child)))
  running.clear()
})

/** A process that takes the lock; see lock-holder.ts. */
function startHolder(name: string, options: { uid?: string; how?: string; waitSeconds?: number } = {}) {
  const { uid = '1000', how = 'wait', waitSeconds = 30 } = options
  const child = startChild(process.execPath, [program.file, name, uid, how, String(waitSeconds)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  running.add(child)
  const output = { stdout: '', stderr: '' }
  const waiters = new Set<() => void>()
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text
      for (const waiter of waiters) waiter()
    })
  }
  const says = (stream: 'stdout' | 'stderr', pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(output[stream])) return
        waiters.delete(look)
        resolve()
      }
      waiters.add(look)
      child.once('exit', () => {
        look()
        reject(new Error(`ended without saying ${pattern}: ${output.stdout}${output.stderr}`))
      })
      look()
    })
  return {
    child,
    output,
    holds: () => says('stdout', /held/),
    says,
    release: () => void child.stdin?.write('release\n'),
    ended: once(child, 'exit'),
  }
}

function newName(): string {
  return `lock of a test ${randomUUID()}`
}

function lockHere(options: { waitSeconds?: number; signal?: AbortSignal; uid?: string } = {}) {
  const said: string[] = []
  const lock = createSessionLock(
    {
      names: createAbstractSocketNames(process.pid),
      uid: options.uid ?? '1000',
      talk: { say: (line) => said.push(line) },
      signal: options.signal ?? new AbortController().signal,
    },
    { waitSeconds: options.waitSeconds ?? 30 },
  )
  return { lock, said }
}

describe('the lock of Linux', () => {
  it('lets the next in when its holder lets go', async () => {
    const name = newName()
    const holder = startHolder(name)
    await holder.holds()
    let isIn = false
    const waiting = lockHere().lock.hold([name], async () => {
      isIn = true
    })
    expect(isIn).toBe(false)
    holder.release()
    await waiting
    await holder.says('stdout', /released/)
  })

  it('wakes who waits when its holder is killed (100)', async () => {
    const name = newName()
    const holder = startHolder(name)
    await holder.holds()
    const waiter = startHolder(name, { how: 'at-once' })
    await waiter.says('stderr', /waiting for another authcli/)
    holder.child.kill('SIGKILL')
    expect(await waiter.ended).toEqual([0, null])
  })

  it('says after a second who holds it', async () => {
    const name = newName()
    const holder = startHolder(name)
    await holder.holds()
    const waiter = startHolder(name, { how: 'at-once' })
    await waiter.says('stderr', /\n/)
    expect(waiter.output.stderr).toBe(`waiting for another authcli (pid ${holder.child.pid}) to refresh\n`)
    holder.release()
    expect(await waiter.ended).toEqual([0, null])
  })

  it('is never taken from a holder that is stopped, and ends the waiting in time', async () => {
    const name = newName()
    const holder = startHolder(name)
    await holder.holds()
    holder.child.kill('SIGSTOP')
    const waiter = startHolder(name, { how: 'at-once', waitSeconds: 2 })
    expect(await waiter.ended).toEqual([5, null])
    expect(waiter.output).toMatchObject({ stdout: '', stderr: expect.stringContaining('LOCK_TIMEOUT') })
    holder.child.kill('SIGCONT')
    const next = startHolder(name, { how: 'at-once' })
    holder.release()
    expect(await next.ended).toEqual([0, null])
  })

  it('lets 20 processes in one after the other, and as many jobs of one process', async () => {
    const name = newName()
    const holder = startHolder(name)
    await holder.holds()
    const others = Array.from({ length: 20 }, () => startHolder(name, { how: 'at-once' }))
    let inside = 0
    let most = 0
    const here = Array.from({ length: 20 }, () =>
      lockHere().lock.hold([name], async () => {
        inside += 1
        most = Math.max(most, inside)
        await new Promise(setImmediate)
        inside -= 1
      }),
    )
    holder.release()
    await Promise.all(here)
    expect(await Promise.all(others.map((other) => other.ended))).toEqual(others.map(() => [0, null]))
    expect(most).toBe(1)
  })

  it('is another one for another name, and for another user', async () => {
    const name = newName()
    await startHolder(name).holds()
    await startHolder(newName()).holds()
    await startHolder(name, { uid: '1001' }).holds()
  })

  it('is held by every one of several names', async () => {
    const [first, second] = [newName(), newName()]
    const holder = startHolder(second)
    await holder.holds()
    const taken = lockHere({ waitSeconds: 0.05 }).lock.hold([first, second], async () => 'in')
    await expect(taken).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
    // What was taken before the one that was not to be had is free again.
    expect(await lockHere({ waitSeconds: 0.05 }).lock.hold([first], async () => 'in')).toBe('in')
  })

  it('is free again after a job that failed', async () => {
    const name = newName()
    const failed = lockHere().lock.hold([name], async () => {
      throw new Error('on purpose')
    })
    await expect(failed).rejects.toThrow('on purpose')
    expect(await lockHere({ waitSeconds: 0.05 }).lock.hold([name], async () => 'in')).toBe('in')
  })

  it('stops waiting at once when the person wants to end', async () => {
    const name = newName()
    await startHolder(name).holds()
    const controller = new AbortController()
    const waiting = lockHere({ signal: controller.signal }).lock.hold([name], async () => 'in')
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  it('shows nothing of the name that it locks', async () => {
    const name = newName()
    await lockHere().lock.hold([name], async () => {
      const sockets = readFileSync('/proc/net/unix', 'utf8')
      expect(sockets).toMatch(/@authcli-[0-9a-f]{64}/)
      expect(sockets).not.toContain(name)
    })
  })
})

describe('a stranger who squats on a name', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => undefined],
    ['hangs up at once', (socket) => void socket.destroy()],
    ['says what is no process id', (socket) => void socket.write('1; rm -rf /'.repeat(99))],
  ])('and %s costs the waiting time, and is believed nothing', async (_what, greet) => {
    const name = newName()
    const kernelName = `authcli-${createHash('sha256').update(`1000\0${name}`).digest('hex')}`
    const squatter = createServer((socket) => {
      socket.on('error', () => undefined)
      greet(socket)
    })
    await new Promise<void>((resolve) => squatter.listen(`\0${kernelName}`, resolve))
    const { lock, said } = lockHere({ waitSeconds: 1.5 })
    await expect(lock.hold([name], async () => 'in')).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
      message: 'another authcli has been busy with this session for 1.5 seconds',
    })
    expect(said).toEqual(['waiting for another authcli to refresh'])
    squatter.close()
  })
})
