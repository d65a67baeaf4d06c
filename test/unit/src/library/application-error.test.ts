import { describe, expect, it } from 'vitest'
import { AuthcliError } from '../../../../src/errors.js'
import { applicationError } from '../../../../src/library/application-error.js'

const PROGRAM = { application: 'notes', loginCommand: 'notes login' }
const told = (message: string, hint?: string) => {
  const error = new AuthcliError('STORE_FAILED', message, { ...(hint !== undefined && { hint }) })
  return applicationError(error, PROGRAM)
}

describe('an error of a program that is built on authcli', () => {
  it('keeps its code, and what caused it', () => {
    const error = new AuthcliError('LOCK_TIMEOUT', 'x')
    expect(applicationError(error, PROGRAM)).toMatchObject({ code: 'LOCK_TIMEOUT', cause: error })
  })

  it('speaks of that program, and leaves addresses and paths alone', () => {
    expect(told('another authcli (pid 7) is busy')).toMatchObject({
      message: 'another notes (pid 7) is busy',
    })
    const places = 'https://authcli.example.com and /srv/authcli/x.json'
    expect(told(places)).toMatchObject({ message: places })
  })

  it('says what to type there', () => {
    expect(told('x', 'run `authcli login`')).toMatchObject({ hint: 'run `notes login`' })
    expect(told('x', 'log in anew: `authcli login --profile NAME`')).toMatchObject({
      hint: 'log in anew: `notes login`',
    })
    expect(told('x', 'try again')).toMatchObject({ hint: 'try again' })
  })

  it.each(['use `--store file`', 'set AUTHCLI_STORE_KEY', 'run `authcli doctor`'])(
    'keeps to itself what only authcli has: %s',
    (hint) => {
      expect(told('x', hint)).toMatchObject({ hint: undefined })
    },
  )

  it('leaves the errors of others alone', () => {
    const error = new TypeError('x')
    expect(applicationError(error, PROGRAM)).toBe(error)
  })
})
