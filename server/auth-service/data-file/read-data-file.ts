import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { OperatorError } from '../operator-error.js'
import { noRows, ROWS_AT_ONCE, TABLES, type TableRows, type Value } from '../store/all-rows.js'
import {
  type EndLine,
  FORMAT,
  type Header,
  parseHeader,
  parseLine,
  SCHEMA,
  type TableLine,
} from './format.js'
import { readLines } from './read-lines.js'

/** A file whose first line is one of ours. */
export interface DataFile {
  header: Header
  /**
   * Reads all rows, as many at a time as were written at a time; again from the start each time.
   * @throws OperatorError, at the latest after the last row, when the file is not as it was written.
   */
  rows(): AsyncIterable<TableRows>
}

/**
 * Opens a file that `writeDataFile` wrote.
 * @throws OperatorError when it is not such a file, or one of another version or schema.
 */
export async function openDataFile(path: string): Promise<DataFile> {
  if (!(await stat(path)).isFile()) throw new OperatorError(`${path} is not a file`)
  const header = await readHeader(path)
  if (header === undefined) throw new OperatorError(`${path} was not written by auth-service`)
  if (header.version !== FORMAT.version || !isOurSchema(header.schema)) {
    throw new OperatorError(`${path} was written by another version of the AuthService`, {
      hint: `read it with the version that has the migration ${header.schema.at(-1) ?? ''}, and start this one on that database`,
    })
  }
  return { header, rows: () => readRows(path) }
}

function isOurSchema(schema: readonly string[]): boolean {
  return schema.length === SCHEMA.length && schema.every((name, at) => name === SCHEMA[at])
}

async function readHeader(path: string): Promise<Header | undefined> {
  for await (const line of readLines(createReadStream(path))) {
    return line === undefined ? undefined : parseHeader(line)
  }
  return undefined
}

async function* readRows(path: string): AsyncGenerator<TableRows> {
  const hash = createHash('sha256')
  const counts = noRows()
  let batch: (TableLine & { rows: (readonly Value[])[] }) | undefined
  let end: EndLine | undefined
  let number = 0
  for await (const text of readLines(createReadStream(path))) {
    // `openDataFile` has read the first one.
    if (++number > 1) {
      const line = text === undefined || end !== undefined ? undefined : parseLine(text)
      if (line === undefined) throw damaged(path, `line ${number}`)
      if ('row' in line) {
        if (batch?.columns.length !== line.row.length || batch.rows.length === ROWS_AT_ONCE)
          throw damaged(path, `line ${number}`)
        batch.rows.push(line.row)
        counts[batch.table]++
      } else {
        if (batch !== undefined) yield batch
        if ('end' in line) end = line.end
        else batch = { ...line.table, rows: [] }
      }
    }
    if (end === undefined) hash.update(`${text}\n`)
  }
  if (end === undefined) throw damaged(path, 'its end is missing')
  if (end.sha256 !== hash.digest('hex')) throw damaged(path, 'its checksum is another one')
  const wrong = TABLES.find((name) => counts[name] !== end.rows[name])
  if (wrong !== undefined) throw damaged(path, `it has ${counts[wrong]} rows of ${wrong}`)
}

function damaged(path: string, what: string): OperatorError {
  return new OperatorError(`${path} is damaged: ${what}`, { hint: 'nothing was changed; take another copy' })
}
