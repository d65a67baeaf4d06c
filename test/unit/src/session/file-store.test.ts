import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFileStore, type FileStoreOptions } from '../../../../src/session/file-store.js'
import { TEST_ISSUER, testSession } from '../../../support/session/test-session.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'

const OWNER = { platform: process.platform, uid: process.getuid?.() ?? 0, now: Date.now }
const KEY = randomBytes(32).toString('base64')

let folder: TemporaryFolder
beforeEach(() => {
  folder = makeTemporaryFolder('file-store')
})
afterEach(() => folder.remove())

function sealed(options: Partial<FileStoreOptions> = {}) {
  return createFileStore(OWNER, {
    profile: 'default',
    issuer: TEST_ISSUER,
    directory: join(folder.path, 'sessions'),
    storeKey: KEY,
    insecurePlaintext: false,
    ...options,
  })
}

function plain(options: Partial<FileStoreOptions> = {}) {
  const { storeKey: _, ...rest } = { profile: 'default', issuer: TEST_ISSUER, ...options }
  return createFileStore(OWNER, {
    directory: join(folder.path, 'sessions'),
    ...rest,
    insecurePlaintext: options.insecurePlaintext ?? true,
  })
}

describe('a sealed file store', () => {
  it('gives back what it was given, and shows nothing of it to others (100)', async () => {
    const store = sealed()
    expect(await store.read()).toEqual({ state: 'missing' })
    await store.write(testSession())
    expect(await store.read()).toEqual({ state: 'present', session: testSession() })
    expect(readFileSync(store.place, 'utf8')).not.toMatch(/token|demo|example/)
    await store.remove()
    expect(await store.read()).toEqual({ state: 'missing' })
  })

  it.each([
    ['another profile', 'work', TEST_ISSUER],
    ['another issuer', 'default', 'https://other.example.com'],
  ])('does not open the file of %s', async (_what, profile, issuer) => {
    const [mine, theirs] = [sealed(), sealed({ profile, issuer })]
    await theirs.write(testSession({ issuer }))
    if (mine.place !== theirs.place) renameSync(theirs.place, mine.place)
    expect(await mine.read()).toEqual({
      state: 'unreadable',
      reason: 'it was damaged, or belongs to another profile or issuer',
    })
  })

  it('tells a wrong key from a damaged file', async () => {
    await sealed().write(testSession())
    const other = sealed({ storeKey: randomBytes(32).toString('base64') })
    await expect(other.read()).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('is sealed under another key'),
    })
    truncateSync(sealed().place, 100)
    expect(await sealed().read()).toMatchObject({ state: 'unreadable' })
  })

  it('says when the key is missing', async () => {
    await sealed().write(testSession())
    await expect(plain().read()).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('AUTHCLI_STORE_KEY is not set'),
    })
  })

  it('does not take a plain file that somebody put there', async () => {
    await plain().write(testSession())
    expect(await sealed().read()).toEqual({
      state: 'unreadable',
      reason: 'it is not sealed, though there is a key',
    })
  })

  it('refuses a key that is none before anything is written', async () => {
    const store = sealed({ storeKey: 'password' })
    await expect(store.prepare()).rejects.toMatchObject({ code: 'USAGE' })
    await expect(store.write(testSession())).rejects.toMatchObject({ code: 'USAGE' })
  })
})

describe('a plain file store', () => {
  it('keeps plain text only where that was asked for', async () => {
    const store = plain()
    await store.write(testSession())
    expect(JSON.parse(readFileSync(store.place, 'utf8'))).toEqual(testSession())
    expect(await store.read()).toEqual({ state: 'present', session: testSession() })
  })

  it('writes nothing with neither a key nor the wish for plain text (100)', async () => {
    const store = plain({ insecurePlaintext: false })
    await expect(store.prepare()).rejects.toMatchObject({ code: 'STORE_FAILED' })
    await expect(store.write(testSession())).rejects.toMatchObject({
      code: 'STORE_FAILED',
      hint: expect.stringMatching(/AUTHCLI_STORE_KEY.*--insecure-plaintext/),
    })
    expect(await store.read()).toEqual({ state: 'missing' })
  })

  it('seals again as soon as there is a key', async () => {
    await plain().write(testSession())
    const both = sealed({ insecurePlaintext: true })
    expect(await both.read()).toMatchObject({ state: 'present' })
    await both.write(testSession())
    expect(readFileSync(both.place, 'utf8')).not.toContain('refresh-token')
  })
})

describe('a file that is not as it was left', () => {
  function put(text: string, mode = 0o600): void {
    mkdirSync(join(folder.path, 'sessions'), { recursive: true, mode: 0o700 })
    writeFileSync(plain().place, text)
    chmodSync(plain().place, mode)
  }

  it.each([
    ['empty', ''],
    ['garbage', '\xff\x00garbage'],
    ['of another program', '{"token":"x"}'],
    ['huge', 'x'.repeat(200_000)],
  ])('is unreadable when it is %s', async (_what, text) => {
    put(text)
    expect(await plain().read()).toMatchObject({ state: 'unreadable' })
  })

  it.each([
    ['plain', '{"version":7,"anything":1}'],
    ['in another order', '{"anything":1,"version":7}'],
    ['sealed', '{"version":7,"sealed":"another-cipher","data":""}'],
    ['huge', `{"version":7,"anything":"${'x'.repeat(200_000)}"}`],
  ])('is left alone when it is newer: %s', async (_what, text) => {
    put(text)
    // Of what is not sealed, a store with a key only looks at how it begins.
    for (const store of text.startsWith('{"version"') ? [plain(), sealed()] : [plain()]) {
      expect(await store.read()).toEqual({ state: 'newer', version: 7 })
      expect(await store.setAside()).toBeUndefined()
    }
    expect(readFileSync(plain().place, 'utf8')).toBe(text)
  })

  it('is set aside for its owner alone, in place of what was set aside before (100)', async () => {
    for (const text of ['first', 'x'.repeat(200_000), 'last']) {
      put(text, 0o700)
      const store = plain()
      const place = `${store.place}.set-aside`
      expect(await store.setAside()).toMatchObject({ from: store.place, place })
      expect(await store.read()).toEqual({ state: 'missing' })
      expect(readFileSync(place, 'utf8')).toBe(text)
      expect(statSync(place).mode & 0o777).toBe(0o600)
      expect(readdirSync(join(folder.path, 'sessions'))).toEqual(['default.json.set-aside'])
    }
  })

  it('is not set aside when it is a session, or nothing', async () => {
    const store = plain()
    expect(await store.setAside()).toBeUndefined()
    await store.write(testSession())
    expect(await store.setAside()).toBeUndefined()
    expect(await store.read()).toMatchObject({ state: 'present' })
  })

  it('opens for the login at another issuer, which ends the session in it', async () => {
    const former = testSession({ issuer: 'https://former.example.com' })
    for (const openAt of [plain, sealed]) {
      await openAt({ issuer: former.issuer }).write(former)
      const store = openAt({ formerIssuer: former.issuer })
      expect(await store.read()).toEqual({ state: 'present', session: former })
      await store.write(former)
      expect(await store.read()).toEqual({ state: 'present', session: former })
      await store.write(testSession())
      expect(await store.read()).toEqual({ state: 'present', session: testSession() })
      expect(await openAt().read()).toEqual({ state: 'present', session: testSession() })
    }
  })

  it('is refused when others could have read it', async () => {
    put('{}', 0o644)
    await expect(plain().read()).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: `the session file ${plain().place} is open to others (mode 644)`,
    })
  })
})

describe('the slot of a file store', () => {
  it('is the same by every way to the file', () => {
    mkdirSync(join(folder.path, 'real', 'sessions'), { recursive: true })
    symlinkSync(join(folder.path, 'real'), join(folder.path, 'link'))
    const slots = ['real', 'link', 'link/../real'].map(
      (way) => plain({ directory: join(folder.path, way, 'sessions') }).slot,
    )
    expect(new Set(slots).size).toBe(1)
  })

  it('is the same before the folder is made and after', async () => {
    mkdirSync(join(folder.path, 'real'))
    symlinkSync(join(folder.path, 'real'), join(folder.path, 'link'))
    const store = plain({ directory: join(folder.path, 'link', 'not', 'yet') })
    const before = store.slot
    await store.write(testSession())
    expect(store.slot).toBe(before)
  })
})
