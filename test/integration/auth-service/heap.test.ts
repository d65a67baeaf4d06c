import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../support/project-root.js'

const PROGRAM = [
  join(PROJECT_ROOT, 'test/support/run-typescript.mjs'),
  join(PROJECT_ROOT, 'test/support/auth-service/make-garbage.ts'),
]

async function makeGarbage(...args: string[]): Promise<{ heapMiB: number; stderr: string }> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...PROGRAM, ...args])
  return { heapMiB: Number(stdout), stderr }
}

test('a heap that is kept small takes a good part less for the same work, and V8 knows the flag', async () => {
  const [asItIs, small] = await Promise.all([makeGarbage(), makeGarbage('small')])
  expect(small.stderr).toBe('')
  expect(small.heapMiB / asItIs.heapMiB).toBeLessThan(0.8)
})
