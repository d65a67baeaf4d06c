import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  NotPrivate,
  preparePrivateFile,
  readPrivateFile,
  removePrivateFile,
  TooLarge,
  writePrivateFile,
} from '../../../../src/session/private-file.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'

const OWNER = { platform: process.platform, uid: process.getuid?.() ?? 0 }
const NOW = 1_700_000_000_000

let folder: TemporaryFolder
let path: string
beforeEach(() => {
  folder = makeTemporaryFolder('private-file')
  path = join(folder.path, 'sessions', 'default.json')
})
afterEach(() => folder.remove())

function put(text: string, mode = 0o600): void {
  mkdirSync(join(folder.path, 'sessions'), { recursive: true, mode: 0o700 })
  writeFileSync(path, text)
  chmodSync(path, mode)
}

function permissions(of: string): string {
  return (statSync(of).mode & 0o777).toString(8)
}

describe('writePrivateFile', () => {
  it('makes file and folder that nobody else can enter, whatever the umask (100)', async () => {
    const before = process.umask(0)
    try {
      await writePrivateFile(path, 'text', OWNER, NOW)
    } finally {
      process.umask(before)
    }
    expect(readFileSync(path, 'utf8')).toBe('text')
    expect(permissions(path)).toBe('600')
    expect(permissions(join(path, '..'))).toBe('700')
  })

  it('replaces the file as a whole, and leaves nothing beside it', async () => {
    put('what was there before, which was longer', 0o600)
    const before = statSync(path).ino
    await writePrivateFile(path, 'text', OWNER, NOW)
    expect(readFileSync(path, 'utf8')).toBe('text')
    expect(statSync(path).ino).not.toBe(before)
    expect(readdirSync(join(path, '..'))).toEqual(['default.json'])
  })

  it('keeps what was there when it can not write', async () => {
    put('kept')
    const blocked = join(path, 'below-a-file')
    await expect(writePrivateFile(blocked, 'text', OWNER, NOW)).rejects.toThrow()
    expect(readFileSync(path, 'utf8')).toBe('kept')
  })

  it('removes what a killed process left, and nothing that is still being written', async () => {
    put('x')
    const beside = (name: string, changedAt: number) => {
      const file = join(path, '..', name)
      writeFileSync(file, 'half')
      utimesSync(file, changedAt / 1000, changedAt / 1000)
      return file
    }
    const left = beside('.default.json.0123456789abcdef.tmp', NOW - 60_001)
    const underWay = beside('.default.json.fedcba9876543210.tmp', NOW - 1000)
    const foreign = beside('.work.json.0123456789abcdef.tmp', NOW - 60_001)
    await writePrivateFile(path, 'text', OWNER, NOW)
    expect([left, underWay, foreign].map(existsSync)).toEqual([false, true, true])
  })

  it('refuses a folder that others can change', async () => {
    put('x')
    chmodSync(join(path, '..'), 0o777)
    await expect(writePrivateFile(path, 'text', OWNER, NOW)).rejects.toMatchObject({
      problem: "'s folder is open to others (mode 777)",
    })
  })

  it('refuses to put a file in the place of a symbolic link', async () => {
    mkdirSync(join(path, '..'), { mode: 0o700 })
    const elsewhere = join(folder.path, 'elsewhere')
    writeFileSync(elsewhere, 'kept')
    symlinkSync(elsewhere, path)
    await expect(writePrivateFile(path, 'text', OWNER, NOW)).rejects.toThrow(NotPrivate)
    expect(readFileSync(elsewhere, 'utf8')).toBe('kept')
  })

  it('refuses a folder of another user', async () => {
    put('x')
    const other = { ...OWNER, uid: 123_456 }
    await expect(writePrivateFile(path, 'text', other, NOW)).rejects.toMatchObject({
      problem: "'s folder belongs to another user",
    })
  })
})

describe('readPrivateFile', () => {
  it('gives the text, and nothing where there is no file', async () => {
    expect(await readPrivateFile(path, OWNER, 100)).toBeUndefined()
    put('text ü')
    expect(await readPrivateFile(path, OWNER, 100)).toBe('text ü')
  })

  it.each([0o640, 0o604, 0o620, 0o602, 0o666, 0o610])(
    'refuses a file of mode %o, and says how to mend it (100)',
    async (mode) => {
      put('text', mode)
      await expect(readPrivateFile(path, OWNER, 100)).rejects.toMatchObject({
        problem: `is open to others (mode ${mode.toString(8)})`,
        hint: expect.stringContaining(`chmod go-rwx ${path}`),
      })
    },
  )

  it('does not care about modes on Windows, which has none', async () => {
    put('text', 0o666)
    expect(await readPrivateFile(path, { platform: 'win32', uid: 'me' }, 100)).toBe('text')
  })

  it('refuses the file of another user', async () => {
    put('text')
    const read = readPrivateFile(path, { ...OWNER, uid: 123_456 }, 100)
    await expect(read).rejects.toMatchObject({ problem: 'belongs to another user' })
  })

  it('follows no symbolic link', async () => {
    put('text')
    const link = join(folder.path, 'link')
    symlinkSync(path, link)
    await expect(readPrivateFile(link, OWNER, 100)).rejects.toMatchObject({ problem: 'is a symbolic link' })
  })

  it('waits for nobody who writes into a pipe, and takes no folder', async () => {
    mkdirSync(join(path, '..'), { mode: 0o700 })
    execFileSync('mkfifo', ['-m', '600', path])
    await expect(readPrivateFile(path, OWNER, 100)).rejects.toMatchObject({
      problem: 'is not a regular file',
    })
    const read = readPrivateFile(join(path, '..'), OWNER, 100)
    await expect(read).rejects.toMatchObject({ problem: 'is not a regular file' })
  })

  it('reads no more than was ever written', async () => {
    put('x'.repeat(101))
    await expect(readPrivateFile(path, OWNER, 100)).rejects.toThrow(TooLarge)
  })
})

describe('removePrivateFile', () => {
  it('removes the file, and does not mind when there is none', async () => {
    put('text')
    await removePrivateFile(path, OWNER, NOW)
    expect(existsSync(path)).toBe(false)
    await removePrivateFile(path, OWNER, NOW)
    await removePrivateFile(join(folder.path, 'no', 'such', 'file'), OWNER, NOW)
  })
})

describe('preparePrivateFile', () => {
  it('makes the folder and no file', async () => {
    await preparePrivateFile(path, OWNER)
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  it('finds what stands in the way', async () => {
    mkdirSync(path, { recursive: true })
    chmodSync(join(path, '..'), 0o700)
    await expect(preparePrivateFile(path, OWNER)).rejects.toThrow(NotPrivate)
  })
})
