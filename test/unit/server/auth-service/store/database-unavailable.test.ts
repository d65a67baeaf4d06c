import { describe, expect, it } from 'vitest'
import {
  DatabaseUnavailable,
  isDatabaseUnavailable,
} from '../../../../../server/auth-service/store/database-unavailable.js'

const fromPostgres = (code: string) => Object.assign(new Error('it says'), { code, severity: 'ERROR' })
const withCode = (code: string) => Object.assign(new Error('it says'), { code })

describe('a database that does not answer', () => {
  it.each([
    ['a lost connection', new DatabaseUnavailable(new Error('Connection terminated unexpectedly'))],
    ['a shutdown', fromPostgres('57P01')],
    ['a statement that took too long', fromPostgres('57014')],
    ['a transaction that did nothing for too long', fromPostgres('25P03')],
    ['too many connections', fromPostgres('53300')],
    ['a full disk', fromPostgres('53100')],
    ['a server that follows another one', fromPostgres('25006')],
    ['a write that lost against others in every attempt', fromPostgres('40001')],
    ['a file that somebody else writes for too long', withCode('SQLITE_BUSY')],
    ['a full disk under a file', withCode('SQLITE_FULL')],
    ['a disk that fails', withCode('SQLITE_IOERR_FSYNC')],
  ])('is what is behind %s', (_, error) => {
    expect(isDatabaseUnavailable(error)).toBe(true)
  })

  it.each([
    ['a violated constraint', fromPostgres('23505')],
    ['a query that is wrong', fromPostgres('42P01')],
    ['a violated constraint of a file', withCode('SQLITE_CONSTRAINT_UNIQUE')],
    ['a provider that refuses connections', withCode('ECONNREFUSED')],
    ['another error whose code looks alike', withCode('57P01')],
    ['anything else', new Error('a bug')],
    ['no error at all', 'a string'],
  ])('is not what is behind %s', (_, error) => {
    expect(isDatabaseUnavailable(error)).toBe(false)
  })
})
