import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { startChild } from '../../support/child.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { placeLogin } from '../../support/cli/placed-login.js'
import { programFile } from '../../support/program-file.js'

const doubles = useDoubles()

beforeEach(async () => {
  await placeLogin(doubles.home, { api: doubles.api.resource, issuer: doubles.authService.issuer })
})

const MEBIBYTE = 1_048_576
const SIZE = 300 * MEBIBYTE

/** Of a whole process, Node included, which alone takes up to 100 MiB: far less than what goes through it. */
const MOST_MEMORY = 150 * MEBIBYTE

function startApi(args: string[]) {
  const child = startChild(process.execPath, [programFile('authcli'), 'api', ...args], {
    env: { PATH: process.env['PATH'], HOME: doubles.home.path, ...doubles.home.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const { stdin, stdout, pid } = child
  if (stdin === null || stdout === null) throw new Error('no pipes')
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { stdin, stdout, ended, mostMemory: () => mostMemoryOf(pid ?? 0) }
}

/** What a process that runs had in memory at most, in bytes. */
function mostMemoryOf(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) * 1024
}

describe('authcli api', () => {
  it('takes a download of 300 MiB in constant memory', async () => {
    let finish = (): void => {}
    doubles.api.lies.items = (response) => {
      let left = SIZE
      const send = (): void => {
        for (; left > 0; left -= MEBIBYTE) {
          if (!response.write(Buffer.alloc(MEBIBYTE, 1))) {
            left -= MEBIBYTE
            return void response.once('drain', send)
          }
        }
      }
      finish = () => response.end()
      send()
    }
    const { stdout, ended, mostMemory } = startApi(['GET', '/large'])
    let received = 0
    let memory = 0
    for await (const chunk of stdout) {
      received += chunk.length
      if (received < SIZE || memory > 0) continue
      memory = mostMemory()
      finish()
    }
    expect(await ended).toBe(0)
    expect(received).toBe(SIZE)
    expect(memory).toBeLessThan(MOST_MEMORY)
  })

  it('takes an upload of 300 MiB in constant memory', async () => {
    let received = 0
    const arrived = new Promise<void>((resolve) => {
      doubles.api.lies.items = (response, request) => {
        request.on('data', (chunk: Buffer) => {
          received += chunk.length
          if (received >= SIZE) resolve()
        })
        request.on('end', () => response.end('thanks'))
      }
    })
    const { stdin, stdout, ended, mostMemory } = startApi(['PUT', '/large', '--input', '-'])
    stdout.resume()
    for (let sent = 0; sent < SIZE; sent += MEBIBYTE) {
      if (!stdin.write(Buffer.alloc(MEBIBYTE, 1)))
        await new Promise((resolve) => stdin.once('drain', resolve))
    }
    await arrived
    const memory = mostMemory()
    stdin.end()
    expect(await ended).toBe(0)
    expect(received).toBe(SIZE)
    expect(memory).toBeLessThan(MOST_MEMORY)
  })
})
