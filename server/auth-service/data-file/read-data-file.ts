import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { OperatorError } from '../operator-error.js'
import { noRows, TABLES, type TableRows, type Value } from '../store/all-rows.js'
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

/** How many rows are handed on at once, at most. */
const ROWS_AT_ONCE = 500

/** A file whose first line is one of ours. */
export interface DataFile {
  header: Header
  /**
   * Reads all rows; again from the start each time.
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
  let table: TableLine | undefined
  let rows: (readonly Value[])[] = []
  let end: EndLine | undefined
  let number = 0
  for await (const text of readLines(createReadStream(path))) {
    number++
    const line =
      number === 1 ? 'header' : text !== undefined && end === undefined ? parseLine(text) : undefined
    if (line === undefined) throw damaged(path, `line ${number}`)
    if (line === 'header') {
      // `openDataFile` has read it.
    } else if ('row' in line) {
      if (table === undefined || line.row.length !== table.columns.length)
        throw damaged(path, `line ${number}`)
      rows.push(line.row)
      counts[table.table]++
    } else if ('end' in line) {
      end = line.end
    } else if (table !== undefined && TABLES.indexOf(line.table.table) < TABLES.indexOf(table.table)) {
      throw damaged(path, `line ${number}`)
    }
    const isOver = line !== 'header' && !('row' in line)
    if (table !== undefined && rows.length > 0 && (isOver || rows.length === ROWS_AT_ONCE)) {
      yield { ...table, rows }
      rows = []
    }
    if (line !== 'header' && 'table' in line) table = line.table
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
