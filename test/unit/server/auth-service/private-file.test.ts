import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  createPrivateFile,
  readIfThere,
  replacePrivateFile,
} from '../../../../server/auth-service/private-file.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'

let folder: TemporaryFolder
let path: string
beforeEach(() => {
  folder = makeTemporaryFolder('private-file')
  path = join(folder.path, 'inner', 'file')
})
afterEach(() => folder.remove())

const modeOf = (file: string) => statSync(file).mode & 0o777

test('makes a file for this user only, in a folder for this user only', () => {
  expect(createPrivateFile(path, 'first')).toBe('first')
  expect(modeOf(path)).toBe(0o600)
  expect(modeOf(join(folder.path, 'inner'))).toBe(0o700)
})

test('gives what is there already and leaves it', () => {
  createPrivateFile(path, 'first')
  expect(createPrivateFile(path, 'second')).toBe('first')
  expect(readFileSync(path, 'utf8')).toBe('first')
})

test('puts another file in the place of the one there is', () => {
  createPrivateFile(path, 'first')
  replacePrivateFile(path, 'second')
  expect(readFileSync(path, 'utf8')).toBe('second')
  expect(modeOf(path)).toBe(0o600)
})

test('leaves nothing else behind', () => {
  createPrivateFile(path, 'first')
  createPrivateFile(path, 'second')
  replacePrivateFile(path, 'third')
  expect(readdirSync(join(folder.path, 'inner'))).toEqual(['file'])
})

test('reads nothing where nothing is', () => {
  expect(readIfThere(path)).toBeUndefined()
  createPrivateFile(path, 'first')
  expect(readIfThere(path)).toBe('first')
})
