import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, link, lstat, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OperatorError } from '../operator-error.js'
import { noRows, type RowCounts, readAllRows } from '../store/all-rows.js'
import type { Store } from '../store/store.js'
import { type DataFileKind, type EndLine, FORMAT, type Header, SCHEMA, type TableLine } from './format.js'

/**
 * Writes everything that is in the database at one instant into a new file that only this user may read, while others
 * go on writing to the database. The file has its name only once it is whole and on the disk.
 *
 * @returns how many rows of each table it holds.
 * @throws OperatorError when there is a file of that name, or a link that leads anywhere; nothing is overwritten.
 */
export async function writeDataFile(
  path: string,
  store: Pick<Store, 'read'>,
  { kind, now }: { kind: DataFileKind; now: number },
): Promise<RowCounts> {
  if (await lstat(path).catch(() => undefined)) throw isThere(path)
  const temporary = `${path}.${randomUUID()}`
  const file = await open(temporary, 'wx', 0o600)
  try {
    let counts: RowCounts
    try {
      counts = await writeAll(file, store, { kind, now })
      await file.sync()
    } finally {
      await file.close()
    }
    // A link and no rename: that would put this one in the place of another that has come meanwhile.
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? isThere(path) : error
    })
    await syncFolder(dirname(path))
    return counts
  } finally {
    await rm(temporary, { force: true })
  }
}

function isThere(path: string): OperatorError {
  return new OperatorError(`${path} is there already`, { hint: 'give a name that is not taken' })
}

async function writeAll(
  file: FileHandle,
  store: Pick<Store, 'read'>,
  { kind, now }: { kind: DataFileKind; now: number },
): Promise<RowCounts> {
  const hash = createHash('sha256')
  const counts = noRows()
  const write = async (lines: readonly unknown[]) => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    hash.update(text)
    await file.writeFile(text)
  }
  await write([{ ...FORMAT, kind, schema: SCHEMA, writtenAt: now } satisfies Header])
  await readAllRows(store, async ({ table, columns, rows }) => {
    await write([{ table, columns } satisfies TableLine, ...rows])
    counts[table] += rows.length
  })
  await write([{ rows: counts, sha256: hash.copy().digest('hex') } satisfies EndLine])
  return counts
}

/** So that the name outlives a power cut, too, where the system can promise that. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}
