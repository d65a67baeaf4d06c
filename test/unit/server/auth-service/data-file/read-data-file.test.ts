import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openDataFile } from '../../../../../server/auth-service/data-file/read-data-file.js'
import { writeDataFile } from '../../../../../server/auth-service/data-file/write-data-file.js'
import { ROWS_AT_ONCE } from '../../../../../server/auth-service/store/all-rows.js'
import { rewriteDataFile } from '../../../../support/auth-service/data-files.js'
import { everyTable } from '../../../../support/auth-service/every-table.js'
import { openTestStore } from '../../../../support/auth-service/test-store.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../../support/temporary-folder.js'

let folder: TemporaryFolder
let path: string
let text: string
beforeAll(async () => {
  folder = makeTemporaryFolder('data-file')
  path = join(folder.path, 'data')
  const store = await openTestStore()
  await everyTable(store)
  await writeDataFile(path, store, { kind: 'backup', now: 7 })
  await store.remove()
  text = readFileSync(path, 'utf8')
})
beforeEach(() => writeFileSync(path, text))
afterAll(() => folder.remove())

async function read(): Promise<number> {
  let rows = 0
  for await (const batch of (await openDataFile(path)).rows()) rows += batch.rows.length
  return rows
}

const lines = () => text.trimEnd().split('\n')

it('is read as it was written', async () => {
  expect(await read()).toBe(lines().filter((line) => line.startsWith('[')).length)
  expect((await openDataFile(path)).header).toMatchObject({ kind: 'backup', writtenAt: 7 })
})

it('is damaged when it was cut anywhere', async () => {
  for (const length of [text.length - 1, text.length - 30, text.length / 2, text.indexOf('\n') + 1]) {
    writeFileSync(path, text.slice(0, length))
    await expect(read(), String(length)).rejects.toThrow(/is damaged: (line \d+|its end is missing)$/)
  }
})

it('is damaged when a letter of it is another one', async () => {
  writeFileSync(path, text.replace('drop table', 'drop fable'))
  await expect(read()).rejects.toThrow('is damaged: its checksum is another one')
})

/** What is put in, before which line, and how many rows the end then speaks of. */
const DAMAGES: [string, string | undefined, number, object][] = [
  ['a row of nothing', '[1]', 1, {}],
  ['a row that is too long', '["a", "b"]', 2, {}],
  ['a row with a list in it', '[["a"]]', 2, {}],
  ['a row with a number that is none of ours', '[1e300]', 2, {}],
  ['a table that is none of ours', '{"table":"sqlite_master","columns":[]}', 1, {}],
  ['a table without columns', '{"table":"accounts"}', 1, {}],
  ['an end before the end', '{"rows":{},"sha256":"a"}', 1, {}],
  ['a line that is no JSON', 'null,', 1, {}],
  ['an empty line', '', 1, {}],
  ['a row that is not counted', undefined, 1, { accounts: 2 }],
]

it('is damaged by more rows at once than were ever written at once: they are all kept in memory', async () => {
  rewriteDataFile(path, (lines) => {
    const at = lines.findIndex((line) => line.startsWith('{"table":"security_events"'))
    const row = lines[at + 1] ?? ''
    lines.splice(at + 1, 0, ...Array.from({ length: ROWS_AT_ONCE }, () => row))
    return { security_events: 1 + ROWS_AT_ONCE }
  })
  await expect(read()).rejects.toThrow(/is damaged: line \d+$/)
})

it.each(DAMAGES)('is damaged by %s, though its sum is right', async (_what, line, at, counts) => {
  rewriteDataFile(path, (lines) => {
    if (line !== undefined) lines.splice(at, 0, line)
    return counts
  })
  await expect(read()).rejects.toThrow(`${path} is damaged: `)
})

it('says that it is of another version, be it in form or in what it holds', async () => {
  const [header = '', ...rest] = lines()
  const known = JSON.parse(header)
  for (const change of [
    { version: 2 },
    { schema: [...known.schema, '999-later'] },
    { schema: known.schema.slice(0, -1) },
  ]) {
    writeFileSync(path, [JSON.stringify({ ...known, ...change }), ...rest, ''].join('\n'))
    await expect(openDataFile(path)).rejects.toThrow('was written by another version of the AuthService')
  }
})

it.each([
  ['nothing', ''],
  ['something else', 'SQLite format 3\0\n'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 10])],
  ['JSON of somebody else', '{"format":"other","version":1,"kind":"backup","schema":[],"writtenAt":1}\n'],
  ['a long line', Buffer.alloc(5 * 1024 * 1024, 'a')],
])('says that it was written by somebody else: %s', async (_what, content) => {
  writeFileSync(path, content)
  await expect(openDataFile(path)).rejects.toThrow(`${path} was not written by auth-service`)
})

it('says that a folder is no file', async () => {
  await expect(openDataFile(folder.path)).rejects.toThrow(`${folder.path} is not a file`)
})
