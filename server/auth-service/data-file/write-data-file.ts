import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, link, lstat, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OperatorError } from '../operator-error.js'
import { noRows, type RowCounts, readAllRows } from '../store/all-rows.js'
import type { Store } from '../store/store.js'
import { type DataFileKind, type EndLine, FORMAT, type Header, SCHEMA, type TableLine } from './format.js'

/** What file systems say that have no hard links: those of memory cards, of other machines, of object stores. */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']

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
    await giveName(temporary, path)
    await syncFolder(dirname(path))
    return counts
  } finally {
    await rm(temporary, { force: true })
  }
}

/** By a link and not by a rename, which would put this one in the place of another that has come meanwhile. */
async function giveName(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw isThere(path)
    if (!NO_LINKS.includes(code)) throw error
    await takePlace(temporary, path)
  }
}

/** Where there are no links: the name is taken first, by an empty file, and then given. */
async function takePlace(temporary: string, path: string): Promise<void> {
  const place = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? isThere(path) : error
  })
  await place.close()
  try {
    await rename(temporary, path)
  } catch (error) {
    await rm(path, { force: true })
    throw error
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
