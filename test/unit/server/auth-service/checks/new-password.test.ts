import { expect, test } from 'vitest'
import { whyNotPassword } from '../../../../../server/auth-service/checks/new-password.js'

const ADA = { username: 'ada.lovelace', name: 'Ada Lovelace', email: 'countess@example.org' }

test.each([
  ['1234567', 'too-short'],
  ['', 'too-short'],
  // Two on a screen, six to the computer.
  ['👩‍👩'.repeat(2), 'too-short'],
  ['é'.normalize('NFD').repeat(4), 'too-short'],
  ['x y z '.repeat(200), 'too-long'],
  ['é'.repeat(513), 'too-long'],
  ['aaaaaaaaaaaa', 'too-obvious'],
  ['abababababab', 'too-obvious'],
  ['12345678', 'too-obvious'],
  ['PassWord123', 'too-obvious'],
  ['qwer 1234', 'too-obvious'],
  ['ada.lovelace', 'too-obvious'],
  ['ADA LOVELACE', 'too-obvious'],
  ['Countess@Example.org', 'too-obvious'],
  ['countess', 'too-obvious'],
  ['correct horse', undefined],
  ['ada.lovelace writes', undefined],
  ['zwölf Boxkämpfer', undefined],
  ['длинный пароль', undefined],
  ['abcabcab', undefined],
])('%j is %s', (password, fault) => {
  expect(whyNotPassword(password, ADA)).toBe(fault)
})

test('an account without an address has nothing there that a password could be', () => {
  expect(whyNotPassword('countess', { ...ADA, email: null })).toBeUndefined()
})
