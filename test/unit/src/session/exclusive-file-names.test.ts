import { constants, existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createExclusiveFileNames } from '../../../../src/session/exclusive-file-names.js'
import { createSessionLock } from '../../../../src/session/session-lock.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'

/** Exclusive as far as this system goes: the file is taken while it is there. The real flags exist elsewhere. */
const HERE = { flags: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, takenCodes: ['EEXIST'] }

let folder: TemporaryFolder
beforeEach(() => {
  folder = makeTemporaryFolder('lock-names')
})
afterEach(() => folder.remove())

const locks = () => join(folder.path, 'locks')

function lock(waitSeconds: number) {
  return createSessionLock(
    {
      names: createExclusiveFileNames(locks(), HERE),
      uid: 'me',
      talk: { say: () => {} },
      signal: new AbortController().signal,
    },
    { waitSeconds },
  )
}

describe('names that are files', () => {
  it('are taken one at a time, and asked for again until they are free', async () => {
    const inside = lock(10).hold(['name'], async () => 'in')
    expect(await inside).toBe('in')
    const [file = ''] = readdirSync(locks())
    const waiting = lock(10).hold(['name'], async () => 'in')
    rmSync(join(locks(), file))
    expect(await waiting).toBe('in')
  })

  it('end the waiting in time', async () => {
    await lock(10).hold(['name'], async () => {
      await expect(lock(0.1).hold(['name'], async () => 'in')).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
    })
  })

  it('lie in a folder that nobody else can enter, and say nothing of what they lock', async () => {
    await lock(10).hold(['file /a/secret/place'], async () => {
      expect(statSync(locks()).mode & 0o777).toBe(0o700)
      expect(readdirSync(locks())).toEqual([expect.stringMatching(/^authcli-[0-9a-f]{64}$/)])
    })
  })

  it('fail when the folder can not be made', async () => {
    const names = createExclusiveFileNames(join(folder.path, 'nul\0'), HERE)
    await expect(names.take('name')).rejects.toThrow()
    expect(existsSync(locks())).toBe(false)
  })
})
