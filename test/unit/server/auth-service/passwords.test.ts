import { expect, test } from 'vitest'
import {
  createPasswords,
  loadArgon2id,
  MAX_PASSWORD_BYTES,
  type PasswordHasher,
  PasswordsBusyError,
} from '../../../../server/auth-service/passwords.js'

/** A hasher that finishes when it is told, and notes what it was asked. */
function slowHasher() {
  const asked: { passwordHash: string; password: string }[] = []
  const finish: (() => void)[] = []
  const hasher: PasswordHasher = {
    hash: async (password) => `hash of ${password}`,
    verify: async (passwordHash, password) => {
      asked.push({ passwordHash, password })
      await new Promise<void>((resolve) => finish.push(resolve))
      return passwordHash === `hash of ${password}`
    },
  }
  return { hasher, asked, finish }
}

const plainHasher: PasswordHasher = {
  hash: async (password) => `hash of ${password}`,
  verify: async (passwordHash, password) => passwordHash === `hash of ${password}`,
}

test('knows the password of a hash', async () => {
  const passwords = await createPasswords(plainHasher)
  const passwordHash = await passwords.hash('correct')
  expect(await passwords.verify(passwordHash, 'correct')).toBe(true)
  expect(await passwords.verify(passwordHash, 'wrong')).toBe(false)
})

test('checks an unknown account against a hash that costs the same, and answers no (81)', async () => {
  const { hasher, asked, finish } = slowHasher()
  const passwords = await createPasswords(hasher)
  const answer = passwords.verify(undefined, 'anything')
  finish.pop()?.()
  expect(await answer).toBe(false)
  expect(asked).toEqual([{ passwordHash: expect.stringMatching(/^hash of /), password: 'anything' }])
})

test('lets nobody in with the password behind the hash of nobody (81)', async () => {
  const asked: string[] = []
  const passwords = await createPasswords({
    hash: async (password) => {
      asked.push(password)
      return `hash of ${password}`
    },
    verify: plainHasher.verify,
  })
  expect(await passwords.verify(undefined, asked[0] ?? '')).toBe(false)
})

test('hashes so many at once and no more, lets so many wait, and refuses the rest (81)', async () => {
  const { hasher, asked, finish } = slowHasher()
  const passwords = await createPasswords(hasher, { atOnce: 2, waiting: 3 })
  const answers = Array.from({ length: 5 }, (_, at) => passwords.verify('hash of x', `${at}`))
  await expect(passwords.verify('hash of x', 'one too many')).rejects.toThrow(PasswordsBusyError)
  expect(asked).toHaveLength(2)
  for (let at = 0; at < 5; at++) {
    finish[at]?.()
    await answers[at]
  }
  expect(asked.map(({ password }) => password)).toEqual(['0', '1', '2', '3', '4'])
  expect(asked).toHaveLength(5)
})

test('gives a turn back when hashing fails', async () => {
  let calls = 0
  const passwords = await createPasswords(
    {
      hash: async () => 'hash',
      verify: async () => {
        calls++
        throw new Error('broken')
      },
    },
    { atOnce: 1, waiting: 0 },
  )
  await expect(passwords.verify('hash', 'x')).rejects.toThrow('broken')
  await expect(passwords.verify('hash', 'x')).rejects.toThrow('broken')
  expect(calls).toBe(2)
})

test('takes both spellings of an accented letter for the same', async () => {
  const passwords = await createPasswords(plainHasher)
  const passwordHash = await passwords.hash('caf\u00e9 au lait')
  expect(await passwords.verify(passwordHash, 'cafe\u0301 au lait')).toBe(true)
})

test('never hashes more than a kilobyte, and takes nothing longer for right', async () => {
  const { hasher, asked, finish } = slowHasher()
  const passwords = await createPasswords(hasher)
  const answer = passwords.verify('hash of ', 'x'.repeat(MAX_PASSWORD_BYTES + 1))
  finish.pop()?.()
  expect(await answer).toBe(false)
  expect(asked[0]?.password).toBe('')
})

test('makes no hash of a password that is too long, which the empty one would then match', async () => {
  const passwords = await createPasswords(plainHasher)
  await expect(passwords.hash('x'.repeat(MAX_PASSWORD_BYTES + 1))).rejects.toThrow(RangeError)
  await expect(passwords.hash('x'.repeat(MAX_PASSWORD_BYTES))).resolves.toBeDefined()
})

test('hashes with Argon2id at the cost that OWASP advises (81)', async () => {
  const passwords = await createPasswords(await loadArgon2id())
  const passwordHash = await passwords.hash('correct')
  expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await passwords.verify(passwordHash, 'correct')).toBe(true)
  expect(await passwords.verify(passwordHash, 'wrong')).toBe(false)
})
